// The acts that may raise exposure: sign, issue, override_to, resume. Each commits a gate.passed or
// an override in the same batch as the grant that it makes.
#include "control_plane/gate/evaluation.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/gate_state.h"
#include "foundation/base/ids.h"
#include "foundation/base/text.h"
#include "foundation/events/evidence_recorded.h"
#include "foundation/events/gate_passed.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>
#include <cmath>

namespace servery::gate {
namespace {

constexpr millis a_day{86'400'000};
constexpr millis fresh_page{10LL * 60'000};
constexpr millis longest_override = 30 * a_day;
constexpr millis return_within = 7 * a_day;
constexpr std::size_t least_reason = 20;

millis longest_grant(plan::phase p) {
    return (p == plan::phase::production ? 90 : 30) * a_day;
}

bool staff_use(const plan::document& d) {
    return d.use_case.audience == plan::audience_kind::staff;
}

std::unexpected<error> not_ready(std::string id, const run& r) {
    auto open = open_conditions(r);
    auto out = fail(error_code::conflict, std::move(id),
                    "gate " + r.gate + " is not ready: " + std::to_string(open.size()) +
                        " conditions are open, the first is " + open.front().where,
                    open.front().where, open.front().remedy);
    out.error().more = std::move(open);
    return out;
}

// The part of a plan that a gate rests on; other edits do not touch what was signed.
std::string gate_relevant(const plan::plan_document& p) {
    json::object held;
    for (const auto* key : {"metrics", "risks", "rollout", "fallbacks", "use_case"})
        if (const auto* v = p.tree.if_contains(key)) held[key] = *v;
    return json::write(held);
}

// The stage before, skipping those of the sandbox; -1 = none.
int stage_before(const plan::document& d, int i) {
    --i;
    while (i >= 0 && d.rollout.stages[static_cast<std::size_t>(i)].phase == plan::phase::sandbox)
        --i;
    return i;
}

} // namespace

status gate_service::check_raising(std::string_view project, std::string_view area) const {
    const auto stands = standing_of(project);
    const auto id = std::string(area) + ".held";
    if (stands.status == "stopped" || stands.status == "retired")
        return fail(error_code::conflict, id, "the project is " + stands.status, {},
                    "make a new project from its plan");
    if (stands.status == "held")
        return fail(error_code::conflict, id, "the project is on hold", {}, "release the hold");
    if (stands.suspended)
        return fail(error_code::conflict, id, "the project is killed", {}, "take the kill back");
    return {};
}

instant gate_service::keep_until(std::string_view project, std::string_view stage,
                                 std::string_view variant, instant at_most) const {
    instant until = at_most;
    const auto keep = keep_set(project, stage, variant);
    if (!keep) return until;
    for (const auto& c : *keep)
        if ((c.state == state::pass || c.state == state::waived) && c.expires)
            until = std::min(until, *c.expires);
    return until;
}

events::grant_issued gate_service::make_grant(std::string_view project, const plan::document& d,
                                              const plan::stage& stage, const run& r,
                                              instant until_at_most) const {
    events::grant_issued g;
    g.grant = make_id("gr", now(), env_.random);
    g.phase = std::string(plan::word(stage.phase));
    g.stage = stage.id;
    g.mode = std::string(json::enum_word(stage.mode));
    if (d.use_case.autonomy != "auto" && stage.mode == plan::stage_mode::answer) g.mode = "draft";
    g.variant = r.variant;
    g.audience = audience_of(stage);
    g.issued_at = now();
    g.until = keep_until(project, stage.id, r.variant,
                         std::min(until_at_most, now() + longest_grant(stage.phase)));
    g.gate = r.gate;
    g.gate_run = r.run;
    g.plan_revision = r.plan_revision;
    return g;
}

void gate_service::add_passing(std::vector<events::event>& batch, const run& r,
                               const events::actor& by, std::string_view signature,
                               std::string_view grant, bool on_earlier) const {
    events::gate_passed passed;
    passed.run = r.run;
    passed.gate = r.gate;
    passed.plan_revision = r.plan_revision;
    passed.variant = r.variant;
    passed.run_hash = r.run_hash;
    passed.signature = std::string(signature);
    passed.on_earlier = on_earlier;
    passed.grant = std::string(grant);
    passed.conditions = json::to_json(r.conditions).get_array();
    batch.push_back(events::make_event(passed, context(r.project, by, "gate", r.gate)));
    for (const auto& c : r.conditions) {
        if (c.ref.empty() || c.evidence.empty()) continue;
        events::evidence_recorded e;
        e.evidence = make_id("ev", now(), env_.random);
        e.gate = r.gate;
        e.condition = c.id;
        e.ref = c.ref;
        e.filter = c.filter;
        e.value = c.value;
        e.n = c.n;
        if (c.interval) {
            e.lower = c.interval->lower;
            e.upper = c.interval->upper;
        }
        e.variant = r.variant;
        e.as_of = c.as_of.value_or(r.at);
        e.expires = c.expires.value_or(instant{});
        const bool by_person = c.evidence.starts_with("sig_");
        e.source = by_person ? "signature" : "machine";
        batch.push_back(events::make_event(e, context(r.project, by, "evidence", e.evidence)));
    }
}

result<signed_gate> gate_service::sign(std::string_view project, std::string_view gate_id,
                                       const sign_request& request) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    const auto n = plan::gate_number(gate_id);
    if (!n)
        return fail(error_code::not_found, "gate.page.unknown",
                    "people sign G0 to G3; '" + std::string(gate_id) + "' is none of them", {},
                    "a stage is advanced by the rollout");
    if (env_.holds && !env_.holds(request.person, "gate.sign", project))
        return fail(error_code::permission_denied, "gate.sign.not_allowed",
                    "'" + request.person + "' may not sign gates", {}, "ask an owner");
    if (trim(request.statement).empty())
        return fail(error_code::unprocessable, "gate.sign.statement",
                    "a signature needs a statement", "statement", "say what you sign for");
    if (const auto fine = check_raising(project, "gate.sign"); !fine)
        return std::unexpected(fine.error());

