// The acts that keep or lower exposure. They need no gate and are never refused for a state.
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/gate_state.h"
#include "foundation/base/text.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>

namespace servery::gate {

status gate_service::end_grants(std::string_view project, const events::actor& by,
                                std::string_view reason, std::string_view detail,
                                const std::function<bool(const grant&)>& which,
                                std::vector<events::event> more) {
    const auto* state = find(project);
    if (state == nullptr)
        return fail(error_code::not_found, "plan.project.unknown",
                    "there is no project '" + std::string(project) + "'", {}, "list the projects");
    std::vector<events::event> batch;
    for (const auto& g : state->grants.all()) {
        const bool serves = g.state == grant_state::live || g.state == grant_state::suspended;
        if (!serves || !which(g)) continue;
        events::grant_ended ended{g.id, std::string(reason), "", std::string(detail)};
        batch.push_back(events::make_event(ended, context(project, by, "grant", g.id)));
    }
    batch.insert(batch.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
    return commit(std::move(batch));
}

status gate_service::step_back(std::string_view project, std::string_view to,
                               std::string_view reason, const events::actor& by) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    if (trim(reason).empty())
        return fail(error_code::unprocessable, "gate.step_back.reason",
                    "stepping back needs a reason", "reason", "say why");
    const auto& d = head->plan->typed;
    const auto* stage = d.find_stage(to);
    const auto phase = stage != nullptr ? std::optional(stage->phase) : plan::phase_from(to);
    if (!phase)
        return fail(error_code::not_found, "gate.step_back.unknown",
                    "'" + std::string(to) + "' is neither a stage of the plan nor a phase", "to",
                    "name a stage or a phase");
    if (!standing_of(project).phase || *phase > *standing_of(project).phase)
        return fail(error_code::conflict, "gate.step_back.ahead",
                    "'" + std::string(to) + "' lies ahead", "to",
                    "sign its gate, or override with a reason and an end");
    const int keep = stage != nullptr ? d.stage_index(to) : -1;
    const auto above = [&](const grant& g) {
        if (g.phase != *phase) return g.phase > *phase;
        return stage != nullptr && d.stage_index(g.stage) > keep;
    };
    std::vector<events::event> more;
    const auto stands = standing_of(project);
    if (stands.phase && *stands.phase > *phase) {
        events::phase_changed change;
        change.from = std::string(plan::word(*stands.phase));
        change.to = std::string(plan::word(*phase));
        change.status = stands.status;
        change.cause = "step_back";
        change.reason = std::string(reason);
        more.push_back(events::make_event(change, context(project, by, "project", project)));
    }
    return end_grants(project, by, "stepped_back", reason, above, std::move(more));
}

status gate_service::roll_back(std::string_view project, std::string_view variant,
                               std::string_view reason, const events::actor& by) {
    return end_grants(project, by, "rolled_back", reason,
                      [&](const grant& g) { return g.variant == variant; });
}

status gate_service::supersede(std::string_view project, std::string_view variant,
                               const events::actor& by) {
    const auto head = env_.plans.head(project);
    if (!head) return std::unexpected(head.error());
    const auto& d = head->plan->typed;
    const int top = top_stage(project, d, variant);
    return end_grants(
        project, by, "superseded", "another variant holds this stage",
        [&](const grant& g) { return g.variant != variant && d.stage_index(g.stage) <= top; });
}

namespace {

events::phase_changed status_change(const standing& s, std::string status_word, std::string cause,
                                    std::string_view reason) {
    events::phase_changed change;
    change.from = s.phase ? std::string(plan::word(*s.phase)) : "";
    change.to = change.from;
    change.status = std::move(status_word);
    change.cause = std::move(cause);
    change.reason = std::string(reason);
    change.override_until = s.override_until;
    return change;
}

} // namespace

status gate_service::hold(std::string_view project, std::string_view reason,
                          const events::actor& by) {
    const auto change = status_change(standing_of(project), "held", "hold", reason);
    return commit({events::make_event(change, context(project, by, "project", project))});
}

status gate_service::release(std::string_view project, std::string_view reason,
                             const events::actor& by) {
    const auto stands = standing_of(project);
    if (stands.status != "held")
        return fail(error_code::conflict, "gate.release.not_held", "the project is not on hold", {},
                    "nothing needs to be done");
    const auto change = status_change(stands, stands.phase ? "active" : "draft", "release", reason);
    return commit({events::make_event(change, context(project, by, "project", project))});
}

status gate_service::stop(std::string_view project, std::string_view reason,
                          const events::actor& by) {
    if (trim(reason).empty())
        return fail(error_code::unprocessable, "gate.stop.reason", "stopping needs a reason",
                    "reason", "say why the project stops");
    const auto change = status_change(standing_of(project), "stopped", "stop", reason);
    return end_grants(project, by, "stopped", reason, [](const grant&) { return true; },
                      {events::make_event(change, context(project, by, "project", project))});
}

status gate_service::suspend(std::string_view project, std::string_view reason,
                             const events::actor& by) {
    const auto* state = find(project);
    if (state == nullptr) return {};
    std::vector<events::event> batch;
    for (const auto& g : state->grants.all()) {
        if (g.state != grant_state::live) continue;
        events::grant_suspended off{g.id, std::string(reason)};
        batch.push_back(events::make_event(off, context(project, by, "grant", g.id)));
    }
    return commit(std::move(batch));
}

} // namespace servery::gate
