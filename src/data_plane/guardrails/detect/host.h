// Host names: labels of letters, digits and hyphens with dots between, the last one a top-level
// domain. Thread: pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace servery::guardrails {

struct host_span {
    std::size_t end = 0; // 0 = no host here
    std::size_t labels = 0;
    std::string_view top; // the last label, as written
};

// The longest host of at least two labels that begins at `begin`. What follows the last top-level
// domain ("example.com.Then") is left out.
[[nodiscard]] host_span host_at(std::string_view text, std::size_t begin);

} // namespace servery::guardrails
