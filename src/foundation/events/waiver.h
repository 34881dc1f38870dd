// One condition of a gate is set aside for a while, with a reason that is printed on every export.
// Written by control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <string>

namespace servery::events {

struct waiver_added {
    static constexpr std::string_view kind = "waiver.added";
    static constexpr record_class cls = record_class::audit;

    std::string waiver; // wv_…
    std::string condition;
    std::string person;
    std::string reason;
    instant expires;
};
BOOST_DESCRIBE_STRUCT(waiver_added, (), (waiver, condition, person, reason, expires))

struct waiver_ended {
    static constexpr std::string_view kind = "waiver.ended";
    static constexpr record_class cls = record_class::audit;

    std::string waiver;
    std::string reason; // expired, withdrawn
};
BOOST_DESCRIBE_STRUCT(waiver_ended, (), (waiver, reason))

} // namespace servery::events
