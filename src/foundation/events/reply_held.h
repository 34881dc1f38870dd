// A reply of staff that waits a few seconds so that its writer can take it back. Written by
// control_plane/desk; a held reply survives a crash.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>

namespace servery::events {

enum class held_state { held, sent, cancelled, refused };
BOOST_DESCRIBE_ENUM(held_state, held, sent, cancelled, refused)

struct reply_held {
    static constexpr std::string_view kind = "reply.held";
    static constexpr record_class cls = record_class::traffic;

    std::string outbox; // out_…
    std::string conversation;
    std::string person;
    std::string client_id;
    std::string text;
    instant due;
    held_state state = held_state::held;
    std::string reason; // refused: the id of the fault
};
BOOST_DESCRIBE_STRUCT(reply_held, (),
                      (outbox, conversation, person, client_id, text, due, state, reason))

} // namespace servery::events