    auto r = evaluate(project, gate_id);
    if (!r) return std::unexpected(r.error());
    if (*n > 0 && r->variant.empty())
        return fail(error_code::conflict, "gate.sign.no_variant", "there is no variant on trial",
                    {}, "make a variant and a rollout that tries it");
    const auto& d = head->plan->typed;
    const auto stands = standing_of(project);
    const auto* stage = r->stage.empty() ? nullptr : d.find_stage(r->stage);
    const int reached = stands.phase ? plan::index(*stands.phase) : -1;
    const int top = top_stage(project, d, r->variant);
    const bool place = *n == 0 ? reached == -1
                       : stage != nullptr
                           ? reached >= *n - 1 && top == stage_before(d, d.stage_index(stage->id))
                           : reached == *n - 1;
    if (!place)
        return fail(error_code::conflict, "gate.sign.order",
                    "gate " + r->gate + " does not come next", {},
                    "the gate ahead is " + gate_ahead(project).value_or("none"));
    if (r->verdict != readiness::ready) return not_ready("gate.sign.not_ready", *r);
    const auto shown = runs(project, gate_id);
    const bool fresh = std::ranges::any_of(shown, [&](const run& old) {
        return old.run_hash == request.run_hash && now() - old.at <= fresh_page;
    });
    if (request.run_hash != r->run_hash || !fresh)
        return fail(error_code::conflict, "gate.sign.stale",
                    "the page you signed is older than 10 minutes or no longer what holds", {},
                    "look at the gate again and sign what it shows now");

    const events::actor by{events::actor_kind::person, request.person};
    events::signature_added sig;
    sig.signature = make_id("sig", now(), env_.random);
    sig.person = request.person;
    sig.capability = "gate.sign";
    sig.what = "gate/" + r->gate;
    sig.object_hash = r->run_hash;
    sig.statement = request.statement;
    sig.comment = request.comment;
    sig.method = request.method;
    std::vector<events::event> batch{
        events::make_event(sig, context(project, by, "signature", sig.signature))};

