// A calibration of the assistant: computed, activated by a signature, superseded or tripped.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::events {

enum class calibration_state { proposed, active, superseded, tripped };
BOOST_DESCRIBE_ENUM(calibration_state, proposed, active, superseded, tripped)

struct calibration_changed {
    static constexpr std::string_view kind = "calibration.changed";
    static constexpr record_class cls = record_class::audit;

    std::string calibration; // cal_…
    std::string release;
    calibration_state state = calibration_state::proposed;
    std::optional<double> t_answer; // null = not ready, stay in draft mode
    double t_ask = 0.30;
    double promised_accuracy = 0.80;
    double delta = 0.10;
    std::int64_t n_labels = 0;
    std::optional<double> share_answered; // of recent messages at or above t_answer
    std::optional<double> observed;       // right among the labelled ones at or above t_answer
    std::int64_t n_above = 0;
    std::string signed_by; // person, when activated by a signature
    std::string cause;     // run, signature, raised, label (trip), replaced
};
BOOST_DESCRIBE_STRUCT(calibration_changed, (),
                      (calibration, release, state, t_answer, t_ask, promised_accuracy, delta,
                       n_labels, share_answered, observed, n_above, signed_by, cause))

} // namespace servery::events
