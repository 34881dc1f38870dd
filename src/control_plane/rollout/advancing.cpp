// Up after the record: gate issues a grant, that stands in the log, then the share is recorded, and
// only what is recorded is published. With the store away nothing here changes anything.
#include "control_plane/rollout/metrics.h"
#include "control_plane/rollout/publish.h"
#include "control_plane/rollout/service_state.h"

#include <algorithm>
#include <cmath>

namespace servery::rollout {

namespace {

constexpr millis fact_refresh = std::chrono::hours(1);
constexpr millis return_within = std::chrono::hours(24 * 7);
constexpr millis fact_pause = std::chrono::minutes(1);

} // namespace

std::optional<events::rollout_compiled>
rollout_service::impl::recompiled(const entry& e, std::string_view phase) const {
    const auto head = env.plan(e.doc.project);
    const auto in_phase = plan::phase_from(phase);
    if (!head || !in_phase) return std::nullopt;
    const plan::document& plan = head->plan->typed;
    events::rollout_compiled next{.rollout = e.doc.id,
                                  .version = e.doc.metrics_version + 1,
                                  .plan_revision = head->revision,
                                  .phase = std::string(phase),
                                  .stages = compile_stages(plan),
                                  .metrics = compile_metrics(plan, *in_phase)};
    // The k-th further try of the same variant has to be twice as convincing each time.
    for (auto& m : next.metrics)
        m.alpha_pass *= std::pow(0.5, static_cast<double>(e.doc.try_));
    const bool same =
        next.stages == e.doc.stages && next.metrics == e.doc.metrics && next.phase == e.doc.phase;
    // A ladder that lost the published stage cannot be taken over while it serves.
    const bool fits = e.doc.stage.empty() ||
                      std::ranges::find(next.stages, e.doc.stage, &events::rollout_stage::id) !=
                          next.stages.end();
    return same || !fits ? std::nullopt : std::optional(std::move(next));
}

bool rollout_service::impl::take_over(entry& e, const act& by, std::string_view cause) {
    const controller_input in = input(e);
    const gate::grant* grant = higher_grant(in);
    if (grant == nullptr || !e.pending.empty() || !reduce(in).none()) return false;
    const busy_guard guard(busy);
    std::vector<events::event> batch;
    const auto phase = std::string(plan::word(grant->phase));
    if (phase != e.doc.phase)
        if (const auto compiled = recompiled(e, phase))
            batch.push_back(events::make_event(*compiled, where(e, by)));
    if (e.doc.state == release_state::draft)
        batch.push_back(events::make_event(
            events::rollout_started{e.doc.id, grant->stage, grant->id, by.reason}, where(e, by)));
    batch.push_back(events::make_event(
        events::rollout_share_changed{.rollout = e.doc.id,
                                      .from = e.doc.stage,
                                      .to = grant->stage,
                                      .from_basis = e.doc.basis,
                                      .to_basis = grant->audience.basis,
                                      .grant = grant->id,
                                      .cause = grant->gate == "override" ? "override"
                                                                         : std::string(cause),
                                      .reason = by.reason},
        where(e, by)));
    const bool last = !e.doc.stages.empty() && grant->stage == e.doc.stages.back().id;
    if (last)
        batch.push_back(events::make_event(events::rollout_completed{e.doc.id}, where(e, by)));
    if (!commit(std::move(batch))) return false;
    if (!last) return true;
    std::vector<events::event> older;
    for (const auto& other : find(e.doc.project)->rollouts)
        if (other.get() != &e && other->doc.serving())
            older.push_back(events::make_event(events::rollout_superseded{other->doc.id, e.doc.id},
                                               where(*other, by)));
    if (!older.empty()) (void)commit(std::move(older));
    (void)env.gates.supersede(e.doc.project, e.doc.variant, controller_actor());
    return true;
}

std::optional<open_step> rollout_service::impl::why_not(const entry& e) const {
    const controller_input in = input(e);
    if (auto open = before_gate(in)) return open;
    const events::rollout_stage* next = e.doc.next_stage();
    if (next == nullptr) return open_step{9, "the last stage serves", {}, "nothing is ahead", {}};
    if (const auto can = check_supported(next->audience); !can)
        return open_step{9,
                         "stage " + next->id + ": " + can.error().message,
                         {can.error().id},
                         can.error().remedy,
                         {}};
    const std::string gate_id = gate_of(e.doc, *next);
    const auto run = env.gates.evaluate(e.doc.project, gate_id, e.doc.variant);
    if (!run) return open_step{6, run.error().message, {run.error().id}, run.error().remedy, {}};
    if (auto open = at_gate(*run)) return open;
    return at_approval(in, *next, gate_id);
}

result<done> rollout_service::impl::advance(entry& e, const act& by) {
    if (const auto open = why_not(e)) return std::unexpected(not_ready(*open));
    const busy_guard guard(busy);
    const events::rollout_stage next = *e.doc.next_stage();
    const events::actor issuer =
        e.doc.approved && e.doc.approved->stage == next.id
            ? events::actor{events::actor_kind::person, e.doc.approved->person}
            : by.by;
    auto grant = env.gates.issue(e.doc.project, next.id, e.doc.variant, issuer);
    if (!grant) return std::unexpected(std::move(grant.error()));
    if (!take_over(e, by, "advance"))
        return fail(error_code::unavailable, "rollout.store_down",
                    "the grant is stored, the share is not yet", "",
                    "it is taken over by itself when the store is back");
    return done_of(e, true);
}

void rollout_service::impl::advance_by_itself(entry& e) {
    if (!e.doc.serving() || !e.pending.empty()) return;
    if (const auto words = stalled(input(e))) {
        const busy_guard guard(busy);
        (void)commit({events::make_event(
            events::rollout_stalled{e.doc.id, e.doc.stage,
                                    e.seen.last_counted().value_or(e.doc.entered_at), *words},
            where(e, {controller_actor(), *words, ""}))});
    }
    if (re_enter(e)) return;
    const auto open = why_not(e);
    if (!open) {
        (void)advance(e, {controller_actor(), "every condition of the next stage is met", ""});
        return;
    }
    if (open->step != 8 || e.doc.has_hold("approval")) return;
    const busy_guard guard(busy);
    (void)commit({events::make_event(events::rollout_held{.rollout = e.doc.id,
                                                          .cause = "approval",
                                                          .reason = open->sentence,
                                                          .stage = e.doc.next_stage()->id},
                                     where(e, {controller_actor(), open->sentence, ""}))});
}

// What fell with its evidence comes back on the earlier signature, if gate agrees: the highest
// stage first. Nothing returns over a hold, a kill or an alarm.
bool rollout_service::impl::re_enter(entry& e) {
    const controller_input in = input(e);
    if (e.doc.fell_from.empty() || in.now - e.doc.fell_at > return_within) return false;
    if (in.killed || !e.doc.holds.empty() || !e.pending.empty() || !reduce(in).none()) return false;
    const busy_guard guard(busy);
    const int below = e.doc.stage_index(e.doc.stage);
    for (int rung = e.doc.stage_index(e.doc.fell_from); rung > below; --rung) {
        const std::string stage = e.doc.stages[static_cast<std::size_t>(rung)].id;
        if (!env.gates.issue(e.doc.project, stage, e.doc.variant, controller_actor())) continue;
        return take_over(e, {controller_actor(), "its evidence was renewed", ""}, "advance");
    }
    return false;
}

void rollout_service::impl::emit_sample_ratio(std::string_view project, const entry& e) {
    auto& state = projects.find(project)->second;
    const instant now = env.time.now();
    const std::int64_t n = e.seen.split().n();
    const bool due = (n != state.fact_n && now - state.fact_at >= fact_pause) ||
                     now - state.fact_at >= fact_refresh;
    const events::rollout_stage* stage = e.doc.find_stage(e.doc.stage);
    if (!due || stage == nullptr) return;
    const bool randomised = counts_visitors(*stage) && stage->audience.basis < 10'000;
    events::fact f{.key = "rollout.sample_ratio", .phase = e.doc.phase, .n = n, .as_of = now};
    f.usable = n > 0 || !randomised;
    if (f.usable) {
        f.value = e.seen.split_broken_at() ? 0.0 : 1.0;
        f.sum = *f.value;
        f.ln_e_fail = e.seen.split().ln_e();
    } else {
        f.why_not = "no randomised visitor was counted yet";
    }
    if (!randomised && n == 0) f.note = "nobody is randomised in this stage";
    const busy_guard guard(busy);
    if (!commit({events::make_event(f, {.at = now,
                                        .project = std::string(project),
                                        .by = controller_actor(),
                                        .object_type = "fact",
                                        .object_id = f.key,
                                        .phase = e.doc.phase})}))
        return;
    state.fact_n = n;
    state.fact_at = now;
}

// A new revision of the plan: stages and metrics are compiled anew, before anything else advances.
void rollout_service::impl::follow_plan(entry& e) {
    if (!e.doc.serving() && e.doc.state != release_state::draft) return;
    if (!e.pending.empty()) return;
    const auto head = env.plan(e.doc.project);
    if (!head || head->revision == e.doc.plan_revision) return;
    const auto compiled = recompiled(e, e.doc.phase);
    if (!compiled) return;
    const busy_guard guard(busy);
    (void)commit({events::make_event(
        *compiled, where(e, {controller_actor(), "the plan has a new revision", ""}))});
}

// Before a kill is taken back, the gate is asked again.
servery::status rollout_service::impl::gate_passes_again(std::string_view project, kill_scope scope,
                                                         std::string_view id, const act& by) {
    if (scope == kill_scope::project) {
        if (!env.gates.standing(project).suspended) return {};
        return env.gates.resume(project, by.reason, by.by);
    }
    for (const auto& e : find(project)->rollouts) {
        if (!e->doc.serving() || e->doc.variant != id) continue;
        const auto keep = env.gates.keep_set(project, e->doc.stage, id);
        if (!keep) return std::unexpected(keep.error());
        open_step open{6, "", {}, "", {}};
        for (const gate::condition& c : *keep) {
            // As when a grant is kept: not enough data ends nothing.
            if (c.state != gate::state::fail && c.state != gate::state::expired) continue;
            if (open.sentence.empty()) {
                open.sentence = "stage " + e->doc.stage + " may not serve: " + c.label;
                open.ends = c.fix;
            }
            open.evidence.push_back(c.id);
        }
        if (!open.sentence.empty()) return std::unexpected(not_ready(open));
    }
    return {};
}

void rollout_service::impl::revive(std::string_view project, kill_scope scope,
                                   std::string_view id) {
    if (scope == kill_scope::project) {
        env.kills.set_project(project, policy::kill_word::live);
    } else if (const auto bytes = from_hex(id); bytes && bytes->size() == 32) {
        hash32 hash{};
        std::ranges::copy(*bytes, hash.begin());
        env.kills.set_variant(project, hash, policy::kill_word::live);
    }
    if (env.kills_changed) env.kills_changed();
    publish();
}

} // namespace servery::rollout
