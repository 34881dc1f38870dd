// What people ask of rollouts. Every command checks against the folded state first; what lowers
// exposure happens whatever the store says, what raises it only once the record is stored.
#include "control_plane/rollout/metrics.h"
#include "control_plane/rollout/service_state.h"
#include "foundation/base/ids.h"

#include <algorithm>

namespace servery::rollout {

namespace {

constexpr millis approval_valid = std::chrono::hours(24 * 7);

std::unexpected<error> wrong_state(const entry& e, std::string_view what) {
    return fail(error_code::conflict, "rollout.state",
                "a rollout that is " + std::string(json::enum_word(e.doc.state)) + " cannot be " +
                    std::string(what),
                e.doc.id, "look at its status");
}

} // namespace

result<json::object> rollout_service::create(std::string_view project, std::string_view variant,
                                             std::string_view control, const act& by) {
    auto& all = impl_->projects[std::string(project)];
    const auto hash = impl_->env.variant(project, variant);
    if (!hash)
        return fail(error_code::unprocessable, "rollout.variant.unknown",
                    "there is no frozen variant '" + std::string(variant) + "'", "variant",
                    "create the variant first");
    std::string control_hash = "fallback";
    if (!control.empty() && control != "fallback") {
        const auto found = impl_->env.variant(project, control);
        if (!found)
            return fail(error_code::unprocessable, "rollout.variant.unknown",
                        "there is no frozen variant '" + std::string(control) + "'", "control",
                        "name a variant or fallback");
        control_hash = *found;
    }
    const auto head = impl_->env.plan(project);
    if (!head) return std::unexpected(head.error());
    std::int64_t tries = 0;
    std::vector<const entry*> drafts;
    for (const auto& e : all.rollouts) {
        if (e->doc.state == release_state::running)
            return fail(error_code::conflict, "rollout.overlap",
                        "rollout " + e->doc.id + " already runs in this project", "",
                        "roll it back, or wait until it serves everybody");
        if (e->doc.variant == *hash && e->doc.state == release_state::rolled_back) ++tries;
        if (e->doc.state == release_state::draft) drafts.push_back(e.get());
    }
    if (tries > 0)
        if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    entry made{.doc = {.id = make_id("ro", impl_->env.time.now(), impl_->env.random),
                       .project = std::string(project)},
               .seen = observations(*hash, 0),
               .pending = {}};
    made.doc.try_ = tries;
    const auto stages = compile_stages(head->plan->typed);
    if (stages.empty())
        return fail(error_code::unprocessable, "rollout.plan.no_stages",
                    "the plan has no rollout stages", "rollout.stages", "add stages to the plan");
    const auto compiled = impl_->recompiled(made, stages.front().phase);
    std::vector<events::event> batch;
    for (const entry* draft : drafts)
        batch.push_back(events::make_event(events::rollout_superseded{draft->doc.id, made.doc.id},
                                           impl_->where(*draft, by)));
    batch.push_back(events::make_event(
        events::rollout_created{.rollout = made.doc.id,
                                .variant = *hash,
                                .control = control_hash,
                                .salt_id = static_cast<std::int64_t>(all.rollouts.size()) + 1,
                                .algorithm = "servery1",
                                .try_ = tries,
                                .unit = head->plan->typed.rollout.sticky,
                                .plan_revision = head->revision,
                                .reason = by.reason},
        impl_->where(made, by)));
    if (compiled) batch.push_back(events::make_event(*compiled, impl_->where(made, by)));
    const busy_guard guard(impl_->busy);
    if (auto stored = impl_->commit(std::move(batch)); !stored)
        return std::unexpected(stored.error());
    entry& kept = *impl_->find(project, made.doc.id);
    // The word of an earlier try would keep the new one off; nobody is served by it yet.
    if (tries > 0) impl_->set_word(kept, policy::kill_word::live);
    return document_json(kept.doc, impl_->killed(kept));
}

result<done> rollout_service::start(std::string_view project, std::string_view id, const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    entry& r = **e;
    if (r.doc.state != release_state::draft) return wrong_state(r, "started");
    const busy_guard guard(impl_->busy);
    if (impl_->take_over(r, by, "start")) return impl_->done_of(r, true);
    const events::rollout_stage* first = r.doc.next_stage();
    const std::string gate_id = gate_of(r.doc, *first);
    auto grant = impl_->env.gates.issue(project, first->id, r.doc.variant, by.by);
    if (!grant) {
        error open = not_ready({6, grant.error().message, {}, grant.error().remedy, {}});
        open.where = gate_id;
        open.more = std::move(grant.error().more);
        if (grant.error().code == error_code::unavailable) open = std::move(grant.error());
        return std::unexpected(std::move(open));
    }
    if (!impl_->take_over(r, by, "start"))
        return fail(error_code::unavailable, "rollout.store_down",
                    "the grant is stored, the share is not yet", "",
                    "it is taken over by itself when the store is back");
    return impl_->done_of(r, true);
}

result<done> rollout_service::advance(std::string_view project, std::string_view id,
                                      const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    if (!(*e)->doc.serving()) return wrong_state(**e, "advanced");
    impl_->enforce(**e);
    return impl_->advance(**e, by);
}

result<done> rollout_service::approve(std::string_view project, std::string_view id,
                                      const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    entry& r = **e;
    const events::rollout_stage* next = r.doc.next_stage();
    if (!r.doc.serving() || next == nullptr) return wrong_state(r, "approved further");
    const busy_guard guard(impl_->busy);
    auto stored = impl_->commit(
        {events::make_event(events::rollout_approved{r.doc.id, next->id, by.by.id, by.reason,
                                                     impl_->env.time.now() + approval_valid},
                            impl_->where(r, by))});
    if (!stored) return std::unexpected(stored.error());
    return impl_->done_of(r, true);
}

result<done> rollout_service::release(std::string_view project, std::string_view id,
                                      std::string_view cause, const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    entry& r = **e;
    std::vector<events::event> batch;
    for (const auto& h : r.doc.holds) {
        const bool meant = cause.empty() ? h.cause == "operator" || h.cause.starts_with("metric:")
                                         : h.cause == cause;
        if (!meant) continue;
        if (h.cause == "sample_ratio" || h.cause == "approval")
            return fail(error_code::conflict, "rollout.hold.stays",
                        "the hold '" + h.cause + "' does not end by release", "cause",
                        h.cause == "approval" ? "approve the stage" : "start a new rollout");
        batch.push_back(events::make_event(events::rollout_released{r.doc.id, h.cause, by.reason},
                                           impl_->where(r, by)));
    }
    if (batch.empty())
        return fail(error_code::not_found, "rollout.hold.unknown", "there is no hold to release",
                    "cause", "look at the holds of its status");
    const busy_guard guard(impl_->busy);
    if (auto stored = impl_->commit(std::move(batch)); !stored)
        return std::unexpected(stored.error());
    return impl_->done_of(r, true);
}

result<done> rollout_service::hold(std::string_view project, std::string_view id, const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    if (!(*e)->doc.serving()) return wrong_state(**e, "held");
    const bool recorded = impl_->put_in_force(**e, {.kind = reduction_kind::hold, .by = by});
    return impl_->done_of(**e, recorded);
}

result<done> rollout_service::step_back(std::string_view project, std::string_view id,
                                        std::string_view to, const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    entry& r = **e;
    if (!r.doc.serving()) return wrong_state(r, "stepped back");
    const int now = r.doc.stage_index(r.doc.stage);
    const int lower = to.empty() ? now - 1 : r.doc.stage_index(to);
    if (lower < 0 && to.empty()) return roll_back(project, id, by);
    if (lower < 0 || lower >= now)
        return fail(error_code::unprocessable, "rollout.stage.not_lower",
                    "'" + std::string(to) + "' is no stage below " + r.doc.stage, "to",
                    "name a lower stage of the ladder");
    const bool recorded =
        impl_->put_in_force(r, {.kind = reduction_kind::step_back,
                                .to = r.doc.stages[static_cast<std::size_t>(lower)].id,
                                .by = by});
    return impl_->done_of(r, recorded);
}

result<done> rollout_service::roll_back(std::string_view project, std::string_view id,
                                        const act& by) {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    if (!(*e)->doc.serving()) return wrong_state(**e, "rolled back");
    const bool recorded = impl_->put_in_force(**e, {.kind = reduction_kind::roll_back, .by = by});
    return impl_->done_of(**e, recorded);
}

result<done> rollout_service::kill(std::string_view project, kill_scope scope, std::string_view id,
                                   const act& by) {
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    std::string whole(scope == kill_scope::project ? project : id);
    if (scope == kill_scope::variant) {
        const auto hash = impl_->env.variant(project, id);
        if (!hash)
            return fail(error_code::not_found, "rollout.variant.unknown",
                        "there is no variant '" + std::string(id) + "'", "id", "name a variant");
        whole = *hash;
    }
    impl_->projects.try_emplace(std::string(project));
    const bool recorded = impl_->put_kill_in_force(project, {scope, std::move(whole), by});
    return done{.rollout = "", .state = "killed", .stage = "", .recorded = recorded};
}

result<done> rollout_service::unkill(std::string_view project, kill_scope scope,
                                     std::string_view id, const act& by) {
    if (auto given = need_reason(by); !given) return std::unexpected(given.error());
    const project_state* state = impl_->find(project);
    std::string whole(scope == kill_scope::project ? project : id);
    if (scope == kill_scope::variant)
        if (const auto hash = impl_->env.variant(project, id)) whole = *hash;
    // After a restore nothing is killed, and nobody is served before an owner says so.
    const bool restored = scope == kill_scope::project && state != nullptr &&
                          impl_->env.gates.standing(project).suspended;
    const bool dead =
        restored ||
        (state != nullptr &&
         (scope == kill_scope::project ? state->killed : state->killed_variants.contains(whole)));
    if (!dead)
        return fail(error_code::conflict, "rollout.state", "nothing is killed there", "id",
                    "look at the status");
    const busy_guard guard(impl_->busy);
    if (auto passed = impl_->gate_passes_again(project, scope, whole, by); !passed)
        return std::unexpected(passed.error());
    auto stored = impl_->commit({events::make_event(
        events::rollout_unkilled{std::string(json::enum_word(scope)), whole, by.reason},
        {.at = impl_->env.time.now(),
         .project = std::string(project),
         .by = by.by,
         .object_type = std::string(json::enum_word(scope)),
         .object_id = whole,
         .request_id = by.request_id})});
    if (!stored) return std::unexpected(stored.error());
    impl_->revive(project, scope, whole);
    return done{.rollout = "", .state = "live", .stage = "", .recorded = true};
}

} // namespace servery::rollout
