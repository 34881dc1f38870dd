#include "control_plane/monitoring/project_state.h"

#include "foundation/events/grant.h"
#include "foundation/events/knowledge_published.h"
#include "foundation/events/phase_changed.h"
#include "foundation/events/plan_revised.h"
#include "foundation/events/report_ready.h"

#include <algorithm>

namespace servery::monitoring {
namespace {

bool is_live(const std::string& phase, const std::string& status) {
    const bool public_phase = phase == "pilot" || phase == "rollout" || phase == "production";
    return public_phase && status != "held" && status != "stopped" && status != "retired";
}

} // namespace

bool was_error(const events::exchange& x) {
    using enum events::outcome;
    return x.outcome == upstream_truncated || x.outcome == upstream_error || x.outcome == timeout ||
           x.outcome == crashed || x.outcome == shed;
}

bool says_something(const events::label_recorded& r) {
    using enum events::label_verdict;
    if (r.sampling != events::label_sampling::random || r.staff || r.verdict == unsure)
        return false;
    // What should not have been answered counts only when it was.
    const bool answered = r.delivered == "answer" || r.recommended == "answer";
    return (r.verdict != out_of_scope && r.verdict != missing) || answered;
}

bool was_stopped(const events::exchange& x) {
    return x.guard_in == events::guard_result::stopped ||
           x.guard_out == events::guard_result::stopped;
}

bool went_to_person(const events::exchange& x) {
    return x.fallback_step == "person" || x.decision == "hand_over";
}

bool went_unanswered(const events::exchange& x) {
    return went_to_person(x) || x.fallback_step == "fixed" ||
           x.answered_by == events::answered_by::nobody;
}

conversation& project_state::conversation_of(const std::string& key, instant at) {
    const auto [found, fresh] = conversations.try_emplace(key);
    auto& c = found->second;
    if (fresh) c.order = static_cast<std::int64_t>(conversations.size());
    if (fresh || at < c.at) c.at = at;
    in_comparison.changed(c);
    in_window.changed(c);
    return c;
}

std::string project_state::key_of(const std::string& conversation_id) const {
    const auto at = hash_of_id.find(conversation_id);
    return at == hash_of_id.end() ? conversation_id : at->second;
}

bool project_state::offered_at(instant at) const {
    bool offered = false;
    for (const auto& [since, on] : live) {
        if (since > at) break;
        offered = on;
    }
    return offered;
}

void project_state::take(const events::exchange& x) {
    last_event = std::max(last_event.value_or(x.at), x.at);
    if (first_event.ms == 0) first_event = x.at;
    if (!counts(x)) return;
    const bool no_hash = x.conversation == hash16{};
    auto& c = conversation_of(no_hash ? x.exchange_id : to_hex(x.conversation), x.at);
    if (c.exchanges == 0) metrics.conversation(id);
    c.has_exchange = true;
    ++c.exchanges;
    if (!c.visitor) c.visitor = x.visitor;
    const bool to_person = went_to_person(x);
    const bool unanswered = went_unanswered(x);
    c.flagged = c.flagged || was_stopped(x);
    if (to_person && !c.handed_over) metrics.handover(id);
    c.handed_over = c.handed_over || to_person;
    if (unanswered && !c.unanswered) metrics.unanswered(id);
    c.unanswered = c.unanswered || unanswered;
    c.by_ai = c.by_ai || x.answered_by == events::answered_by::ai;
    if (!c.first_wait_us) c.first_wait_us = x.t_first_token ? *x.t_first_token : x.t_done;
    if (!c.first_done_us) c.first_done_us = x.t_done;
    c.cost_nano += x.cost_nano.value_or(0);
    if (x.spend == events::spend_state::unpriced) ++c.unpriced;

    auto& m = open_minutes[minute_number(x.at)];
    ++m.eligible;
    const bool sent = x.outcome == events::outcome::ok || x.outcome == events::outcome::client_gone;
    if (x.served == events::served_by::variant && sent) ++m.by_variant;
    if (x.served == events::served_by::fallback) ++m.by_fallback;

    auto& day = days[day_number(x.at)];
    ++day.exchanges;
    if (was_error(x)) ++day.errors;
    if (x.served == events::served_by::fallback)
        ++day.fallbacks[x.fallback_cause.empty() ? "other" : x.fallback_cause];
    count_money(x);
    metrics.exchange(id, x);
}

void project_state::count_money(const events::exchange& x) {
    if (!x.currency.empty()) currency = x.currency;
    auto& s = days[day_number(x.at)].money[x.currency];
    if (x.spend == events::spend_state::settled) s.settled_nano += x.cost_nano.value_or(0);
    if (x.spend == events::spend_state::estimated) s.estimated_nano += x.cost_nano.value_or(0);
    if (x.spend == events::spend_state::unpriced) ++s.unpriced;
}

void project_state::take(const events::event& e) {
    if (first_event.ms == 0) first_event = e.at;
    if (events::is<events::heartbeat>(e)) {
        const auto h = events::read<events::heartbeat>(e);
        minutes.set(minute_number(h.minute), h.state);
        open_minutes.erase(open_minutes.begin(), open_minutes.upper_bound(minute_number(h.minute)));
        metrics.minute(id, h.state);
        return;
    }
    last_event = std::max(last_event.value_or(e.at), e.at);
    if (events::is<events::report_ready>(e)) {
        const auto r = events::read<events::report_ready>(e);
        reports[r.month] = reports[r.month] || r.final_;
        return;
    }
    take_conversation(e);
    take_label(e);
    take_change(e);
}

void project_state::take_conversation(const events::event& e) {
    if (events::is<events::conversation_changed>(e)) {
        const auto r = events::read<events::conversation_changed>(e);
        if (r.cause == "opened" && r.conversation_hash != hash16{})
            hash_of_id[r.conversation] = to_hex(r.conversation_hash);
        auto& c = conversation_of(key_of(r.conversation), e.at);
        c.staff = c.staff || r.staff;
        if (r.visitor) c.visitor = r.visitor;
        const bool person = r.owner && *r.owner != events::owner_kind::ai;
        if ((person || r.cause == "handed_over") && r.cause != "opened" && !c.handed_over) {
            c.handed_over = true;
            if (!c.staff) metrics.handover(id);
        }
    } else if (events::is<events::feedback_given>(e)) {
        const auto r = events::read<events::feedback_given>(e);
        auto& c = conversation_of(key_of(r.conversation), e.at);
        c.thumb = r.thumb == "up" ? 1 : -1;
        metrics.feedback(id, r.thumb == "up");
    } else if (events::is<events::person_requested>(e)) {
        const auto r = events::read<events::person_requested>(e);
        if (r.conversation_hash == hash16{}) return;
        auto& c = conversation_of(to_hex(r.conversation_hash), e.at);
        if (!c.handed_over) metrics.handover(id);
        c.handed_over = true;
    }
}

void project_state::take_label(const events::event& e) {
    if (!events::is<events::label_recorded>(e)) return;
    const auto r = events::read<events::label_recorded>(e);
    metrics.label(id, r.verdict);
    if (!says_something(r)) {
        const bool drawn = r.sampling == events::label_sampling::random && !r.staff;
        unsure_labels += drawn && r.verdict == events::label_verdict::unsure ? 1 : 0;
        return;
    }
    const auto c = conversations.find(key_of(r.conversation));
    labels.push_back({.at = c == conversations.end() ? e.at : c->second.at,
                      .visitor = r.visitor ? to_hex(*r.visitor) : r.conversation,
                      .right = r.verdict == events::label_verdict::right});
}

void project_state::take_change(const events::event& e) {
    if (events::is<events::phase_changed>(e)) {
        const auto r = events::read<events::phase_changed>(e);
        if (r.to != phase) comparison_since = e.at;
        phase = r.to;
        status = r.status;
        live.emplace_back(e.at, is_live(phase, status));
        changes.push_back({e.at, "phase " + (r.from.empty() ? "draft" : r.from) + " → " + r.to +
                                     (r.status.empty() ? "" : ", " + r.status)});
    } else if (events::is<events::grant_issued>(e)) {
        const auto r = events::read<events::grant_issued>(e);
        if (r.variant != variant) comparison_since = e.at;
        if (r.stage != stage) stage_since = e.at;
        variant = r.variant;
        stage = r.stage;
        changes.push_back({e.at, "stage " + (r.stage.empty() ? r.phase : r.stage) + " opened for " +
                                     "variant " + r.variant.substr(0, 12)});
    } else if (events::is<events::grant_ended>(e)) {
        const auto r = events::read<events::grant_ended>(e);
        changes.push_back({e.at, "a grant ended: " + r.reason});
    } else if (events::is<events::plan_revised>(e)) {
        const auto r = events::read<events::plan_revised>(e);
        changes.push_back({e.at, "plan revision " + std::to_string(r.revision)});
    } else if (e.kind == "knowledge.published") {
        changes.push_back({e.at, "knowledge release " + e.object_id + " published"});
    }
}

} // namespace servery::monitoring
