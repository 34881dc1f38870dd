#include "control_plane/gate/gate_service.h"

#include "control_plane/gate/evaluation.h"
#include "control_plane/gate/gate_state.h"
#include "control_plane/plan/diff.h"
#include "foundation/events/gate_evaluated.h"
#include "foundation/events/gate_passed.h"
#include "foundation/events/phase_changed.h"
#include "foundation/events/plan_revised.h"
#include "foundation/store/backup.h"

#include <algorithm>

namespace servery::gate {
namespace {

constexpr std::size_t runs_kept = 50;

std::string hash_of(const run& r) {
    field_bytes fields;
    fields.add(r.project).add(r.gate).add(r.variant);
    fields.add_u64(static_cast<std::uint64_t>(r.plan_revision));
    for (const auto& c : r.conditions)
        fields.add(c.id).add(json::enum_word(c.state)).add(c.target);
    return to_hex(blake2b_256(fields.view()));
}

std::string states_text(const std::map<std::string, std::string>& states) {
    std::string out;
    for (const auto& [id, s] : states)
        out += id + '=' + s + ';';
    return out;
}

// First stage of a phase, by position; -1 if the phase has none.
int first_stage(const plan::document& d, plan::phase p) {
    const auto& list = d.rollout.stages;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].phase == p) return static_cast<int>(i);
    return -1;
}

bool first_of_phase(const plan::document& d, int i) {
    return first_stage(d, d.rollout.stages[static_cast<std::size_t>(i)].phase) == i;
}

} // namespace

gate_service::gate_service(environment env) : env_(std::move(env)) {}

instant gate_service::now() const {
    // Whoever looked has seen this time: no clock set back afterwards makes it undone.
    latest_ = std::max(env_.time.now(), latest_);
    return latest_;
}

bool gate_service::same_person(std::string_view project, std::string_view account,
                               std::string_view plan_person) const {
    if (account.empty() || plan_person.empty()) return false;
    if (env_.same_person) return env_.same_person(account, plan_person);
    if (account == plan_person) return true;
    // An owner stands in for a person of the plan who cannot sign in, and for nobody else.
    const bool has_own = env_.has_account && env_.has_account(plan_person);
    return !has_own && env_.holds && env_.holds(account, "gate.sign", project);
}

events::context gate_service::context(std::string_view project, const events::actor& by,
                                      std::string_view type, std::string_view id) const {
    const auto* state = find(project);
    const auto phase = state == nullptr ? std::nullopt : state->standing.phase;
    return {.at = now(),
            .project = std::string(project),
            .by = by,
            .object_type = std::string(type),
            .object_id = std::string(id),
            .phase = phase ? std::string(plan::word(*phase)) : ""};
}

status gate_service::commit(std::vector<events::event> batch) {
    if (batch.empty()) return {};
    if (const auto done = env_.log.commit(std::move(batch)); !done)
        return fail(error_code::unavailable, "gate.store.down",
                    "the decision could not be recorded: " + done.error().message, {},
                    "nothing was changed; try again when the store works");
    return {};
}

const gate_service::project_state* gate_service::find(std::string_view project) const {
    const auto it = projects_.find(project);
    return it == projects_.end() ? nullptr : it->second.get();
}

// --- folds ---

