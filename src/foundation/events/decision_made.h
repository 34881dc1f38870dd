// What the assistant decided for one message, with the evidence: one row beside the exchange's.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::events {

struct decision_made {
    static constexpr std::string_view kind = "decision.made";
    static constexpr record_class cls = record_class::traffic;

    std::string exchange_id;
    std::string message;
    std::string release;
    std::string calibration; // "" = none active
    std::string recommended; // answer, ask, hand_over
    std::string delivered;
    std::string reason;
    double confidence = 0;
    std::vector<std::string> top; // keys of the best three
    std::vector<double> scores;   // fused, beside `top`
    json::object features;        // name -> value
    std::string lang;
    std::string legs; // "AB" or "ABC"
    std::int64_t took_us = 0;
};
BOOST_DESCRIBE_STRUCT(decision_made, (),
                      (exchange_id, message, release, calibration, recommended, delivered, reason,
                       confidence, top, scores, features, lang, legs, took_us))

} // namespace servery::events
