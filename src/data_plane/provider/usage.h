// Token counts out of an answer in the OpenAI dialect. Thread: pure functions.
#pragma once

#include "foundation/json/json.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace servery::provider {

struct usage {
    std::int64_t in = 0; // with the cached part
    std::int64_t cached = 0;
    std::int64_t out = 0;
    friend bool operator==(const usage&, const usage&) = default;
};

// From the value of a `usage` member (an object's text). None if it is null, not an object, lacks
// prompt_tokens, or cannot be true (negative, more cached than sent).
[[nodiscard]] std::optional<usage> read_usage(std::string_view object_text);
[[nodiscard]] std::optional<usage> read_usage(const json::object& o);

} // namespace servery::provider