void gate_service::apply(const events::event& e) {
    latest_ = std::max(latest_, e.at);
    // The world has moved on since the backup: nobody is served before an owner confirms.
    if (events::is<store::store_restored>(e))
        for (auto& [id, state] : projects_)
            state->grants.suspend_all();
    if (e.project.empty()) return;
    if (events::is<events::plan_revised>(e) && !projects_.contains(e.project))
        projects_.emplace(e.project, std::make_shared<project_state>(env_.mac_key));
    const auto it = projects_.find(e.project);
    if (it == projects_.end()) return;
    auto& state = *it->second;
    if (events::is<events::fact>(e)) {
        fold_fact(state, e);
    } else if (events::is<events::plan_revised>(e)) {
        fold_lock_break(state, e);
    } else if (e.kind.starts_with("grant.")) {
        state.grants.apply(e);
        if (events::is<events::grant_renewed>(e)) state.renewed[e.object_id] = e.at;
        if (events::is<events::grant_refused>(e))
            state.refused.insert(events::read<events::grant_refused>(e).grant);
    } else if (events::is<events::phase_changed>(e)) {
        fold_phase(state, e);
    } else if (events::is<events::signature_added>(e)) {
        auto body = events::read<events::signature_added>(e);
        auto id = body.signature;
        state.signatures.push_back({std::move(id), std::move(body), e.at, false});
    } else if (events::is<events::signature_revoked>(e)) {
        for (auto& s : state.signatures)
            if (s.id == events::read<events::signature_revoked>(e).signature) s.revoked = true;
    } else if (events::is<events::waiver_added>(e)) {
        const auto body = events::read<events::waiver_added>(e);
        std::erase_if(state.waivers,
                      [&](const waiver& w) { return w.condition == body.condition; });
        state.waivers.push_back(
            {body.waiver, body.condition, body.person, body.reason, body.expires});
    } else if (events::is<events::waiver_ended>(e)) {
        const auto body = events::read<events::waiver_ended>(e);
        for (auto& w : state.waivers)
            if (w.id == body.waiver)
                (body.reason == "expired" ? w.expiry_reported : w.ended) = true;
    } else if (events::is<events::gate_passed>(e)) {
        const auto body = events::read<events::gate_passed>(e);
        state.passed.push_back({body.gate, body.variant, body.signature, body.plan_revision, e.at});
    } else if (events::is<events::gate_evaluated>(e)) {
        const auto body = events::read<events::gate_evaluated>(e);
        state.states[body.gate] = states_text(body.states) + body.verdict;
    }
}

void gate_service::fold_fact(project_state& state, const events::event& e) {
    const auto f = events::read<events::fact>(e);
    facts_.apply(e.project, f);
    if (f.key == "plan.lint_blockers") state.own_facts_at = f.as_of;
    const auto head = env_.plans.head(e.project);
    const auto* definition = plan::find_fact(f.key);
    if (!head || definition == nullptr || definition->kind != plan::fact_kind::rate ||
        (f.phase == "sandbox" && definition->obtained == "folded"))
        return;
    const auto* current = facts_.find(
        e.project, {.key = f.key, .filter = f.filter, .variant = f.variant, .live_only = true});
    for (const auto& m : head->plan->typed.metrics) {
        if (m.from != f.key || m.filter != f.filter) continue;
        for (const auto& [phase, t] : m.targets) {
            const auto now = judge_state(current, *definition, rule_of(m, t, f.as_of));
            if (now == gate::state::not_enough_data) continue;
            auto& l = state.latches[latch_key(m, phase, t, f.variant)];
            if (now == gate::state::fail) l.failed = true;
            if (now == gate::state::pass) {
                l.passed_at = f.as_of;
                l.passed_n = current->n;
            }
        }
    }
}

// A target that changed after its lock starts again from nothing.
void gate_service::fold_lock_break(project_state& state, const events::event& e) {
    const auto body = events::read<events::plan_revised>(e);
    if (!body.after_lock) return;
    const auto head = env_.plans.head(e.project);
    for (const auto& item : body.changes) {
        const auto& change = item.get_object();
        const auto path = json::text_or(change, "path");
        if (!json::bool_or(change, "after_lock", false) || !path.starts_with("metrics.")) continue;
        const auto id = std::string(split(path, '.')[1]);
        std::erase_if(state.latches,
                      [&](const auto& l) { return l.first.starts_with(id + '\x1f'); });
        if (const auto* m = head ? head->plan->typed.find_metric(id) : nullptr)
            facts_.reset(e.project, m->from);
    }
}

void gate_service::fold_phase(project_state& state, const events::event& e) {
    const auto body = events::read<events::phase_changed>(e);
    auto& s = state.standing;
    if (body.cause == "override" && s.override_until.ms == 0) state.phase_before_override = s.phase;
    s.phase = plan::phase_from(body.to);
    s.status = body.status;
    s.override_until = body.override_until;
    s.override_reason = body.override_until.ms == 0 ? "" : body.reason;
    if (body.override_until.ms == 0) state.phase_before_override.reset();
}

