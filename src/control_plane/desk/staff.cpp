// The rows of the ownership table that staff bring about (desk, section 3).
#include "control_plane/desk/desk_core.h"

#include <algorithm>

namespace servery::desk {
namespace {

std::unexpected<error> owned(const desk_core& desk, const conversation& c) {
    return fail(error_code::conflict, "desk.conversation.owned",
                desk.name_of(c.person) + " is answering", c.id, "take over, or leave it");
}

std::unexpected<error> moved(const conversation& c) {
    return fail(error_code::conflict, "desk.epoch.moved",
                "the conversation has changed hands meanwhile (epoch " + std::to_string(c.epoch) +
                    ")",
                c.id, "look at it again and repeat");
}

bool owned_by_other(const conversation& c, std::string_view person) {
    return c.owner == events::owner_kind::person && c.person != person;
}

// Release, assign and return: by the person who owns it, or by anybody when nobody does.
status may_pass_on(const desk_core& desk, const conversation& c, std::string_view person) {
    if (owned_by_other(c, person)) return owned(desk, c);
    if (c.owner != events::owner_kind::ai) return {};
    return fail(error_code::conflict, "desk.conversation.of_ai",
                "the assistant is answering this conversation", c.id, "claim it first");
}

} // namespace

result<ownership> desk_service::claim(std::string_view project, std::string_view conversation_id,
                                      std::string_view person, std::int64_t epoch,
                                      if_owned on_owned) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (c.owner == events::owner_kind::person && c.person == person) return ownership_of(c);
    if (owned_by_other(c, person) && on_owned == if_owned::refuse) return owned(*inner_, c);
    if (epoch != c.epoch) return moved(c);
    changes batch(*inner_, c, by_person(person), "claimed");
    batch.owner(events::owner_kind::person, person);
    batch.carry_draft();
    batch.joined(person);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

result<events::message_added> desk_service::reply(std::string_view project,
                                                  const staff_reply& reply) {
    const auto found = inner_->find(project, reply.conversation);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (const auto* before = c.sent_before(events::author_kind::person, reply.client_id))
        return before->m;
    if (owned_by_other(c, reply.person)) return owned(*inner_, c);
    if (c.news_for(reply.person, reply.if_seq))
        return fail(error_code::conflict, "desk.messages.newer",
                    "there are newer messages (up to number " + std::to_string(c.last_seq()) + ")",
                    c.id, "read them and send again");
    changes batch(*inner_, c, by_person(reply.person), "replied");
    if (c.owner != events::owner_kind::person) {
        batch.owner(events::owner_kind::person, reply.person);
        batch.joined(reply.person);
    }
    if (c.status != "open") batch.state().conversation_status = "open";
    batch.state().waiting_on = "visitor";
    batch.settle_draft(events::draft_state::superseded, reply.person);
    events::message_added m;
    m.author = events::author_kind::person;
    m.author_id = reply.person;
    m.text = reply.text;
    m.client_id = reply.client_id;
    m = batch.message(std::move(m));
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return m;
}

result<events::message_added> desk_service::note(std::string_view project,
                                                 const staff_reply& note) {
    const auto found = inner_->find(project, note.conversation);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (const auto* before = c.sent_before(events::author_kind::person, note.client_id))
        return before->m;
    changes batch(*inner_, c, by_person(note.person), "noted");
    events::message_added m;
    m.author = events::author_kind::person;
    m.author_id = note.person;
    m.message_kind_ = events::message_kind::note;
    m.staff_only = true;
    m.text = note.text;
    m.client_id = note.client_id;
    m = batch.message(std::move(m));
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return m;
}

result<ownership> desk_service::release(std::string_view project, std::string_view conversation_id,
                                        std::string_view person) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (auto may = may_pass_on(*inner_, c, person); !may) return std::unexpected(may.error());
    if (c.owner == events::owner_kind::nobody) return ownership_of(c);
    changes batch(*inner_, c, by_person(person), "released");
    batch.owner(events::owner_kind::nobody);
    batch.carry_draft();
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

result<ownership> desk_service::assign(std::string_view project, std::string_view conversation_id,
                                       std::string_view by, std::string_view person) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (auto may = may_pass_on(*inner_, c, by); !may) return std::unexpected(may.error());
    changes batch(*inner_, c, by_person(by), "assigned");
    batch.owner(events::owner_kind::person, person);
    batch.carry_draft();
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

// The visitor is told, and asked to repeat what is still open: no variant answers a message that
// was left to a person.
result<ownership> desk_service::return_to_ai(std::string_view project,
                                             std::string_view conversation_id,
                                             std::string_view person, std::int64_t epoch) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (auto may = may_pass_on(*inner_, c, person); !may) return std::unexpected(may.error());
    if (epoch != c.epoch) return moved(c);
    changes batch(*inner_, c, by_person(person), "returned");
    batch.owner(events::owner_kind::ai);
    batch.state().misses = 0;
    if (c.waiting_on == "us") batch.state().waiting_on = "visitor";
    batch.settle_draft(events::draft_state::expired, person);
    batch.notice(inner_->text(c, "returned").text);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

result<ownership> desk_service::close(std::string_view project, std::string_view conversation_id,
                                      std::string_view person, std::string_view reason) {
    constexpr std::string_view reasons[] = {"solved", "no_reply", "spam", "duplicate", "erased"};
    if (std::ranges::find(reasons, reason) == std::end(reasons))
        return fail(error_code::unprocessable, "desk.close.reason",
                    "unknown reason '" + std::string(reason) + "'", "reason",
                    "solved, no_reply, spam, duplicate or erased");
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (c.status == "closed") return ownership_of(c);
    if (owned_by_other(c, person)) return owned(*inner_, c);
    changes batch(*inner_, c, by_person(person), "closed");
    batch.state().conversation_status = "closed";
    batch.state().waiting_on = "none";
    batch.state().reason = reason;
    ++batch.state().epoch; // a running answer must not reach a closed conversation
    batch.settle_draft(events::draft_state::expired, person);
    if (c.waiting_on == "us") batch.notice(inner_->text(c, "closed").text);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

} // namespace servery::desk
