// The gateway's view of the guardrails: one text in, the text that may go on out; and what a stream
// is read with. Thread: any.
#pragma once

#include "data_plane/guardrails/screen.h"
#include "data_plane/guardrails/vault.h"
#include "data_plane/guardrails/vault_board.h"
#include "data_plane/policy/snapshot.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace servery::gateway {

// input: what a visitor says. document: what a tool fetched. history: an earlier answer that is
// sent again. output: the answer.
enum class text_direction { input, document, history, output };

struct guarded_text {
    std::string text; // personal data replaced; equal to the input if nothing was found
    bool edited = false;
    bool stopped = false; // must not go on at all
    std::string rule;     // why it was stopped
};

using policy_ptr = std::shared_ptr<const guardrails::screen_policy>;

// What one exchange is read with: a compiled policy, and the placeholders of its conversation (null
// where there are none).
struct guard_rules {
    policy_ptr policy;
    std::shared_ptr<guardrails::conversation_vault> vault;
};

// The shipped guardrails under a project's settings. Copies share their vaults.
class text_guard {
  public:
    // Placeholders in memory only, by the machine's clock.
    text_guard() : text_guard(system_time(), nullptr) {}
    // `now` must outlive it and its copies; keeping: see vault_record.h.
    text_guard(const clock& now, guardrails::vault_keeping_ptr keeping)
        : now_(&now), vaults_(std::make_shared<guardrails::vault_board>(std::move(keeping))) {}

    [[nodiscard]] guard_rules rules(const policy::project_view& project,
                                    const hash16* conversation) const;

    // Without a conversation what the policy would pseudonymise is redacted.
    guarded_text operator()(const policy::project_view& project, text_direction which,
                            std::string_view text, const hash16* conversation = nullptr) const;

    // Puts the values of this conversation back, for its visitor.
    [[nodiscard]] std::string restore(const hash16& conversation, std::string_view text) const;

    [[nodiscard]] guardrails::vault_board& vaults() const { return *vaults_; }

  private:
    [[nodiscard]] static const clock& system_time();
    [[nodiscard]] guard_rules with_vault(policy_ptr policy, const policy::project_view& project,
                                         const hash16* conversation) const;
    [[nodiscard]] guardrails::screen_result screen(const guard_rules& by,
                                                   const policy::project_view& project,
                                                   text_direction which, std::string_view text,
                                                   const hash16* conversation) const;

    const clock* now_;
    std::shared_ptr<guardrails::vault_board> vaults_;
};

} // namespace servery::gateway
