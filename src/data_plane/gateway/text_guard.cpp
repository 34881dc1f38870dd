#include "data_plane/gateway/text_guard.h"

#include <map>
#include <vector>

namespace servery::gateway {

namespace {

using policy_ptr = std::shared_ptr<const guardrails::screen_policy>;

struct cached_policy {
    std::string phase;
    std::string document;
    std::vector<std::string> public_values;
    policy_ptr policy;
};

// The project's document, or the shipped rules of its phase. A document that the control plane took
// compiles; one that does not leaves the stricter shipped rules.
policy_ptr compiled(const policy::project_view& project) {
    auto made = guardrails::policy_of(project.guard_policy, project.phase)
                    .value_or(guardrails::default_policy(project.phase));
    for (const auto& value : project.public_values)
        made.add_public_value(value);
    return std::make_shared<const guardrails::screen_policy>(std::move(made));
}

// One a thread and project; made again when what it is made of changes.
policy_ptr kept_policy(const policy::project_view& project) {
    thread_local std::map<std::string, cached_policy> by_project;
    auto& cached = by_project[project.id];
    if (cached.policy && cached.phase == project.phase && cached.document == project.guard_policy &&
        cached.public_values == project.public_values)
        return cached.policy;
    cached = {project.phase, project.guard_policy, project.public_values, compiled(project)};
    return cached.policy;
}

guardrails::lane lane_of(text_direction which) {
    switch (which) {
    case text_direction::input:
        return guardrails::lane::user;
    case text_direction::document:
        return guardrails::lane::document;
    case text_direction::history:
        return guardrails::lane::assistant;
    case text_direction::output:
        return guardrails::lane::output;
    }
    return guardrails::lane::user;
}

} // namespace

const clock& text_guard::system_time() {
    static const system_clock time;
    return time;
}

guard_rules text_guard::rules(const policy::project_view& project,
                              const hash16* conversation) const {
    guard_rules out{.policy = kept_policy(project), .vault = nullptr};
    if (conversation != nullptr && *conversation != hash16{} && out.policy->pseudonymises())
        out.vault = vaults_->open(project.identity_key, *conversation, now_->now(),
                                  guardrails::vault_lifetime(project.phase));
    return out;
}

guarded_text text_guard::operator()(const policy::project_view& project, text_direction which,
                                    std::string_view text, const hash16* conversation) const {
    const auto by = rules(project, conversation);
    auto found = guardrails::screen(text, *by.policy, lane_of(which), by.vault.get());
    guarded_text out;
    out.edited = found.edited;
    out.stopped = found.action == guardrails::exchange_action::block;
    out.rule = std::string(found.rule);
    out.text = found.edited ? std::move(found.text_out) : std::string(text);
    return out;
}

std::string text_guard::restore(const hash16& conversation, std::string_view text) const {
    const auto vault = vaults_->find(conversation, now_->now());
    return vault ? vault->restore(text) : std::string(text);
}

} // namespace servery::gateway
