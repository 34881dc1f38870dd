// A guardrail stopped an exchange: which rule of which policy, never the text. Audit. Written by
// the gateway; read by monitoring and by whoever asks why a visitor got the fallback. Thread:
// value.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/events/event.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace servery::events {

struct guard_blocked {
    static constexpr std::string_view kind = "guard.blocked";
    static constexpr record_class cls = record_class::audit;

    std::string exchange; // exc_…
    std::string conversation;
    hash16 conversation_hash{};
    std::string direction; // input, output
    std::string rule;      // control_token.im_start, injection.model, too_long …
    // Blocks of this rule in the same second that got no row of their own: under attack one row a
    // rule and second stands for all.
    std::int64_t merged = 0;
};
BOOST_DESCRIBE_STRUCT(guard_blocked, (),
                      (exchange, conversation, conversation_hash, direction, rule, merged))

} // namespace servery::events
