// What happens by itself: evidence and grants that end, grants that are renewed, overrides that run
// out, seals that do not fit.
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/gate_state.h"
#include "foundation/base/log.h"
#include "foundation/events/evidence_recorded.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>
#include <array>

namespace servery::gate {
namespace {

constexpr millis an_hour{3'600'000};
constexpr millis a_day = 24 * an_hour;

millis longest_grant(plan::phase p) {
    return (p == plan::phase::production ? 90 : 30) * a_day;
}

// A failure of these ends a grant at once; others get a day with an alarm running.
bool ends_at_once(const condition& c) {
    static constexpr std::array at_once{"guardrails.label_coverage", "guardrails.consent_coverage",
                                        "gateway.sandbox_isolation"};
    return c.kind == "metric" || c.kind == "variant" ||
           std::ranges::find(at_once, c.ref) != at_once.end();
}

} // namespace

bool gate_service::tick_grants(std::string_view project, project_state& state,
                               std::vector<events::event>& batch) {
    bool changed = false;
    for (const auto& id : state.grants.invalid()) {
        if (state.refused.contains(id)) continue;
        const auto* g = state.grants.find(id);
        const events::grant_refused body{id, g->stage, "grant.invalid",
                                         "the grant in the log does not verify"};
        log::error("grant.invalid", {{"project", project}, {"grant", id}});
        batch.push_back(events::make_event(body, context(project, {}, "grant", id)));
        changed = true;
    }
    for (const auto& g : state.grants.all()) {
        if (g.state != grant_state::live && g.state != grant_state::suspended) continue;
        if (now() >= g.until) {
            const events::grant_ended body{g.id, "expired", "", "ended on " + to_rfc3339(g.until)};
            batch.push_back(events::make_event(body, context(project, {}, "grant", g.id)));
            changed = true;
            continue;
        }
        if (g.state == grant_state::live) changed = tick_keep(project, state, g, batch) || changed;
    }
    return changed;
}

bool gate_service::tick_keep(std::string_view project, project_state& state, const grant& g,
                             std::vector<events::event>& batch) {
    const auto end = [&](const std::string& condition, const std::string& why) {
        const events::grant_ended body{g.id, "keep", condition, why};
        batch.push_back(events::make_event(body, context(project, {}, "grant", g.id)));
        return true;
    };
    const auto head = env_.plans.head(project);
    if (head && head->plan->typed.find_stage(g.stage) == nullptr)
        return end("", "the stage is no longer in the plan");
    // An override stands in for the gate: it ends by its own date, by a step back or by a kill.
    if (!g.override_reason.empty()) return false;
    const auto keep = keep_set(project, g.stage, g.variant);
    if (!keep) return false;
    for (const auto& c : *keep) {
        const auto key = g.id + c.id;
        if (c.state == gate::state::expired) {
            const events::evidence_expired body{c.id, c.ref, c.expires.value_or(now())};
            batch.push_back(events::make_event(body, context(project, {}, "evidence", c.id)));
            return end(c.id, c.why);
        }
        if (c.state != gate::state::fail) {
            state.failing_since.erase(key);
            continue;
        }
        const auto since = state.failing_since.try_emplace(key, now()).first->second;
        if (ends_at_once(c) || now() - since >= a_day) return end(c.id, c.why);
    }
    const auto until = keep_until(project, g.stage, g.variant, now() + longest_grant(g.phase));
    const auto renewed = state.renewed.find(g.id);
    const bool due = renewed == state.renewed.end() || now() - renewed->second >= an_hour;
    if (!due || until <= g.until || now() - g.issued_at < an_hour) return false;
    events::grant_issued sealed;
    sealed.grant = g.id;
    sealed.phase = std::string(plan::word(g.phase));
    sealed.stage = g.stage;
    sealed.mode = g.mode;
    sealed.variant = g.variant;
    sealed.audience = g.audience;
    sealed.issued_at = g.issued_at;
    sealed.until = until;
    sealed.gate = g.gate;
    sealed.gate_run = g.gate_run;
    sealed.plan_revision = g.plan_revision;
    const events::grant_renewed body{g.id, until, grant_mac(env_.mac_key, project, sealed)};
    batch.push_back(events::make_event(body, context(project, {}, "grant", g.id)));
    return true;
}

void gate_service::tick_rest(std::string_view project, project_state& state,
                             std::vector<events::event>& batch) {
    const auto& s = state.standing;
    if (s.override_until.ms != 0 && now() >= s.override_until) {
        events::phase_changed change;
        change.from = s.phase ? std::string(plan::word(*s.phase)) : "";
        const auto before = state.phase_before_override;
        change.to = before ? std::string(plan::word(*before)) : "";
        change.status = before ? "active" : "draft";
        change.cause = "override_ended";
        batch.push_back(events::make_event(change, context(project, {}, "project", project)));
    }
    for (const auto& w : state.waivers) {
        if (w.ended || w.expiry_reported || now() < w.expires) continue;
        const events::waiver_ended body{w.id, "expired"};
        batch.push_back(events::make_event(body, context(project, {}, "condition", w.condition)));
    }
    const auto head = env_.plans.head(project);
    if (!head) return;
    const bool old = !state.own_facts_at || now() - *state.own_facts_at >= an_hour;
    if (!old && head->revision == state.own_facts_revision) return;
    state.own_facts_revision = head->revision;
    auto own = env_.plans.own_facts(project, gate_ahead(project).value_or("G3"));
    batch.insert(batch.end(), std::make_move_iterator(own.begin()),
                 std::make_move_iterator(own.end()));
}

std::vector<std::string> gate_service::on_tick(instant at) {
    latest_ = std::max(latest_, at);
    std::vector<std::string> changed;
    for (auto& [project, state] : projects_) {
        std::vector<events::event> batch;
        const bool moved = tick_grants(project, *state, batch);
        tick_rest(project, *state, batch);
        if (const auto done = commit(std::move(batch)); !done) {
            // Nothing serves longer for it: the data plane knows each grant's own end.
            log::error("gate.tick", {{"project", project}, {"fault", to_line(done.error())}});
            continue;
        }
        if (moved) changed.push_back(project);
    }
    return changed;
}

} // namespace servery::gate
