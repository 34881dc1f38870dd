#include "data_plane/gateway/text_guard.h"

#include "foundation/base/hash_slot.h"

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace servery::gateway {

namespace {

// Texts that passed untouched: a conversation's history is sent again with every turn, and many
// visitors begin alike. Keeps digests only; a newer text takes the place of an older one.
class passed_texts {
  public:
    [[nodiscard]] bool holds(const hash16& digest) const {
        return digests_[slot(digest)] == digest;
    }
    void add(const hash16& digest) { digests_[slot(digest)] = digest; }

  private:
    static constexpr std::size_t most = 4096;
    [[nodiscard]] static std::size_t slot(const hash16& digest) {
        return hash16_slot{}(digest) % most;
    }
    std::array<hash16, most> digests_{};
};

struct kept_rules {
    std::string phase;
    std::string document;
    std::vector<std::string> public_values;
    policy_ptr policy;
    std::unique_ptr<passed_texts> passed;
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
kept_rules& rules_of(const policy::project_view& project) {
    thread_local std::map<std::string, kept_rules> by_project;
    auto& kept = by_project[project.id];
    if (kept.policy && kept.phase == project.phase && kept.document == project.guard_policy &&
        kept.public_values == project.public_values)
        return kept;
    kept = {project.phase, project.guard_policy, project.public_values, compiled(project),
            std::make_unique<passed_texts>()};
    return kept;
}

// Of a text where it is read: it is judged by other rules in another lane, and what may be a
// placeholder (they have a `_`) is one in its own conversation only.
hash16 digest_of(const policy::project_view& project, text_direction which, std::string_view text,
                 const hash16* conversation) {
    field_bytes fields;
    fields.add_u64(static_cast<std::uint64_t>(which));
    const bool bound = conversation != nullptr && text.find('_') != std::string_view::npos;
    fields.add(bound ? bytes_view(*conversation) : bytes_view());
    fields.add(text);
    return blake2b_128_keyed(project.identity_key, fields.view());
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
    return with_vault(rules_of(project).policy, project, conversation);
}

// The vault lives on with this message.
guard_rules text_guard::with_vault(policy_ptr policy, const policy::project_view& project,
                                   const hash16* conversation) const {
    guard_rules out{.policy = std::move(policy), .vault = nullptr};
    if (conversation != nullptr && *conversation != hash16{} && out.policy->pseudonymises())
        out.vault =
            vaults_->touch(*conversation, now_->now(), guardrails::vault_lifetime(project.phase));
    return out;
}

// Most conversations never give a value away: theirs have no vault. One is made for the first text
// that has something to put into it, or that may hold the name of a placeholder.
guardrails::screen_result text_guard::screen(const guard_rules& by,
                                             const policy::project_view& project,
                                             text_direction which, std::string_view text,
                                             const hash16* conversation) const {
    const bool may_hold_a_name = text.find('_') != std::string_view::npos;
    const bool wants_vault = conversation != nullptr && *conversation != hash16{} &&
                             by.policy->pseudonymises() && by.vault == nullptr;
    if (!wants_vault || !may_hold_a_name) {
        auto found = guardrails::screen(text, *by.policy, lane_of(which), by.vault.get());
        if (!wants_vault || !found.edited) return found;
    }
    const auto vault = vaults_->open(project.identity_key, *conversation, now_->now(),
                                     guardrails::vault_lifetime(project.phase));
    return guardrails::screen(text, *by.policy, lane_of(which), vault.get());
}

guarded_text text_guard::operator()(const policy::project_view& project, text_direction which,
                                    std::string_view text, const hash16* conversation) const {
    guarded_text out;
    auto& kept = rules_of(project);
    const auto by = with_vault(kept.policy, project, conversation);
    const auto digest = digest_of(project, which, text, conversation);
    if (kept.passed->holds(digest)) {
        out.text = text;
        return out;
    }
    auto found = screen(by, project, which, text, conversation);
    out.edited = found.edited;
    out.stopped = found.action == guardrails::exchange_action::block;
    out.rule = std::string(found.rule);
    const bool untouched = found.action == guardrails::exchange_action::pass && found.spans.empty();
    if (untouched && !found.edited) kept.passed->add(digest);
    out.text = found.edited ? std::move(found.text_out) : std::string(text);
    return out;
}

std::string text_guard::restore(const hash16& conversation, std::string_view text) const {
    const auto vault = vaults_->find(conversation, now_->now());
    return vault ? vault->restore(text) : std::string(text);
}

} // namespace servery::gateway
