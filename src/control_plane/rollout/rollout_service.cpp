#include "control_plane/rollout/rollout_service.h"

#include "control_plane/rollout/publish.h"
#include "control_plane/rollout/service_state.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::rollout {

namespace {

constexpr millis gate_every = std::chrono::minutes(1);
constexpr millis gate_pause = std::chrono::seconds(1);

} // namespace

gate_port port_to(gate::gate_service& gates) {
    using events::actor;
    using view = std::string_view;
    return {
        .live_grants = [&gates](view p) { return gates.live_grants(p); },
        .evaluate = [&gates](view p, view g, view v) { return gates.evaluate(p, g, v); },
        .issue = [&gates](view p, view s, view v,
                          const actor& by) { return gates.issue(p, s, v, by); },
        .step_back = [&gates](view p, view to, view why,
                              const actor& by) { return gates.step_back(p, to, why, by); },
        .roll_back = [&gates](view p, view v, view why,
                              const actor& by) { return gates.roll_back(p, v, why, by); },
        .supersede = [&gates](view p, view v,
                              const actor& by) { return gates.supersede(p, v, by); },
        .suspend = [&gates](view p, view why,
                            const actor& by) { return gates.suspend(p, why, by); },
        .resume = [&gates](view p, view why, const actor& by) { return gates.resume(p, why, by); },
        .keep_set = [&gates](view p, view s, view v) { return gates.keep_set(p, s, v); },
        .standing = [&gates](view p) { return gates.standing_of(p); },
    };
}

rollout_service::rollout_service(environment env)
    : impl_(std::make_unique<impl>(impl{.env = std::move(env), .projects = {}})) {}
rollout_service::~rollout_service() = default;

// --- folds -----------------------------------------------------------------------------------

void rollout_service::apply(const events::event& e) {
    if (e.refused || e.project.empty()) return;
    if (events::is<events::rollout_created>(e)) {
        const auto made = events::read<events::rollout_created>(e);
        auto& state = impl_->projects[e.project];
        state.rollouts.push_back(std::make_unique<entry>(
            entry{begin_release(e, made), observations(made.variant, made.salt_id), {}}));
        return;
    }
    const auto found = impl_->projects.find(e.project);
    if (found == impl_->projects.end()) return;
    project_state& state = found->second;
    state.dirty = true;
    if (events::is<events::rollout_killed>(e) || events::is<events::rollout_unkilled>(e)) {
        const auto word = events::read<events::rollout_killed>(e);
        const bool killed = events::is<events::rollout_killed>(e);
        if (word.scope == "project")
            state.killed = killed;
        else if (killed)
            state.killed_variants.insert(word.id);
        else
            state.killed_variants.erase(word.id);
        return;
    }
    if (events::is<events::label_recorded>(e)) {
        const auto label = events::read<events::label_recorded>(e);
        for (auto& r : state.rollouts)
            r->seen.apply(label, e.seq);
        return;
    }
    if (events::is<events::fact>(e)) {
        const auto f = events::read<events::fact>(e);
        for (auto& r : state.rollouts)
            r->seen.apply(f, e.seq);
        return;
    }
    if (e.kind.starts_with("grant."))
        for (auto& r : state.rollouts)
            fold_grant(r->doc, e);
    if (!e.kind.starts_with("rollout.")) return;
    entry* r = impl_->find(e.project, json::text_or(e.body, "rollout"));
    if (r == nullptr || !fold_release(r->doc, e)) return;
    if (events::is<events::rollout_compiled>(e))
        r->seen.compile(events::read<events::rollout_compiled>(e));
}

void rollout_service::apply(const events::exchange& row) {
    const auto found = impl_->projects.find(row.project);
    if (found == impl_->projects.end()) return;
    for (auto& r : found->second.rollouts) {
        const auto before = r->seen.counted();
        r->seen.apply(row);
        if (r->seen.counted() == before) continue;
        r->doc.stalled = false;
        found->second.dirty = true;
    }
}

// --- reactions -------------------------------------------------------------------------------

void rollout_service::react(std::string_view project) {
    const auto found = impl_->projects.find(project);
    if (impl_->busy || found == impl_->projects.end()) return;
    // By index: recording may add rollouts.
    for (std::size_t i = 0; i < found->second.rollouts.size(); ++i) {
        entry& e = *found->second.rollouts[i];
        if (!e.doc.serving() && e.doc.state != release_state::draft) continue;
        if (impl_->enforce(e)) continue;
        impl_->take_over(e, {controller_actor(), "its gate was passed", ""}, "advance");
    }
}

void rollout_service::on_tick(instant now) {
    if (impl_->busy) return;
    for (auto& [project, state] : impl_->projects) {
        impl_->reconcile(project);
        impl_->record_pending_kills(project);
        for (std::size_t i = 0; i < state.rollouts.size(); ++i)
            impl_->record_pending(*state.rollouts[i]);
        react(project);
        const bool due = now - state.advanced_at >= gate_every ||
                         (state.dirty && now - state.advanced_at >= gate_pause);
        if (!due) continue;
        state.advanced_at = now;
        state.dirty = false;
        for (std::size_t i = 0; i < state.rollouts.size(); ++i) {
            entry& e = *state.rollouts[i];
            impl_->follow_plan(e);
            if (!e.doc.serving()) continue;
            impl_->emit_sample_ratio(project, e);
            impl_->advance_by_itself(e);
        }
    }
}

// --- for the snapshot ------------------------------------------------------------------------

std::vector<policy::grant_view> rollout_service::ladder(std::string_view project) const {
    std::vector<policy::grant_view> views;
    const project_state* state = impl_->find(project);
    if (state == nullptr) return views;
    const entry* trial = nullptr; // the newest that serves; older ones are its control
    for (auto it = state->rollouts.rbegin(); it != state->rollouts.rend(); ++it) {
        const entry& e = **it;
        const int rung = impl_->published_rung(e);
        if (rung < 0) continue;
        const entry& split = trial != nullptr ? *trial : e;
        auto grants = impl_->grants_of(e);
        for (auto grant = grants.rbegin(); grant != grants.rend(); ++grant) {
            const int index = e.doc.stage_index(grant->stage);
            if (index < 0 || index > rung) continue;
            const events::rollout_stage& stage = e.doc.stages[static_cast<std::size_t>(index)];
            const bool open =
                !stage.human_on_shift || !impl_->env.on_shift || impl_->env.on_shift(project);
            auto view = to_view(
                {.rollout = e.doc,
                 .grant = *grant,
                 .salt = salt_of(impl_->env.salt_key, project, split.doc.id, split.doc.cohort),
                 .salt_id = split.doc.salt_id,
                 .open_now = open,
                 .probability_left_e6 =
                     trial != nullptr ? 1'000'000 - trial->doc.basis * 100 : 1'000'000});
            if (view) views.push_back(std::move(*view));
        }
        if (trial == nullptr) trial = &e;
    }
    return views;
}

std::optional<std::string> rollout_service::candidate(std::string_view project) const {
    const project_state* state = impl_->find(project);
    if (state == nullptr) return std::nullopt;
    for (auto it = state->rollouts.rbegin(); it != state->rollouts.rend(); ++it)
        if ((*it)->doc.serving() || (*it)->doc.state == release_state::draft)
            return (*it)->doc.variant;
    return std::nullopt;
}

} // namespace servery::rollout
