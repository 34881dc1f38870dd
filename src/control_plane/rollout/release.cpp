#include "control_plane/rollout/release.h"

#include <algorithm>
#include <cmath>

namespace servery::rollout {

namespace {

constexpr millis usual_dwell = std::chrono::hours(24);
constexpr millis longest_dwell = std::chrono::hours(24 * 42);

void drop_hold(release& r, std::string_view cause) {
    std::erase_if(r.holds, [&](const hold& h) { return h.cause == cause; });
}

void fold_share(release& r, const events::event& e) {
    const auto change = events::read<events::rollout_share_changed>(e);
    const bool fell = change.cause == "grant_ended";
    if (fell && r.fell_from.empty()) {
        r.fell_from = change.from;
        r.fell_at = e.at;
    }
    if (!fell && (change.cause == "step_back" || change.to == r.fell_from ||
                  r.stage_index(change.to) > r.stage_index(r.fell_from)))
        r.fell_from.clear();
    r.stage = change.to;
    r.basis = change.to_basis;
    r.entered_at = e.at;
    if (!change.to.empty()) r.first_entered.try_emplace(change.to, e.at);
    r.approved.reset();
    r.stalled = false;
    drop_hold(r, "approval");
}

void fold_hold(release& r, const events::event& e) {
    const auto held = events::read<events::rollout_held>(e);
    drop_hold(r, held.cause);
    r.holds.push_back({held.cause, held.reason, e.at, held.stage});
    std::erase(r.acknowledged, held.cause);
}

void fold_release_of_hold(release& r, const events::event& e) {
    const auto released = events::read<events::rollout_released>(e);
    drop_hold(r, released.cause);
    r.acknowledged.push_back(released.cause);
}

void fold_rolled_back(release& r, const events::event& e) {
    r.ended = events::read<events::rollout_rolled_back>(e);
    r.ended_at = e.at;
    r.state = release_state::rolled_back;
    r.stage.clear();
    r.basis = 0;
    r.holds.clear();
    r.approved.reset();
}

void fold_compiled(release& r, const events::event& e) {
    auto compiled = events::read<events::rollout_compiled>(e);
    r.metrics_version = compiled.version;
    r.plan_revision = compiled.plan_revision;
    r.phase = compiled.phase;
    r.stages = std::move(compiled.stages);
    r.metrics = std::move(compiled.metrics);
}

} // namespace

int release::stage_index(std::string_view wanted) const {
    const auto found = std::ranges::find(stages, wanted, &events::rollout_stage::id);
    return found == stages.end() ? -1 : static_cast<int>(found - stages.begin());
}

const events::rollout_stage* release::find_stage(std::string_view wanted) const {
    const int index = stage_index(wanted);
    return index < 0 ? nullptr : &stages[static_cast<std::size_t>(index)];
}

const events::rollout_stage* release::next_stage() const {
    const auto next = static_cast<std::size_t>(stage.empty() ? 0 : stage_index(stage) + 1);
    return next < stages.size() ? &stages[next] : nullptr;
}

bool release::has_hold(std::string_view cause) const {
    return std::ranges::find(holds, cause, &hold::cause) != holds.end();
}

std::vector<events::rollout_stage> compile_stages(const plan::document& plan) {
    std::vector<events::rollout_stage> stages;
    for (const plan::stage& s : plan.rollout.stages) {
        const auto dwell = plan::duration_of(s.min_dwell);
        stages.push_back({.id = s.id,
                          .phase = std::string(plan::word(s.phase)),
                          .mode = std::string(json::enum_word(s.mode)),
                          .audience = {.basis = std::llround(s.percent * 100),
                                       .groups = s.groups,
                                       .regions = s.regions,
                                       .topics = s.topics,
                                       .max_visitors = s.max_visitors},
                          .min_dwell_ms = dwell.value_or(usual_dwell).count(),
                          .max_dwell_ms = longest_dwell.count(),
                          .human_on_shift = s.human_on_shift,
                          .approve = s.approve});
    }
    return stages;
}

release begin_release(const events::event& e, const events::rollout_created& r) {
    return {.id = r.rollout,
            .project = e.project,
            .variant = r.variant,
            .control = r.control,
            .salt_id = r.salt_id,
            .cohort = r.cohort,
            .algorithm = r.algorithm,
            .try_ = r.try_,
            .unit = r.unit,
            .author = e.by.id,
            .plan_revision = r.plan_revision,
            .created_at = e.at};
}

void fold_grant(release& r, const events::event& e) {
    if (events::is<events::grant_issued>(e)) {
        const auto g = events::read<events::grant_issued>(e);
        if (g.variant == r.variant) r.grants.insert(g.grant);
    } else if (events::is<events::grant_ended>(e)) {
        const auto g = events::read<events::grant_ended>(e);
        if (r.grants.contains(g.grant)) r.last_end = g.reason;
    }
}

bool fold_release(release& r, const events::event& e) {
    if (events::is<events::rollout_compiled>(e)) {
        fold_compiled(r, e);
    } else if (events::is<events::rollout_started>(e)) {
        r.state = release_state::running;
    } else if (events::is<events::rollout_share_changed>(e)) {
        fold_share(r, e);
    } else if (events::is<events::rollout_held>(e)) {
        fold_hold(r, e);
    } else if (events::is<events::rollout_released>(e)) {
        fold_release_of_hold(r, e);
    } else if (events::is<events::rollout_approved>(e)) {
        const auto given = events::read<events::rollout_approved>(e);
        r.approved = approval{given.stage, given.person, given.until};
        drop_hold(r, "approval");
    } else if (events::is<events::rollout_rolled_back>(e)) {
        fold_rolled_back(r, e);
    } else if (events::is<events::rollout_completed>(e)) {
        r.state = release_state::completed;
    } else if (events::is<events::rollout_superseded>(e)) {
        r.state = release_state::superseded;
    } else if (events::is<events::rollout_stalled>(e)) {
        r.stalled = true;
    } else {
        return false;
    }
    ++r.version;
    return true;
}

std::string state_word(const release& r, bool killed) {
    if (killed && r.serving()) return "killed";
    return std::string(json::enum_word(r.state));
}

json::object document_json(const release& r, bool killed) {
    json::array stages;
    for (const auto& s : r.stages) {
        json::object row;
        row["id"] = s.id;
        row["phase"] = s.phase;
        row["mode"] = s.mode;
        row["percent"] = static_cast<double>(s.audience.basis) / 100;
        row["groups"] = json::to_json(s.audience.groups);
        row["regions"] = json::to_json(s.audience.regions);
        row["topics"] = json::to_json(s.audience.topics);
        row["max_visitors"] = json::to_json(s.audience.max_visitors);
        row["min_dwell"] = to_duration(millis(s.min_dwell_ms));
        row["max_dwell"] = to_duration(millis(s.max_dwell_ms));
        row["human_on_shift"] = s.human_on_shift;
        row["approve"] = s.approve;
        stages.push_back(std::move(row));
    }
    json::object out;
    out["id"] = r.id;
    out["project"] = r.project;
    out["variant"] = r.variant;
    out["control"] = r.control;
    out["salt_id"] = r.salt_id;
    out["cohort"] = r.cohort.empty() ? json::value(nullptr) : json::value(r.cohort);
    out["algorithm"] = r.algorithm;
    out["try"] = r.try_;
    out["unit"] = r.unit;
    out["author"] = r.author;
    out["plan_revision"] = r.plan_revision;
    out["stages"] = std::move(stages);
    out["state"] = state_word(r, killed);
    out["stage"] = r.stage.empty() ? json::value(nullptr) : json::value(r.stage);
    out["created_at"] = to_rfc3339(r.created_at);
    out["entered_at"] =
        r.entered_at.ms == 0 ? json::value(nullptr) : json::value(to_rfc3339(r.entered_at));
    out["holds"] = json::to_json(r.holds);
    out["metrics_version"] = r.metrics_version;
    out["version"] = r.version;
    return out;
}

} // namespace servery::rollout
