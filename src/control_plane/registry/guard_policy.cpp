// What the guard does for a project: its policy document, revision by revision.
#include "control_plane/registry/registry_service.h"
#include "foundation/base/text.h"

namespace servery::registry {

namespace {

constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t least_reason = 8;

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines)
        out += (out.empty() ? "" : "; ") + line;
    return out;
}

} // namespace

const std::vector<guard_revision>&
registry_service::guard_revisions(std::string_view project) const {
    static const std::vector<guard_revision> none;
    const auto it = guard_policies_.find(project);
    return it == guard_policies_.end() ? none : it->second;
}

guard_revision registry_service::guard_policy(std::string_view project) const {
    const auto& all = guard_revisions(project);
    return all.empty() ? guard_revision{} : all.back();
}

result<guard_revision>
registry_service::set_guard_policy(const act& who, const std::string& project, std::int64_t version,
                                   const json::object& document, std::string_view reason) {
    if (auto known = known_project(project); !known) return std::unexpected(known.error());
    const auto now = guard_policy(project);
    if (version != now.version)
        return fail(error_code::stale, "guard.policy_stale",
                    "the policy is at version " + std::to_string(now.version) + ", not " +
                        std::to_string(version),
                    "If-Match", "read it again, then change it");
    // {} is the way back to the shipped rules.
    auto text = document.empty() ? std::string{} : json::write(document);
    if (text.size() > most_bytes)
        return fail(error_code::too_large, "guard.policy_too_large",
                    "the policy is larger than a megabyte", {}, "take values out of it");
    auto effect = with_.try_guard_policy(project, now.document, text);
    if (!effect) return std::unexpected(effect.error());
    const bool told = code_points(trim(reason)) >= least_reason;
    if (effect->live && !effect->loosens.empty() && !told)
        return fail(error_code::conflict, "guard.loosened_without_reason",
                    "the change does less for visitors: " + joined(effect->loosens), "reason",
                    "say why in at least 8 characters");
    const guard_policy_changed made{.version = now.version + 1,
                                    .document = std::move(text),
                                    .hash = effect->hash,
                                    .loosens = std::move(effect->loosens),
                                    .reason = std::string(trim(reason))};
    const auto done = log_.commit(
        {events::make_event(made, context(who, project, "guard_policy", effect->hash))});
    if (!done) return std::unexpected(done.error());
    return guard_policy(project);
}

void registry_service::fold_guard_policy(const events::event& e) {
    auto changed = events::read<guard_policy_changed>(e);
    guard_policies_[e.project].push_back({.version = changed.version,
                                          .document = std::move(changed.document),
                                          .hash = std::move(changed.hash),
                                          .loosens = std::move(changed.loosens),
                                          .reason = std::move(changed.reason),
                                          .by = e.by.id,
                                          .at = e.at});
}

} // namespace servery::registry
