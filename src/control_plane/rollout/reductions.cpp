// Down before the record: a reduction is in force (kill word, snapshot) before it is stored, and is
// stored as soon as the log takes it. Nothing here waits for a gate, an approval or a database.
#include "control_plane/rollout/service_state.h"

#include <algorithm>

namespace servery::rollout {

bool rollout_service::impl::enforce(entry& e) {
    if (e.leaving()) return false;
    const reductions due = reduce(input(e));
    if (due.none()) return false;
    if (due.roll_back) {
        put_in_force(e, {.kind = reduction_kind::roll_back,
                         .by = {controller_actor(), due.roll_back->reason, ""},
                         .why = due.roll_back->why});
        return true;
    }
    record_holds(e, due.holds);
    if (due.fall) fall(e, *due.fall);
    return true;
}

bool rollout_service::impl::put_in_force(entry& e, pending_reduction what) {
    const busy_guard guard(busy);
    const bool waits = !e.pending.empty();
    if (what.kind == reduction_kind::roll_back && what.kill_word)
        set_word(e, policy::kill_word::rolled_back);
    const bool lowers = what.kind != reduction_kind::hold;
    e.pending.push_back(std::move(what));
    if (lowers) publish();
    return !waits && record_pending(e);
}

bool rollout_service::impl::record_pending(entry& e) {
    const busy_guard guard(busy);
    while (!e.pending.empty()) {
        if (!record(e, e.pending.front())) return false;
        e.pending.pop_front();
    }
    return true;
}

bool rollout_service::impl::record(entry& e, const pending_reduction& what) {
    switch (what.kind) {
    case reduction_kind::roll_back:
        return record_roll_back(e, what);
    case reduction_kind::step_back:
        return record_step_back(e, what);
    case reduction_kind::hold:
        break;
    }
    if (e.doc.has_hold(what.cause)) return true;
    return commit({events::make_event(events::rollout_held{.rollout = e.doc.id,
                                                           .cause = what.cause,
                                                           .reason = what.by.reason},
                                      where(e, what.by))})
        .has_value();
}

bool rollout_service::impl::record_roll_back(entry& e, const pending_reduction& what) {
    if (!e.doc.serving()) return true;
    if (!grants_of(e).empty() &&
        !env.gates.roll_back(e.doc.project, e.doc.variant, what.by.reason, what.by.by))
        return false;
    events::rollout_rolled_back record{.rollout = e.doc.id,
                                       .reason = what.by.reason,
                                       .from = e.doc.stage,
                                       .from_basis = e.doc.basis};
    if (what.why) {
        record.metric = what.why->metric;
        record.ln_e = what.why->ln_e;
        record.n = what.why->n;
        record.at_seq = what.why->at_seq;
    }
    return commit({events::make_event(record, where(e, what.by))}).has_value();
}

bool rollout_service::impl::record_step_back(entry& e, const pending_reduction& what) {
    if (!e.doc.serving() || e.doc.stage_index(e.doc.stage) <= e.doc.stage_index(what.to))
        return true;
    const auto grants = grants_of(e);
    const bool above = std::ranges::any_of(grants, [&](const gate::grant& g) {
        return e.doc.stage_index(g.stage) > e.doc.stage_index(what.to);
    });
    if (above && !env.gates.step_back(e.doc.project, what.to, what.by.reason, what.by.by))
        return false;
    const auto lower = std::ranges::find(grants, what.to, &gate::grant::stage);
    const events::rollout_share_changed change{
        .rollout = e.doc.id,
        .from = e.doc.stage,
        .to = what.to,
        .from_basis = e.doc.basis,
        .to_basis = e.doc.find_stage(what.to)->audience.basis,
        .grant = lower == grants.end() ? std::string() : lower->id,
        .cause = "step_back",
        .reason = what.by.reason};
    // Without a hold the next stage's gate, which passed before, would undo it within a minute.
    const events::rollout_held held{
        .rollout = e.doc.id, .cause = "operator", .reason = "stepped back: " + what.by.reason};
    return commit({events::make_event(change, where(e, what.by)),
                   events::make_event(held, where(e, what.by))})
        .has_value();
}

void rollout_service::impl::record_holds(entry& e, const std::vector<hold_act>& holds) {
    std::vector<events::event> batch;
    for (const hold_act& h : holds) {
        events::rollout_held held{
            .rollout = e.doc.id, .cause = h.cause, .reason = h.reason, .at_seq = h.at_seq};
        if (h.why) {
            held.metric = h.why->metric;
            held.ln_e = h.why->ln_e;
            held.n = h.why->n;
        }
        batch.push_back(events::make_event(held, where(e, {controller_actor(), h.reason, ""})));
    }
    const busy_guard guard(busy);
    // Without the store nothing advances either, and the next record or tick comes back here.
    if (!batch.empty()) (void)commit(std::move(batch));
}

// The ladder in the snapshot has fallen by itself; this writes it down.
void rollout_service::impl::fall(entry& e, const fall_act& what) {
    const act by{controller_actor(), what.reason, ""};
    // What ended with its evidence or its term may come back (re-entry); anything else was an act.
    const bool may_return = e.doc.last_end == "expired" || e.doc.last_end == "keep" ||
                            e.doc.last_end.empty(); // the term is over, its record follows
    if (what.to.empty() && !may_return) {
        put_in_force(e, {.kind = reduction_kind::roll_back, .by = by, .kill_word = false});
        return;
    }
    const busy_guard guard(busy);
    const auto grants = grants_of(e);
    const auto lower = std::ranges::find(grants, what.to, &gate::grant::stage);
    (void)commit({events::make_event(
        events::rollout_share_changed{
            .rollout = e.doc.id,
            .from = e.doc.stage,
            .to = what.to,
            .from_basis = e.doc.basis,
            .to_basis = what.to.empty() ? 0 : e.doc.find_stage(what.to)->audience.basis,
            .grant = lower == grants.end() ? std::string() : lower->id,
            .cause = "grant_ended",
            .reason = what.reason},
        where(e, by))});
}

bool rollout_service::impl::put_kill_in_force(std::string_view project, pending_kill what) {
    const busy_guard guard(busy);
    if (what.scope == kill_scope::project) {
        env.kills.set_project(project, policy::kill_word::killed);
    } else if (const auto bytes = from_hex(what.id); bytes && bytes->size() == 32) {
        hash32 hash{};
        std::ranges::copy(*bytes, hash.begin());
        env.kills.set_variant(project, hash, policy::kill_word::killed);
    }
    if (env.kills_changed) env.kills_changed();
    publish();
    auto& state = projects.find(project)->second;
    state.pending_kills.push_back(std::move(what));
    record_pending_kills(project);
    return state.pending_kills.empty();
}

bool rollout_service::impl::record_kill(std::string_view project, const pending_kill& what) {
    const project_state& state = *find(project);
    if (what.scope == kill_scope::project ? state.killed : state.killed_variants.contains(what.id))
        return true;
    if (what.scope == kill_scope::project && !env.gates.standing(project).suspended &&
        !env.gates.live_grants(project).empty() &&
        !env.gates.suspend(project, what.by.reason, what.by.by))
        return false;
    return commit(
               {events::make_event(events::rollout_killed{std::string(json::enum_word(what.scope)),
                                                          what.id, what.by.reason},
                                   {.at = env.time.now(),
                                    .project = std::string(project),
                                    .by = what.by.by,
                                    .object_type = std::string(json::enum_word(what.scope)),
                                    .object_id = what.id,
                                    .request_id = what.by.request_id})})
        .has_value();
}

void rollout_service::impl::record_pending_kills(std::string_view project) {
    const busy_guard guard(busy);
    auto& kills = projects.find(project)->second.pending_kills;
    while (!kills.empty()) {
        const pending_kill first = kills.front();
        if (!record_kill(project, first)) return;
        kills.erase(kills.begin());
    }
}

void rollout_service::impl::reconcile(std::string_view project) {
    auto& state = projects.find(project)->second;
    static constexpr auto found = "found on the kill board after a restart";
    const act by{controller_actor(), found, ""};
    if (state.pending_kills.empty() && !state.killed &&
        env.kills.project(project) == policy::kill_word::killed)
        put_kill_in_force(project, {kill_scope::project, std::string(project), by});
    for (auto& e : state.rollouts) {
        const auto bytes = from_hex(e->doc.variant);
        hash32 hash{};
        if (!e->doc.serving() || !bytes || bytes->size() != hash.size()) continue;
        std::ranges::copy(*bytes, hash.begin());
        const auto word = env.kills.variant(project, hash);
        if (word == policy::kill_word::rolled_back && !e->leaving())
            put_in_force(*e, {.kind = reduction_kind::roll_back, .by = by});
        if (word == policy::kill_word::killed && state.pending_kills.empty() &&
            !state.killed_variants.contains(e->doc.variant))
            put_kill_in_force(project, {kill_scope::variant, e->doc.variant, by});
    }
}

} // namespace servery::rollout
