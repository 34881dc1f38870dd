// What staff put on conversations: tags, sleep, and that somebody looks at one.
#include "control_plane/desk/desk_core.h"
#include "foundation/base/log.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::desk {
namespace {

constexpr std::size_t most_tags = 16;
constexpr std::size_t longest_tag = 40;

} // namespace

result<ownership> desk_service::snooze(std::string_view project, std::string_view conversation_id,
                                       std::string_view person, instant until) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    if (until <= inner_->now.now())
        return fail(error_code::unprocessable, "desk.snooze.until",
                    "a conversation sleeps until a moment ahead", "until",
                    "send a time in the future, such as 2027-01-31T09:00:00Z");
    if (c.owner == events::owner_kind::person && c.person != person)
        return fail(error_code::conflict, "desk.conversation.owned",
                    inner_->name_of(c.person) + " is answering", c.id, "take over, or leave it");
    changes batch(*inner_, c, by_person(person), "snoozed");
    batch.state().conversation_status = "snoozed";
    batch.add(events::conversation_marked{.conversation = c.id, .tags = {}, .snoozed_until = until},
              "conversation", c.id);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

void desk_core::wake_snoozed(instant at) {
    std::vector<std::string> due;
    for (const auto& [id, c] : state.unfinished())
        if (c->status == "snoozed" && c->snoozed_until && *c->snoozed_until <= at)
            due.emplace_back(id);
    for (const auto& id : due) {
        const auto& c = state.at(id);
        changes batch(*this, c, by_system(), "woken");
        batch.state().conversation_status = "open";
        if (c.owner != events::owner_kind::ai) batch.state().waiting_on = "us";
        if (auto done = batch.commit(); !done)
            log::warn("desk.timer.failed", {{"what", "snooze"}, {"error", done.error().id}});
    }
}

status desk_service::tag(std::string_view project, std::string_view conversation_id,
                         std::string_view person, std::vector<std::string> tags) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto& c = **found;
    for (auto& t : tags)
        t = std::string(trim(t));
    std::ranges::sort(tags);
    tags.erase(std::ranges::unique(tags).begin(), tags.end());
    const bool fit = std::ranges::all_of(
        tags, [](const auto& t) { return !t.empty() && t.size() <= longest_tag; });
    if (!fit || tags.size() > most_tags)
        return fail(error_code::unprocessable, "desk.tags.invalid",
                    "at most 16 tags of 1 to 40 bytes each", "tags", "shorten the list");
    changes batch(*inner_, c, by_person(person), "tagged");
    batch.add(events::conversation_marked{.conversation = c.id,
                                          .tags = std::move(tags),
                                          .snoozed_until = {}},
              "conversation", c.id);
    return batch.commit();
}

status desk_service::viewing(std::string_view project, std::string_view conversation_id,
                             std::string_view person, typing now_typing) {
    const auto found = inner_->find(project, conversation_id);
    if (!found) return std::unexpected(found.error());
    const auto now = inner_->now.now();
    inner_->looking.note(conversation_id, person, now_typing, now);
    // The visitor sees that the colleague who answers is writing.
    const auto& c = **found;
    if (now_typing == typing::yes && c.owner == events::owner_kind::person && c.person == person)
        inner_->view.set_typing(c.key, now + typing_time);
    return {};
}

} // namespace servery::desk
