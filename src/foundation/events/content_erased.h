// Texts of conversations are gone for good: a visitor asked for it, or their time was over. Written
// by control_plane/privacy before the rows themselves are blanked; folds forget what they hold.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::events {

struct erased_conversation {
    std::string conversation; // cv_…
    std::int64_t up_to = 0;   // messages with a msg_seq up to this one
};
BOOST_DESCRIBE_STRUCT(erased_conversation, (), (conversation, up_to))

struct content_erased {
    static constexpr std::string_view kind = "content.erased";
    static constexpr record_class cls = record_class::audit;

    std::string request; // rq_…; "" = their time was over
    // The visitor went too: nothing leads from the visitor to these conversations any more.
    bool whole = false;
    std::vector<erased_conversation> conversations;
};
BOOST_DESCRIBE_STRUCT(content_erased, (), (request, whole, conversations))

} // namespace servery::events
