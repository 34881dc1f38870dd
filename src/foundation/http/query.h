// Query strings and form bodies. Thread: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::http {

using query_words = std::vector<std::pair<std::string, std::string>>;

// `a=1&b=x%20y`, '+' is a space; in order, repeated names stay. Nothing on a broken escape.
[[nodiscard]] std::optional<query_words> parse_query(std::string_view query);
// The first value of that name.
[[nodiscard]] std::optional<std::string_view> word(const query_words& words, std::string_view name);

// %XX only; nothing on a broken escape or a NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
// Everything but A–Z a–z 0–9 - . _ ~ as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

} // namespace servery::http