// --- reading ---

standing gate_service::standing_of(std::string_view project) const {
    const auto* state = find(project);
    if (state == nullptr) return {};
    auto out = state->standing;
    const auto live = live_grants(project);
    if (!live.empty()) {
        out.stage = live.back().stage;
        // A stage for groups (staff) serves none of the public.
        const auto& audience = live.back().audience;
        out.basis = audience.groups.empty() ? audience.basis : 0;
        out.variant = live.back().variant;
    }
    out.suspended = std::ranges::any_of(
        state->grants.all(), [](const grant& g) { return g.state == grant_state::suspended; });
    return out;
}

int gate_service::top_stage(std::string_view project, const plan::document& d,
                            std::string_view variant) const {
    int top = -1;
    for (const auto& g : live_grants(project))
        if (g.variant == variant && g.phase != plan::phase::sandbox)
            top = std::max(top, d.stage_index(g.stage));
    return top;
}

result<std::vector<std::string>> gate_service::gates(std::string_view project) const {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    std::vector<std::string> out{"G0", "G1", "G2", "G3"};
    const auto& d = head->plan->typed;
    for (std::size_t i = 0; i < d.rollout.stages.size(); ++i)
        if (d.rollout.stages[i].phase != plan::phase::sandbox &&
            !first_of_phase(d, static_cast<int>(i)))
            out.push_back("S:" + d.rollout.stages[i].id);
    return out;
}

std::optional<std::string> gate_service::gate_ahead(std::string_view project) const {
    const auto head = env_.plans.head(project);
    if (!head) return std::nullopt;
    const auto stands = standing_of(project);
    if (!stands.phase) return "G0";
    const auto& d = head->plan->typed;
    auto variant = env_.candidate ? env_.candidate(project) : std::nullopt;
    const int top = top_stage(project, d, variant.value_or(stands.variant));
    const auto& stages = d.rollout.stages;
    for (auto i = static_cast<std::size_t>(top + 1); i < stages.size(); ++i) {
        if (stages[i].phase == plan::phase::sandbox) continue;
        if (first_of_phase(d, static_cast<int>(i)))
            return "G" + std::to_string(plan::index(stages[i].phase));
        return "S:" + stages[i].id;
    }
    const auto next = plan::next_phase(*stands.phase);
    if (next && stages.empty()) return "G" + std::to_string(plan::index(*next));
    return std::nullopt;
}

result<run> gate_service::evaluate(std::string_view project, std::string_view gate_id,
                                   std::string_view variant) const {
    const auto known = gates(project);
    if (!known) return std::unexpected(known.error());
    if (std::ranges::find(*known, gate_id) == known->end()) {
        std::string all;
        for (const auto& g : *known)
            all += (all.empty() ? "" : ", ") + g;
        return fail(error_code::not_found, "gate.page.unknown",
                    "there is no gate '" + std::string(gate_id) + "'", {}, "the gates are " + all);
    }
    const auto head = env_.plans.head(project);
    const auto& state = *find(project);
    run r;
    r.gate = std::string(gate_id);
    r.project = std::string(project);
    r.plan_revision = head->revision;
    r.at = now();
    if (gate_id != "G0") {
        r.variant = std::string(variant);
        if (r.variant.empty() && env_.candidate) r.variant = env_.candidate(project).value_or("");
    }
    const auto& d = head->plan->typed;
    if (const auto n = plan::gate_number(gate_id)) {
        const auto opened = static_cast<plan::phase>(*n);
        r.phase = std::string(plan::word(opened));
        const auto i = first_stage(d, opened);
        if (i >= 0 && *n > 0) r.stage = d.rollout.stages[static_cast<std::size_t>(i)].id;
    } else {
        r.stage = std::string(gate_id.substr(2));
        r.phase = std::string(plan::word(d.find_stage(r.stage)->phase));
    }
    const evaluation_input in{.project = r.project,
                              .plan = head->plan,
                              .revision = head->revision,
                              .variant = r.variant,
                              .info = r.variant.empty() || !env_.variant
                                          ? std::nullopt
                                          : env_.variant(project, r.variant),
                              .facts = facts_,
                              .signatures = state.signatures,
                              .waivers = state.waivers,
                              .latches = state.latches,
                              .grants = state.grants.all(),
                              .now = r.at,
                              .hashes = state.hashes};
    r.conditions = gate_conditions(in, gate_id);
    r.verdict = open_conditions(r).empty() ? readiness::ready : readiness::not_yet;
    r.run_hash = hash_of(r);
    r.run = "run_" + r.run_hash.substr(0, 16);
    return r;
}

