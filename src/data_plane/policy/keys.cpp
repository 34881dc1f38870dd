#include "data_plane/policy/keys.h"

#include <algorithm>
#include <array>

namespace servery::policy {

namespace {

constexpr std::size_t secret_chars = 32; // of 20 random bytes
constexpr std::size_t crc_chars = 7;     // of 4 bytes

std::string_view prefix_of(key_kind kind) {
    switch (kind) {
    case key_kind::sandbox:
        return "svy_sandbox_";
    case key_kind::live:
        return "svy_live_";
    case key_kind::public_:
        break;
    }
    return "svy_public_";
}

std::string checksum(std::string_view text) {
    const auto crc = crc32(as_bytes(text));
    const std::array<std::uint8_t, 4> big_endian{
        static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
        static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
    return to_base32(big_endian);
}

bool is_base32(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

} // namespace

std::string make_key_text(key_kind kind, random_source& random) {
    std::array<std::uint8_t, 20> secret{};
    random.fill(secret);
    std::string text(prefix_of(kind));
    text += to_base32(secret);
    text += checksum(text);
    return text;
}

std::optional<key_kind> key_text_kind(std::string_view text) {
    for (const auto kind : {key_kind::sandbox, key_kind::live, key_kind::public_}) {
        const auto prefix = prefix_of(kind);
        if (!text.starts_with(prefix)) continue;
        if (text.size() != prefix.size() + secret_chars + crc_chars) return std::nullopt;
        if (!std::ranges::all_of(text.substr(prefix.size()), is_base32)) return std::nullopt;
        const auto body = text.substr(0, text.size() - crc_chars);
        if (text.substr(body.size()) != checksum(body)) return std::nullopt;
        return kind;
    }
    return std::nullopt;
}

hash32 hash_key(const key32& pepper, std::string_view text) {
    return blake2b_256_keyed(pepper, as_bytes(text));
}

std::string last4(std::string_view text) {
    return std::string(text.substr(text.size() - std::min<std::size_t>(4, text.size())));
}

} // namespace servery::policy
