// The words of HTTP/1.1 that server, client and router share. Thread: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace servery::http {

enum class method : std::uint8_t { get, head, post, put, patch, del, options, other };

[[nodiscard]] method method_of(std::string_view text) noexcept;
[[nodiscard]] std::string_view name(method m) noexcept;

// Names are lower case throughout: parsed ones are lowered in place, ours are written so.
struct header {
    std::string_view name;
    std::string_view value;
};

// The first header of that name; `name` in lower case.
[[nodiscard]] std::optional<std::string_view> find_header(std::span<const header> headers,
                                                          std::string_view name) noexcept;

// "OK", "Not Found" …; empty for a status without a registered phrase.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

// True for connection, keep-alive, te, trailer, transfer-encoding, upgrade, proxy-*: names that
// belong to one hop and are never forwarded.
[[nodiscard]] bool is_hop_by_hop(std::string_view lower_name) noexcept;

// A value that can be written into a head without breaking it: no control byte but tab.
[[nodiscard]] bool is_header_value(std::string_view value) noexcept;
[[nodiscard]] bool is_header_name(std::string_view name) noexcept;

} // namespace servery::http
