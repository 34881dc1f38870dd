// Credentials that stand in a text by mistake: private keys and the tokens of services whose form
// is public and carries a fixed mark. Passwords have no form and are not found.
// Thread: pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace servery::guardrails {

// rule: stable word with static lifetime ("github_token"). begin, end: bytes of the text. Never log
// or store what lies between them.
struct secret_finding {
    std::string_view rule;
    std::size_t begin = 0;
    std::size_t end = 0;
};

// In the order of the rules. Linear in the text; a text without any mark costs a search for each.
[[nodiscard]] std::vector<secret_finding> find_secrets(std::string_view text);

} // namespace servery::guardrails
