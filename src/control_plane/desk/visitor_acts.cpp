// What visitors do beside writing: reporting an answer; and what they call a colleague.
#include "control_plane/desk/desk_core.h"

namespace servery::desk {

void desk_core::learn_name(const events::event& e) {
    std::string person;
    if (events::is<events::conversation_changed>(e))
        person = events::read<events::conversation_changed>(e).owner_person;
    else if (events::is<events::message_added>(e))
        person = events::read<events::message_added>(e).author_id;
    if (!person.empty()) view.set_name(person, name_of(person));
}

std::string desk_service::name_of(std::string_view person) const {
    return inner_->view.name_of(person);
}

// Counts as a thumb down; the visitor's words stand in the transcript for staff alone.
void desk_service::report(std::string project, hash16 conversation, std::string message,
                          std::string text, std::function<void(status)> done) {
    inner_->around.post([this, project = std::move(project), conversation,
                         message = std::move(message), text = std::move(text),
                         done = std::move(done)] {
        const auto* c = inner_->state.find(conversation);
        const stored_message* on = nullptr;
        if (c != nullptr && c->project == project)
            for (const auto& m : c->messages)
                if (m.m.message == message && m.m.author != events::author_kind::visitor &&
                    !m.m.staff_only)
                    on = &m;
        if (on == nullptr)
            return done(fail(error_code::not_found, "desk.message.unknown",
                             "there is no such answer in this conversation", message,
                             "give the id of an answer of this conversation"));
        const auto visitor = c->visitor ? to_hex(*c->visitor) : std::string();
        changes batch(*inner_, *c, {events::actor_kind::visitor, visitor}, "reported");
        batch.message({.author = events::author_kind::system,
                       .message_kind_ = events::message_kind::note,
                       .text = "The visitor reports message " + std::to_string(on->m.msg_seq) +
                               (text.empty() ? "." : ": " + text),
                       .staff_only = true});
        batch.add(events::feedback_given{.conversation = c->id,
                                         .message = message,
                                         .thumb = "report",
                                         .reason = "report",
                                         .variant = on->m.variant},
                  "message", message);
        done(batch.commit());
    });
}

} // namespace servery::desk
