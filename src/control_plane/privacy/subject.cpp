#include "control_plane/privacy/subject.h"

#include "foundation/events/desk.h"

#include <algorithm>

namespace servery::privacy {

subject_collector::subject_collector(std::string project, const hash16& visitor)
    : project_(std::move(project)), visitor_(visitor), visitor_hex_(to_hex(visitor)) {}

bool subject_collector::belongs(const events::event& e) const {
    const auto& b = e.body;
    if (json::text_or(b, "visitor") == visitor_hex_) return true;
    if (conversations_.contains(json::text_or(b, "conversation"))) return true;
    if (conversations_.contains(e.object_id)) return true;
    return key_hex_.contains(json::text_or(b, "conversation_hash"));
}

void subject_collector::add(events::event&& e) {
    if (e.project != project_) return;
    if (events::is<events::conversation_changed>(e)) {
        const auto c = events::read<events::conversation_changed>(e);
        if (c.visitor == visitor_ && !conversations_.contains(c.conversation)) {
            conversations_[c.conversation] = {
                .id = c.conversation, .key = c.conversation_hash, .open = true, .last_msg = 0};
            keys_.insert(c.conversation_hash);
            key_hex_.insert(to_hex(c.conversation_hash));
        }
        if (const auto at = conversations_.find(c.conversation);
            at != conversations_.end() && c.conversation_status)
            at->second.open = *c.conversation_status != "closed";
    }
    if (!belongs(e)) return;
    if (events::is<events::message_added>(e)) {
        const auto at = conversations_.find(json::text_or(e.body, "conversation"));
        if (at != conversations_.end())
            at->second.last_msg = std::max(at->second.last_msg, json::int_or(e.body, "msg_seq", 0));
    }
    events_.push_back(std::move(e));
}

void subject_collector::add(events::exchange&& x) {
    if (x.project != project_) return;
    if (x.visitor != visitor_ && !keys_.contains(x.conversation)) return;
    if (x.conversation != hash16{}) {
        keys_.insert(x.conversation);
        key_hex_.insert(to_hex(x.conversation));
    }
    exchanges_.push_back(std::move(x));
}

std::string subject_ref(const hash16& visitor) {
    return "sub_" +
           to_hex(blake2b_256(field_bytes().add("subject").add(visitor).view())).substr(0, 12);
}

} // namespace servery::privacy
