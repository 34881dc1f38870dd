// What staff put on a conversation beside its messages: tags, and until when it sleeps. Written by
// control_plane/desk; absent members did not change.
#pragma once

#include "foundation/events/event.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::events {

struct conversation_marked {
    static constexpr std::string_view kind = "conversation.marked";
    static constexpr record_class cls = record_class::traffic;

    std::string conversation;
    std::optional<std::vector<std::string>> tags; // all of them
    std::optional<instant> snoozed_until;
};
BOOST_DESCRIBE_STRUCT(conversation_marked, (), (conversation, tags, snoozed_until))

} // namespace servery::events
