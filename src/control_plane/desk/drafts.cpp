// Approving and rejecting drafts (desk, sections 3 and 6). Each decision is also a label of the
// kind staff_action, which never counts for an accuracy, because people choose what they decide.
#include "control_plane/desk/desk_core.h"
#include "control_plane/desk/edit_share.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::desk {
namespace {

constexpr double small_edit = 0.2;

struct pending_draft {
    const conversation* c = nullptr;
    const stored_draft* draft = nullptr;
};

result<pending_draft> pending(const desk_core& desk, std::string_view project,
                              const draft_decision& decision) {
    const auto* draft = desk.state.draft(decision.draft);
    const auto* c = draft == nullptr ? nullptr : desk.state.find(project, draft->d.conversation);
    if (c == nullptr)
        return fail(error_code::not_found, "desk.draft.unknown", "there is no such draft",
                    decision.draft, "reload the list");
    if (draft->d.state != events::draft_state::pending)
        return fail(error_code::conflict, "desk.draft.gone",
                    "the draft is " + std::string(json::enum_word(draft->d.state)) +
                        (draft->d.decided_by.empty() ? std::string()
                                                     : ", by " + desk.name_of(draft->d.decided_by)),
                    decision.draft, "reload the conversation");
    if (c->owner == events::owner_kind::person && c->person != decision.person)
        return fail(error_code::conflict, "desk.conversation.owned",
                    desk.name_of(c->person) + " is answering", c->id, "take over, or leave it");
    if (draft->d.epoch != c->epoch || decision.epoch != c->epoch)
        return fail(error_code::conflict, "desk.epoch.moved",
                    "the conversation has changed hands meanwhile (epoch " +
                        std::to_string(c->epoch) + ")",
                    c->id, "look at it again and repeat");
    return pending_draft{c, draft};
}

// What the label says is copied from the decision the draft came from; without one there is none.
void add_label(desk_core& desk, changes& batch, std::string_view project, const stored_draft& draft,
               events::label_verdict verdict, std::string note) {
    const auto* decision = desk.state.decision(project, draft.extra.message);
    if (decision == nullptr) return;
    auto label = label_of(*decision, make_id("lb", desk.now.now(), desk.random));
    label.verdict = verdict;
    label.sampling = events::label_sampling::staff_action;
    label.q = 0;
    label.note = std::move(note);
    if (verdict == events::label_verdict::right) label.entries = draft.d.entries;
    batch.add(label, "label", label.label);
}

events::message_added message_of(const desk_core& desk, const conversation& c,
                                 const stored_draft& draft, const draft_decision& decision) {
    events::message_added m;
    m.turn = draft.d.turn;
    m.text = decision.text.value_or(draft.d.text);
    m.entries = draft.d.entries;
    m.sources = draft.d.sources;
    m.exchange_id = draft.extra.exchange_id;
    m.release = draft.extra.release;
    m.approved_by = decision.person;
    const auto label = draft.extra.label_version.empty() ? desk.text(c, "label").version
                                                         : draft.extra.label_version;
    // Under `approve` the AI speaks, with its label; else the person does, from the draft.
    if (c.owner == events::owner_kind::ai && !label.empty() &&
        desk.settings(c.project).autonomy == "approve") {
        m.author = events::author_kind::ai;
        m.label_version = label;
        m.variant = draft.extra.variant;
    } else {
        m.author = events::author_kind::person;
        m.author_id = decision.person;
        m.drafted = true;
    }
    return m;
}

struct reject_reason {
    std::string_view word;
    events::label_verdict verdict;
};
constexpr reject_reason reject_reasons[] = {
    {"wrong", events::label_verdict::wrong},
    {"incomplete", events::label_verdict::wrong},
    {"tone", events::label_verdict::wrong},
    {"out_of_date", events::label_verdict::wrong},
    {"not_ours", events::label_verdict::out_of_scope},
};

} // namespace

result<events::message_added> desk_service::approve(std::string_view project,
                                                    const draft_decision& decision) {
    const auto found = pending(*inner_, project, decision);
    if (!found) return std::unexpected(found.error());
    const auto& c = *found->c;
    const auto& draft = *found->draft;
    changes batch(*inner_, c, by_person(decision.person), "approved");
    batch.state().waiting_on = "visitor";
    auto decided = draft.d;
    decided.edit_share = decision.text ? edit_share(draft.d.text, *decision.text) : 0;
    decided.state =
        decided.edit_share > 0 ? events::draft_state::edited : events::draft_state::approved;
    decided.decided_by = decision.person;
    batch.add(decided, "draft", decided.draft);
    auto m = batch.message(message_of(*inner_, c, draft, decision));
    add_label(*inner_, batch, project, draft,
              decided.edit_share <= small_edit ? events::label_verdict::right
                                               : events::label_verdict::wrong,
              decided.edit_share > 0 ? "edited" : "approved");
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return m;
}

result<ownership> desk_service::reject(std::string_view project, const draft_decision& decision) {
    const auto* reason = std::ranges::find(reject_reasons, decision.reason, &reject_reason::word);
    if (reason == std::end(reject_reasons))
        return fail(error_code::unprocessable, "desk.draft.reason",
                    "unknown reason '" + decision.reason + "'", "reason",
                    "wrong, incomplete, tone, out_of_date or not_ours");
    const auto found = pending(*inner_, project, decision);
    if (!found) return std::unexpected(found.error());
    const auto& c = *found->c;
    changes batch(*inner_, c, by_person(decision.person), "rejected");
    batch.owner(events::owner_kind::person, decision.person);
    auto decided = found->draft->d;
    decided.state = events::draft_state::rejected;
    decided.decided_by = decision.person;
    decided.reason = decision.reason;
    batch.add(decided, "draft", decided.draft);
    add_label(*inner_, batch, project, *found->draft, reason->verdict, decision.reason);
    if (auto done = batch.commit(); !done) return std::unexpected(done.error());
    return ownership_of(c);
}

} // namespace servery::desk
