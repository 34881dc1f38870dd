// One row a minute: the process lived, and what a visitor would have met in that minute. A minute
// without a row is a minute in which nothing answered. Written by control_plane/monitoring.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>

namespace servery::events {

// not_offered: closed on purpose (a hold, a kill, a phase without visitors). unknown: too few
// exchanges and no synthetic visitor to ask.
enum class minute_state { up, fallback, down, not_offered, unknown };
BOOST_DESCRIBE_ENUM(minute_state, up, fallback, down, not_offered, unknown)

// up: the variant answered. fallback: an approved fallback did. down: nobody.
struct heartbeat {
    static constexpr std::string_view kind = "heartbeat";
    static constexpr record_class cls = record_class::traffic;

    instant minute; // its start, whole minutes
    minute_state state = minute_state::unknown;
    std::int64_t exchanges = 0; // eligible ones in the minute
    std::string decided_by;     // exchanges, probe, phase, none
};
BOOST_DESCRIBE_STRUCT(heartbeat, (), (minute, state, exchanges, decided_by))

} // namespace servery::events
