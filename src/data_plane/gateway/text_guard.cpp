#include "data_plane/gateway/text_guard.h"

#include "data_plane/guardrails/screen.h"

#include <map>
#include <string>
#include <vector>

namespace servery::gateway {

namespace {

struct cached_policy {
    std::vector<std::string> public_values;
    guardrails::screen_policy policy;
};

// One a thread and project; made again when the plan's public values change.
const guardrails::screen_policy& policy_of(const policy::project_view& project) {
    thread_local std::map<std::string, cached_policy> by_project;
    auto [it, fresh] = by_project.try_emplace(project.id);
    auto& cached = it->second;
    if (!fresh && cached.public_values == project.public_values) return cached.policy;
    cached.public_values = project.public_values;
    cached.policy = guardrails::default_policy();
    for (const auto& value : project.public_values)
        cached.policy.add_public_value(value);
    return cached.policy;
}

} // namespace

text_guard default_guard() {
    return [](const policy::project_view& project, text_direction which, std::string_view text) {
        const auto lane =
            which == text_direction::input ? guardrails::lane::user : guardrails::lane::output;
        auto found = guardrails::screen(text, policy_of(project), lane);
        guarded_text out;
        out.edited = found.edited;
        out.stopped = found.action == guardrails::exchange_action::block;
        out.rule = std::string(found.rule);
        out.text = found.edited ? std::move(found.text_out) : std::string(text);
        return out;
    };
}

} // namespace servery::gateway
