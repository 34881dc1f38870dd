// Hand-overs that nobody asked for: the watchdog, the approval that did not come, the kill switch;
// and conversations that fall silent.
#include "control_plane/desk/desk_core.h"
#include "foundation/base/log.h"

namespace servery::desk {
namespace {

constexpr millis silence{48LL * 3600 * 1000};
constexpr millis silence_check{600'000};

void note_failure(std::string_view what, const status& done) {
    if (!done) log::warn("desk.timer.failed", {{"what", what}, {"error", done.error().id}});
}

} // namespace

status desk_core::hand_over(const conversation& c, std::string_view reason,
                            std::string_view text_key) {
    changes batch(*this, c, by_system(), "handed_over");
    batch.owner(events::owner_kind::nobody);
    batch.state().reason = reason;
    batch.state().waiting_on = "us";
    if (c.status != "open") batch.state().conversation_status = "open";
    batch.notice(text(c, text_key).text);
    batch.carry_draft(); // stays as a suggestion
    return batch.commit();
}

// A commit that fails leaves the turn as it was: the next tick tries again.
void desk_core::expire_turns(instant at, bool all) {
    for (const auto& id : state.with_turn()) {
        const auto& c = state.at(id);
        if (c.turn && (all || at >= c.turn->deadline))
            note_failure("watchdog", hand_over(c, "watchdog", "watchdog"));
    }
}

void desk_core::expire_drafts(instant at) {
    for (const auto& id : state.with_draft()) {
        const auto& c = state.at(id);
        const auto* pending = state.draft(c.pending_draft);
        if (pending == nullptr || c.owner != events::owner_kind::ai) continue;
        const auto set = settings(c.project);
        if (set.autonomy == "approve" && at - pending->at >= set.approval_timeout)
            note_failure("approval", hand_over(c, "approval_timeout", "approval_timeout"));
    }
}

void desk_core::close_silent(instant at) {
    if (at - idle_checked_at < silence_check) return;
    idle_checked_at = at;
    std::vector<std::string> silent;
    for (const auto& [id, c] : state.unfinished())
        if (c->status == "open" && c->waiting_on == "visitor" && at - c->changed_at >= silence)
            silent.emplace_back(id);
    for (const auto& id : silent) {
        const auto& c = state.at(id);
        changes batch(*this, c, by_system(), "closed");
        batch.state().conversation_status = "closed";
        batch.state().waiting_on = "none";
        batch.state().reason = "no_reply";
        batch.settle_draft(events::draft_state::expired);
        note_failure("silence", batch.commit());
    }
}

} // namespace servery::desk
