#include "control_plane/rollout/service_state.h"

#include <algorithm>

namespace servery::rollout {

bool entry::leaving() const {
    return std::ranges::any_of(
        pending, [](const pending_reduction& p) { return p.kind == reduction_kind::roll_back; });
}

const events::actor& controller_actor() {
    static const events::actor controller{events::actor_kind::system, "rollout"};
    return controller;
}

status need_reason(const act& by) {
    if (by.reason.find_first_not_of(" \t\r\n") != std::string::npos) return {};
    return fail(error_code::unprocessable, "rollout.reason.missing",
                "this act stands in the decision log and needs a reason", "reason",
                "say in a few words why");
}

error not_ready(const open_step& open) {
    error out{.code = error_code::conflict,
              .id = "rollout.not_ready",
              .message = open.sentence,
              .where = "step " + std::to_string(open.step),
              .remedy = open.ends};
    for (const std::string& rests_on : open.evidence)
        out.more.push_back(error{.code = error_code::conflict,
                                 .id = "rollout.not_ready",
                                 .message = rests_on + " is not met",
                                 .where = rests_on});
    return out;
}

const project_state* rollout_service::impl::find(std::string_view project) const {
    const auto found = projects.find(project);
    return found == projects.end() ? nullptr : &found->second;
}

const entry* rollout_service::impl::find(std::string_view project, std::string_view id) const {
    const project_state* state = find(project);
    if (state == nullptr) return nullptr;
    for (const auto& e : state->rollouts)
        if (e->doc.id == id) return e.get();
    return nullptr;
}

entry* rollout_service::impl::find(std::string_view project, std::string_view id) {
    return const_cast<entry*>(std::as_const(*this).find(project, id));
}

result<entry*> rollout_service::impl::require(std::string_view project, std::string_view id) {
    if (entry* e = find(project, id)) return e;
    return fail(error_code::not_found, "rollout.unknown",
                "there is no rollout '" + std::string(id) + "' in this project", "id",
                "list the rollouts of the project");
}

bool rollout_service::impl::killed(const entry& e) const {
    const project_state* state = find(e.doc.project);
    if (state->killed || state->killed_variants.contains(e.doc.variant)) return true;
    if (env.gates.standing(e.doc.project).suspended) return true; // after a restore, too
    if (env.kills.project(e.doc.project) != policy::kill_word::live) return true;
    const auto bytes = from_hex(e.doc.variant);
    hash32 hash{};
    if (!bytes || bytes->size() != hash.size()) return true;
    std::ranges::copy(*bytes, hash.begin());
    return env.kills.variant(e.doc.project, hash) == policy::kill_word::killed;
}

std::vector<gate::grant> rollout_service::impl::grants_of(const entry& e) const {
    auto grants = env.gates.live_grants(e.doc.project);
    std::erase_if(grants, [&](const gate::grant& g) { return g.variant != e.doc.variant; });
    return grants;
}

controller_input rollout_service::impl::input(const entry& e) const {
    return {.now = env.time.now(),
            .rollout = e.doc,
            .seen = e.seen,
            .killed = killed(e),
            .grants = grants_of(e)};
}

int rollout_service::impl::published_rung(const entry& e) const {
    if (!e.doc.serving() || killed(e) || e.leaving()) return -1;
    int rung = e.doc.stage_index(e.doc.stage);
    for (const pending_reduction& p : e.pending)
        if (p.kind == reduction_kind::step_back) rung = std::min(rung, e.doc.stage_index(p.to));
    return rung;
}

events::context rollout_service::impl::where(const entry& e, const act& by) const {
    return {.at = env.time.now(),
            .project = e.doc.project,
            .by = by.by,
            .object_type = "rollout",
            .object_id = e.doc.id,
            .phase = e.doc.phase,
            .request_id = by.request_id};
}

servery::status rollout_service::impl::commit(std::vector<events::event> batch) {
    const auto stored = env.log.commit(std::move(batch));
    if (stored) return {};
    return fail(error_code::unavailable, "rollout.store_down",
                "the log cannot be written: " + stored.error().message, stored.error().where,
                "nothing was changed; try again when the store is back");
}

void rollout_service::impl::set_word(const entry& e, policy::kill_word word) {
    const auto bytes = from_hex(e.doc.variant);
    hash32 hash{};
    if (!bytes || bytes->size() != hash.size()) return;
    std::ranges::copy(*bytes, hash.begin());
    if (env.kills.variant(e.doc.project, hash) == word) return;
    env.kills.set_variant(e.doc.project, hash, word);
    if (env.kills_changed) env.kills_changed();
}

void rollout_service::impl::publish() const {
    if (env.publish) env.publish();
}

} // namespace servery::rollout
