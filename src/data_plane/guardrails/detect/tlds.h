// Is this the last label of a host name? Thread: pure.
#pragma once

#include <string_view>

namespace servery::guardrails {

// ASCII, lower case, without the dot.
[[nodiscard]] bool is_top_level_domain(std::string_view lower) noexcept;

} // namespace servery::guardrails
