#include "control_plane/desk/desk_core.h"
#include "control_plane/desk/texts.h"
#include "foundation/base/ids.h"

namespace servery::desk {

changes::changes(desk_core& desk, const conversation& c, events::actor by, std::string cause)
    : desk_(desk), c_(c), by_(std::move(by)), phase_(desk.settings(c.project).phase),
      at_(desk.now.now()), next_seq_(c.last_seq() + 1) {
    state_.conversation = c.id;
    state_.cause = std::move(cause);
    state_.epoch = c.epoch;
    state_.segment = c.segment;
    state_.misses = c.misses;
}

events::context changes::context(std::string object_type, std::string object_id) const {
    return {.at = at_,
            .project = c_.project,
            .by = by_,
            .object_type = std::move(object_type),
            .object_id = std::move(object_id),
            .phase = phase_,
            .request_id = {}};
}

void changes::owner(events::owner_kind kind, std::string_view person) {
    state_.owner = kind;
    state_.owner_person = person;
    ++state_.epoch;
}

const events::message_added& changes::message(events::message_added m, message_extra extra) {
    m.conversation = c_.id;
    m.message = make_id("msg", at_, desk_.random);
    m.msg_seq = next_seq_++;
    auto& e = add(m, "message", m.message);
    if (m.author == events::author_kind::visitor) json::to_json_members(e.body, extra);
    last_ = std::move(m);
    return last_;
}

void changes::notice(std::string text) {
    message({.author = events::author_kind::system,
             .message_kind_ = events::message_kind::notice,
             .text = std::move(text)});
}

void changes::joined(std::string_view person) {
    notice(with_name(desk_.text(c_, "joined").text, desk_.name_of(person)));
}

void changes::draft(events::draft_changed d, const draft_extra& extra) {
    d.draft = make_id("drf", at_, desk_.random);
    d.conversation = c_.id;
    d.epoch = state_.epoch;
    d.state = events::draft_state::pending;
    auto& e = add(d, "draft", d.draft);
    json::to_json_members(e.body, extra);
}

void changes::settle_draft(events::draft_state to, std::string_view by) {
    const auto* pending = desk_.state.draft(c_.pending_draft);
    if (pending == nullptr) return;
    auto d = pending->d;
    d.state = to;
    d.decided_by = by;
    add(d, "draft", d.draft);
}

void changes::carry_draft() {
    const auto* pending = desk_.state.draft(c_.pending_draft);
    if (pending == nullptr) return;
    auto d = pending->d;
    d.epoch = state_.epoch;
    add(d, "draft", d.draft);
}

status changes::commit() {
    std::vector<events::event> batch;
    batch.push_back(events::make_event(state_, context("conversation", c_.id)));
    for (auto& e : events_)
        batch.push_back(std::move(e));
    auto done = desk_.log.commit(std::move(batch));
    if (!done) return std::unexpected(std::move(done.error()));
    return {};
}

} // namespace servery::desk