    std::optional<events::grant_issued> g;
    if (stage != nullptr) {
        g = make_grant(project, d, *stage, *r, now() + longest_grant(stage->phase));
        if (const auto fine = check_cap(stage->phase, g->audience, staff_use(d)); !fine)
            return std::unexpected(fine.error());
        g->mac = grant_mac(env_.mac_key, project, *g);
    }
    add_passing(batch, *r, by, sig.signature, g ? g->grant : "", false);
    if (*n == 1)
        if (auto lock = env_.plans.lock_event(project, by)) batch.push_back(std::move(*lock));
    if (reached < *n) {
        events::phase_changed change;
        change.from = stands.phase ? std::string(plan::word(*stands.phase)) : "";
        change.to = r->phase;
        change.status = "active";
        change.cause = "gate";
        change.gate = r->gate;
        change.reason = request.statement;
        batch.push_back(events::make_event(change, context(project, by, "project", project)));
        events::budget_released budget;
        budget.phase = r->phase;
        budget.currency = d.meta.currency;
        if (const auto it = d.budget.per_phase.find(r->phase); it != d.budget.per_phase.end())
            budget.amount = micros{std::llround(it->second * 1e6)};
        batch.push_back(events::make_event(budget, context(project, by, "budget", r->phase)));
    }
    if (g) batch.push_back(events::make_event(*g, context(project, by, "grant", g->grant)));
    if (const auto done = commit(std::move(batch)); !done) return std::unexpected(done.error());
    signed_gate out;
    out.phase = r->phase;
    out.stage = g ? g->stage : "";
    out.signature = sig.signature;
    if (g) out.grant = *find(project)->grants.find(g->grant);
    return out;
}

// What fell because evidence ended comes back on the earlier signature: within 7 days, for the same
// variant and the same gate-relevant plan.
bool gate_service::may_return(std::string_view project, const plan::document&,
                              const plan::stage& stage, std::string_view variant,
                              std::string& signature) const {
    const auto& state = *find(project);
    const grant* last = nullptr;
    for (const auto& g : state.grants.all())
        if (g.stage == stage.id && g.variant == variant && g.override_reason.empty()) last = &g;
    if (last == nullptr || last->state != grant_state::ended) return false;
    if (last->end_reason != "expired" && last->end_reason != "keep") return false;
    if (now() - last->ended_at > return_within) return false;
    const auto then = env_.plans.at(project, last->plan_revision);
    const auto today = env_.plans.head(project);
    if (!then || !today || gate_relevant(*then->plan) != gate_relevant(*today->plan)) return false;
    for (const auto& p : state.passed)
        if (p.variant == variant && !p.signature.empty()) signature = p.signature;
    return true;
}

result<grant> gate_service::issue(std::string_view project, std::string_view stage_id,
                                  std::string_view variant, const events::actor& by) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    if (const auto fine = check_raising(project, "gate.issue"); !fine)
        return std::unexpected(fine.error());
    const auto& d = head->plan->typed;
    const auto* stage = d.find_stage(stage_id);
    const auto refuse = [&](std::string id, std::string message, std::string remedy) {
        return fail(error_code::conflict, std::move(id), std::move(message), std::string(stage_id),
                    std::move(remedy));
    };
    const auto stands = standing_of(project);
    if (stage == nullptr || variant.empty() || !stands.phase || stage->phase > *stands.phase)
        return refuse("gate.issue.not_next",
                      "stage '" + std::string(stage_id) + "' is not one that can be opened now",
                      "pass the gates before it");
    const int i = d.stage_index(stage_id);
    const int before = stage_before(d, i);
    const bool first =
        before < 0 || d.rollout.stages[static_cast<std::size_t>(before)].phase != stage->phase;
    const int top = top_stage(project, d, variant);
    if (top >= i)
        return refuse("gate.issue.not_next", "the variant serves that stage already",
                      "open the next stage");
    std::string earlier;
    const bool returns = may_return(project, d, *stage, variant, earlier);
    if (first && !returns)
        return refuse("gate.issue.needs_signature",
                      "the first stage of a phase is opened by signing",
                      "sign G" + std::to_string(plan::index(stage->phase)));
    if (!returns && top != before)
        return refuse("gate.issue.not_next", "the stage before it does not serve",
                      "go up in order");
    if (stage->approve && by.kind != events::actor_kind::person)
        return refuse("gate.issue.approval", "this stage is opened by a person",
                      "a person with stage.advance opens it");
    const auto gate_id =
        first ? "G" + std::to_string(plan::index(stage->phase)) : "S:" + std::string(stage_id);
    const auto r = evaluate(project, gate_id, variant);
    if (!r) return std::unexpected(r.error());
    if (r->verdict != readiness::ready) return not_ready("gate.issue.not_ready", *r);
    auto g = make_grant(project, d, *stage, *r, now() + longest_grant(stage->phase));
    std::vector<events::event> batch;
    if (const auto fine = check_cap(stage->phase, g.audience, staff_use(d)); !fine) {
        events::grant_refused refused{"", std::string(stage_id), fine.error().id,
                                      fine.error().message};
        batch.push_back(events::make_event(refused, context(project, by, "stage", stage_id)));
        (void)commit(std::move(batch));
        return std::unexpected(fine.error());
    }
    g.mac = grant_mac(env_.mac_key, project, g);
    add_passing(batch, *r, by, earlier, g.grant, returns);
    batch.push_back(events::make_event(g, context(project, by, "grant", g.grant)));
    if (const auto done = commit(std::move(batch)); !done) return std::unexpected(done.error());
    return *find(project)->grants.find(g.grant);
}

