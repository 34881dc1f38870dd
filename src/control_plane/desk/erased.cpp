// What the desk forgets when texts are erased: the same that the blanked rows say after a restart.
#include "control_plane/desk/desk_state.h"
#include "foundation/events/content_erased.h"

namespace servery::desk {

namespace {

void blank(events::message_added& m) {
    m.text.clear();
    m.author_id.clear();
    m.client_id.clear();
    m.approved_by.clear();
    m.choices.clear();
    m.sources.clear();
}

void blank(stored_draft& draft) {
    draft.d.text.clear();
    draft.d.reason.clear();
    draft.d.sources.clear();
}

} // namespace

void desk_state::on_erased(const events::event& e) {
    const auto record = events::read<events::content_erased>(e);
    for (const auto& gone : record.conversations) {
        auto* c = find_mutable(gone.conversation);
        if (c == nullptr || c->project != e.project) continue;
        for (auto& stored : c->messages) {
            if (stored.m.msg_seq > gone.up_to) break;
            blank(stored.m);
            // Nothing is left to be judged.
            if (const auto d = decisions_.find(stored.m.message); d != decisions_.end()) {
                labels_[c->project].forgotten(d->second);
                d->second.d.text.clear();
                d->second.extra.drawn = false;
            }
        }
        for (auto& [id, draft] : drafts_)
            if (draft.d.conversation == c->id && (record.whole || id != c->pending_draft))
                blank(draft);
        for (auto& [id, reply] : held_)
            if (record.whole && reply.conversation == c->id) reply.text.clear();
        view_.blank(c->key, gone.up_to);
        if (!record.whole) continue;
        c->by_client_id.clear();
        c->tags.clear();
        // The visitor's next message opens a new conversation.
        by_key_.erase(c->key);
        view_.drop(c->key);
        c->visitor.reset();
    }
}

} // namespace servery::desk
