// How much may be asked of a project: its limits, as one versioned document.
#include "control_plane/registry/registry_service.h"

#include <array>

namespace servery::registry {

namespace {

constexpr std::int64_t most = 1'000'000;

status check_range(const policy::limits_view& wanted) {
    const std::array members{std::pair{"visitor_a_minute", wanted.visitor_a_minute},
                             std::pair{"address_a_minute", wanted.address_a_minute},
                             std::pair{"key_a_minute", wanted.key_a_minute},
                             std::pair{"visitor_in_flight", wanted.visitor_in_flight},
                             std::pair{"turns_a_day", wanted.turns_a_day}};
    error all{.code = error_code::unprocessable,
              .id = "limits.out_of_range",
              .message = "a limit is a whole number from 0 (none) to 1000000",
              .where = {},
              .remedy = "correct the members that are named"};
    for (const auto& [name, value] : members) {
        if (value >= 0 && value <= most) continue;
        auto one = all;
        one.where = name;
        one.more.clear();
        all.more.push_back(std::move(one));
    }
    if (all.more.empty()) return {};
    all.where = all.more.front().where;
    return std::unexpected(std::move(all));
}

} // namespace

project_limits registry_service::limits(std::string_view project) const {
    const auto it = limits_.find(project);
    return it == limits_.end() ? project_limits{} : it->second;
}

result<project_limits> registry_service::set_limits(const act& who, const std::string& project,
                                                    std::int64_t version,
                                                    const policy::limits_view& wanted) {
    if (auto known = known_project(project); !known) return std::unexpected(known.error());
    if (auto good = check_range(wanted); !good) return std::unexpected(good.error());
    const auto now = limits(project).version;
    if (version != now)
        return fail(error_code::stale, "limits.stale",
                    "the limits are at version " + std::to_string(now) + ", not " +
                        std::to_string(version),
                    "If-Match", "read them again, then change them");
    const limits_changed made{.version = now + 1, .limits = wanted};
    const auto done =
        log_.commit({events::make_event(made, context(who, project, "limits", project))});
    if (!done) return std::unexpected(done.error());
    return limits(project);
}

void registry_service::fold_limits(const events::event& e) {
    const auto changed = events::read<limits_changed>(e);
    limits_[e.project] = {.limits = changed.limits, .version = changed.version};
}

} // namespace servery::registry