result<run> gate_service::show(std::string_view project, std::string_view gate_id) {
    auto r = evaluate(project, gate_id);
    if (!r) return r;
    auto& state = *projects_.find(project)->second;
    auto& kept = state.runs[r->gate];
    kept.push_back(*r);
    if (kept.size() > runs_kept) kept.erase(kept.begin());
    events::gate_evaluated body;
    body.run = r->run;
    body.gate = r->gate;
    body.plan_revision = r->plan_revision;
    body.variant = r->variant;
    body.verdict = std::string(json::enum_word(r->verdict));
    body.run_hash = r->run_hash;
    for (const auto& c : r->conditions)
        body.states[c.id] = std::string(json::enum_word(c.state));
    if (state.states[r->gate] == states_text(body.states) + body.verdict) return r;
    // A page is shown although its record could not be kept: only signing needs the store.
    (void)env_.log.commit({events::make_event(body, context(project, {}, "gate", r->gate))});
    return r;
}

std::vector<run> gate_service::runs(std::string_view project, std::string_view gate_id) const {
    const auto* state = find(project);
    if (state == nullptr) return {};
    const auto it = state->runs.find(std::string(gate_id));
    return it == state->runs.end() ? std::vector<run>{} : it->second;
}

result<std::vector<condition>> gate_service::keep_set(std::string_view project,
                                                      std::string_view stage,
                                                      std::string_view variant) const {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    const auto& state = *find(project);
    const evaluation_input in{.project = std::string(project),
                              .plan = head->plan,
                              .revision = head->revision,
                              .variant = std::string(variant),
                              .info = env_.variant ? env_.variant(project, variant) : std::nullopt,
                              .facts = facts_,
                              .signatures = state.signatures,
                              .waivers = state.waivers,
                              .latches = state.latches,
                              .grants = state.grants.all(),
                              .now = now(),
                              .hashes = state.hashes};
    return keep_conditions(in, stage);
}

std::vector<grant> gate_service::live_grants(std::string_view project) const {
    const auto* state = find(project);
    if (state == nullptr || state->standing.status == "stopped") return {};
    auto live = state->grants.live(now());
    const auto head = env_.plans.head(project);
    if (!head) return live;
    const auto& d = head->plan->typed;
    std::ranges::sort(live, {},
                      [&](const grant& g) { return std::tuple(d.stage_index(g.stage), g.order); });
    return live;
}

std::vector<grant> gate_service::grants(std::string_view project) const {
    const auto* state = find(project);
    return state == nullptr ? std::vector<grant>{} : state->grants.all();
}

std::optional<instant> gate_service::dwell_start(std::string_view project, std::string_view stage,
                                                 std::string_view variant) const {
    const auto* state = find(project);
    if (state == nullptr) return std::nullopt;
    return served_since(state->grants.all(), stage, variant);
}

std::vector<signature> gate_service::signatures(std::string_view project) const {
    const auto* state = find(project);
    return state == nullptr ? std::vector<signature>{} : state->signatures;
}

std::optional<instant> gate_service::next_expiry() const {
    std::optional<instant> next;
    const auto earlier = [&](instant at) {
        if (!next || at < *next) next = at;
    };
    for (const auto& [project, state] : projects_) {
        for (const auto& g : state->grants.all())
            if (g.state == grant_state::live || g.state == grant_state::suspended) earlier(g.until);
        for (const auto& w : state->waivers)
            if (!w.ended && w.expires > now()) earlier(w.expires);
        if (state->standing.override_until.ms != 0) earlier(state->standing.override_until);
    }
    return next;
}

} // namespace servery::gate
