// A rollout document and what was compiled for it from the plan. Written by control_plane/rollout.
#pragma once

#include "foundation/events/event.h"
#include "foundation/events/grant.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::events {

// A rung: an audience and what it asks for. Durations in milliseconds.
struct rollout_stage {
    std::string id;
    std::string phase; // pilot, rollout, production
    std::string mode;  // answer, draft, shadow
    events::audience audience;
    std::int64_t min_dwell_ms = 0;
    std::int64_t max_dwell_ms = 0;
    bool human_on_shift = false;
    bool approve = false;
    friend bool operator==(const rollout_stage&, const rollout_stage&) = default;
};
BOOST_DESCRIBE_STRUCT(rollout_stage, (),
                      (id, phase, mode, audience, min_dwell_ms, max_dwell_ms, human_on_shift,
                       approve))

// A metric as the rollout folds it: higher is better, so a share of errors of at most 2 % is a
// share of good ones of at least 98 %.
struct rollout_metric {
    std::string id;
    std::string recipe; // rate
    std::string source; // exchange.error, exchange.latency, label.harm, fact
    std::string fact;   // key and filter, when the source is a fact
    std::string filter;
    bool complement = false; // the plan's metric is better when lower
    double target = 0;       // of the good share
    double fail_target = 0;
    double alpha_pass = 0.05;
    double alpha_fail = 0.01;
    std::int64_t min_n = 30;
    bool promote = false; // has a target in the phase
    bool protect = false; // may end or hold the rollout
    std::string on_fail;  // roll_back, hold
    friend bool operator==(const rollout_metric&, const rollout_metric&) = default;
};
BOOST_DESCRIBE_STRUCT(rollout_metric, (),
                      (id, recipe, source, fact, filter, complement, target, fail_target,
                       alpha_pass, alpha_fail, min_n, promote, protect, on_fail))

struct rollout_created {
    static constexpr std::string_view kind = "rollout.created";
    static constexpr record_class cls = record_class::audit;

    std::string rollout; // ro_…
    std::string variant; // hash in hex
    std::string control; // hash in hex, or "fallback"
    std::int64_t salt_id = 0;
    std::string cohort; // name of a salt that is used again on purpose, or ""
    std::string algorithm;
    std::int64_t try_ = 0; // how often this variant was tried before
    std::string unit;      // visitor, conversation, account
    std::int64_t plan_revision = 0;
    std::string reason; // of a further try, "" otherwise
};
BOOST_DESCRIBE_STRUCT(rollout_created, (),
                      (rollout, variant, control, salt_id, cohort, algorithm, try_, unit,
                       plan_revision, reason))

// Stages and metrics frozen from a plan revision for the phase ahead. A metric whose definition
// changed starts its observations anew; the others go on.
struct rollout_compiled {
    static constexpr std::string_view kind = "rollout.compiled";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::int64_t version = 0;
    std::int64_t plan_revision = 0;
    std::string phase;
    std::vector<rollout_stage> stages;
    std::vector<rollout_metric> metrics;
};
BOOST_DESCRIBE_STRUCT(rollout_compiled, (),
                      (rollout, version, plan_revision, phase, stages, metrics))

} // namespace servery::events
