// The phase or the status of a project changed. Written by control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>

namespace servery::events {

struct phase_changed {
    static constexpr std::string_view kind = "phase.changed";
    static constexpr record_class cls = record_class::audit;

    std::string from;   // "" = draft
    std::string to;     // sandbox, pilot, rollout, production
    std::string status; // draft, active, held, stopped, retired
    std::string cause;  // gate, step_back, override, override_ended, hold, release, stop
    std::string gate;   // G1 … or ""
    std::string reason;
    instant override_until; // ms 0 = no override
};
BOOST_DESCRIBE_STRUCT(phase_changed, (), (from, to, status, cause, gate, reason, override_until))

// The cash of a phase became available with its gate; amount in micro-units of the plan's currency.
struct budget_released {
    static constexpr std::string_view kind = "budget.released";
    static constexpr record_class cls = record_class::audit;

    std::string phase;
    micros amount;
    std::string currency;
};
BOOST_DESCRIBE_STRUCT(budget_released, (), (phase, amount, currency))

} // namespace servery::events
