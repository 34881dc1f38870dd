// A fact: one measured value of a project, with its sample size and its place. The only thing gates
// see. Keys are those of the facts registry (control_plane/plan/data/facts.csv).
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::events {

struct fact {
    static constexpr std::string_view kind = "fact";
    static constexpr record_class cls = record_class::traffic;

    std::string key;                 // desk.answer_accuracy
    std::string filter;              // "" or the registry's filter word
    std::string variant;             // hash in hex, "" if not bound to a variant
    std::string phase;               // phase the data come from
    std::string stage;               // "" = whole comparison
    std::int64_t n = 0;              // units of analysis
    double sum = 0;                  // rate: good ones; mean: sum of the values
    std::optional<double> value;     // share, count, state; check: 1 = pass, 0 = fail
    std::int64_t missing = 0;        // units without a value
    std::optional<double> ln_e_pass; // recipes that the emitting module folds itself
    std::optional<double> ln_e_fail;
    std::optional<instant> window_from; // kinds with a window
    std::optional<instant> window_to;
    instant as_of;
    bool usable = true;
    std::string why_not; // when not usable
    std::string note;    // for people: "3 of 3 drills"
};
BOOST_DESCRIBE_STRUCT(fact, (),
                      (key, filter, variant, phase, stage, n, sum, value, missing, ln_e_pass,
                       ln_e_fail, window_from, window_to, as_of, usable, why_not, note))

} // namespace servery::events