result<grant> gate_service::override_to(std::string_view project, std::string_view stage_id,
                                        std::string_view reason, instant until,
                                        std::string_view person) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    if (env_.holds && !env_.holds(person, "gate.sign", project))
        return fail(error_code::permission_denied, "gate.sign.not_allowed",
                    "'" + std::string(person) + "' may not override a gate", {}, "ask an owner");
    if (code_points(trim(reason)) < least_reason)
        return fail(error_code::unprocessable, "gate.phase.override_reason",
                    "an override needs a reason of at least 20 characters", "reason",
                    "say why the gate cannot wait");
    if (until <= now() || until - now() > longest_override)
        return fail(error_code::conflict, "gate.phase.override_expiry",
                    "an override ends within 30 days", "expires", "name an earlier end");
    if (const auto fine = check_raising(project, "gate.sign"); !fine)
        return std::unexpected(fine.error());
    const auto& d = head->plan->typed;
    const auto* stage = d.find_stage(stage_id);
    if (stage == nullptr)
        return fail(error_code::not_found, "gate.page.unknown",
                    "the plan has no stage '" + std::string(stage_id) + "'", {},
                    "name a stage of the plan");
    run r;
    r.gate = "override";
    r.project = std::string(project);
    r.plan_revision = head->revision;
    r.variant = env_.candidate ? env_.candidate(project).value_or("") : "";
    const auto info =
        r.variant.empty() || !env_.variant ? std::nullopt : env_.variant(project, r.variant);
    if (!info || !info->frozen)
        return fail(error_code::conflict, "gate.sign.no_variant",
                    "there is no frozen variant on trial", {},
                    "make a variant and a rollout that tries it");
    const events::actor by{events::actor_kind::person, std::string(person)};
    auto g = make_grant(project, d, *stage, r, until);
    g.override_reason = std::string(reason);
    if (const auto fine = check_cap(stage->phase, g.audience, staff_use(d)); !fine)
        return std::unexpected(fine.error());
    g.mac = grant_mac(env_.mac_key, project, g);
    std::vector<events::event> batch;
    const auto stands = standing_of(project);
    events::phase_changed change;
    change.from = stands.phase ? std::string(plan::word(*stands.phase)) : "";
    change.to = stands.phase && *stands.phase > stage->phase ? change.from : g.phase;
    change.status = "active";
    change.cause = "override";
    change.reason = std::string(reason);
    change.override_until = until;
    batch.push_back(events::make_event(change, context(project, by, "project", project)));
    batch.push_back(events::make_event(g, context(project, by, "grant", g.grant)));
    if (const auto done = commit(std::move(batch)); !done) return std::unexpected(done.error());
    return *find(project)->grants.find(g.grant);
}

status gate_service::resume(std::string_view project, std::string_view reason,
                            const events::actor& by) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    if (trim(reason).empty())
        return fail(error_code::unprocessable, "gate.resume.reason",
                    "taking a kill back needs a reason", "reason", "say what was put right");
    const auto& state = *find(project);
    std::vector<events::event> batch;
    for (const auto& g : state.grants.all()) {
        if (g.state != grant_state::suspended || now() >= g.until) continue;
        // The gate of the stage passes again: what must stay true, and no metric failing.
        const auto keep = keep_set(project, g.stage, g.variant);
        if (!keep) return std::unexpected(keep.error());
        run r;
        r.gate = g.gate;
        r.project = std::string(project);
        r.plan_revision = head->revision;
        r.variant = g.variant;
        r.stage = g.stage;
        r.at = now();
        for (const auto& c : *keep)
            if (c.state == gate::state::fail || c.state == gate::state::expired)
                r.conditions.push_back(c);
        if (!r.conditions.empty()) return not_ready("gate.resume.not_ready", r);
        r.conditions = *keep;
        r.verdict = readiness::ready;
        r.run = make_id("run", now(), env_.random);
        r.run_hash = to_hex(blake2b_256(as_bytes(json::write(json::to_json(r.conditions)))));
        add_passing(batch, r, by, "", g.id, true);
        events::grant_resumed back{g.id, r.run, std::string(reason)};
        batch.push_back(events::make_event(back, context(project, by, "grant", g.id)));
    }
    if (batch.empty())
        return fail(error_code::conflict, "gate.resume.nothing",
                    "no grant of this project is suspended", {}, "open a stage instead");
    return commit(std::move(batch));
}

} // namespace servery::gate
