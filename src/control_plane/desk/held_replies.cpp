// Replies that wait a few seconds, so that their writer can take them back. They stand in the log:
// a crash between pressing Send and the message loses nothing.
#include "control_plane/desk/desk_core.h"
#include "foundation/base/ids.h"
#include "foundation/base/log.h"

#include <algorithm>

namespace servery::desk {
namespace {

constexpr millis longest_hold{10'000};

events::event held_event(const desk_core& desk, const conversation& c,
                         const events::reply_held& held) {
    return events::make_event(held, {.at = desk.now.now(),
                                     .project = c.project,
                                     .by = by_person(held.person),
                                     .object_type = "reply",
                                     .object_id = held.outbox,
                                     .phase = desk.settings(c.project).phase,
                                     .request_id = {}});
}

const events::reply_held* waiting(const desk_core& desk, const staff_reply& reply) {
    for (const auto& [id, held] : desk.state.held())
        if (held.conversation == reply.conversation && held.person == reply.person &&
            held.client_id == reply.client_id)
            return &held;
    return nullptr;
}

} // namespace

result<held_reply> desk_service::hold_reply(std::string_view project, const staff_reply& reply,
                                            millis hold) {
    const auto found = inner_->find(project, reply.conversation);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (const auto* before = waiting(*inner_, reply))
        return held_reply{before->outbox, before->conversation, before->due};
    // The writer answers from now on: nobody else speaks in between.
    if (!c.news_for(reply.person, reply.if_seq)) {
        if (auto mine = claim(project, c.id, reply.person, c.epoch); !mine)
            return std::unexpected(mine.error());
    } else {
        return fail(error_code::conflict, "desk.messages.newer",
                    "there are newer messages (up to number " + std::to_string(c.last_seq()) + ")",
                    c.id, "read them and send again");
    }
    const events::reply_held held{.outbox = make_id("out", inner_->now.now(), inner_->random),
                                  .conversation = c.id,
                                  .person = reply.person,
                                  .client_id = reply.client_id,
                                  .text = reply.text,
                                  .due = inner_->now.now() + std::min(hold, longest_hold),
                                  .state = events::held_state::held,
                                  .reason = {}};
    auto written = inner_->log.commit({held_event(*inner_, c, held)});
    if (!written) return std::unexpected(written.error());
    return held_reply{held.outbox, held.conversation, held.due};
}

status desk_service::take_back(std::string_view project, std::string_view outbox,
                               std::string_view person) {
    const auto at = inner_->state.held().find(outbox);
    const auto* c = at == inner_->state.held().end()
                        ? nullptr
                        : inner_->state.find(project, at->second.conversation);
    if (c == nullptr || at->second.person != person)
        return fail(error_code::conflict, "desk.outbox.gone", "this reply does not wait any more",
                    std::string(outbox), "look at the conversation: it was sent or taken back");
    auto held = at->second;
    held.state = events::held_state::cancelled;
    auto written = inner_->log.commit({held_event(*inner_, *c, held)});
    if (!written) return std::unexpected(written.error());
    return {};
}

// What the visitor wrote in between does not hold a reply back: its writer had pressed Send.
void desk_service::send_due(instant at) {
    std::vector<events::reply_held> due;
    for (const auto& [id, held] : inner_->state.held())
        if (held.due <= at) due.push_back(held);
    for (auto& held : due) {
        const auto& c = inner_->state.at(held.conversation);
        const auto sent = reply(c.project, {.conversation = c.id,
                                            .person = held.person,
                                            .client_id = held.client_id,
                                            .text = held.text,
                                            .if_seq = c.last_seq()});
        held.state = sent ? events::held_state::sent : events::held_state::refused;
        if (!sent) {
            // A store that is away is tried again; a conversation that somebody took is not.
            if (sent.error().code != error_code::conflict) continue;
            held.reason = sent.error().id;
        }
        if (auto written = inner_->log.commit({held_event(*inner_, c, held)}); !written)
            log::warn("desk.outbox.not_written", {{"outbox", held.outbox}});
    }
}

} // namespace servery::desk
