// Signing G1 locked the targets and the value case: a later change needs a signed reason and sets
// the metric's sequential process back to zero. Written by control_plane/gate in the batch of the
// signature; folded by control_plane/plan.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <map>
#include <string>

namespace servery::events {

struct plan_locked {
    static constexpr std::string_view kind = "plan.locked";
    static constexpr record_class cls = record_class::audit;

    std::int64_t revision = 0;
    instant locked_at;
    std::map<std::string, std::string> metrics; // metric id -> hash of its targets and baseline
    std::string roi;                            // hash of inputs and stop rule
};
BOOST_DESCRIBE_STRUCT(plan_locked, (), (revision, locked_at, metrics, roi))

} // namespace servery::events
