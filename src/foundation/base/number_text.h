// A text that is one number and nothing else, as headers, query words and flags carry it. Thread:
// pure function.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace servery {

// None: empty, not a number of this kind, out of its range, or something stands before or behind.
template <typename Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text) {
    Number out{};
    const auto* const end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data(), end, out);
    if (text.empty() || code != std::errc{} || stop != end) return std::nullopt;
    return out;
}

} // namespace servery
