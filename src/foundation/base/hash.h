// Hashes, keyed hashes and encodings (libsodium). BLAKE2b-256 everywhere inside; SHA-256 only where
// an outside party computes it. Thread: pure functions, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery {

using bytes_view = std::span<const std::uint8_t>;
using hash16 = std::array<std::uint8_t, 16>;
using hash32 = std::array<std::uint8_t, 32>;
using key32 = std::array<std::uint8_t, 32>;

[[nodiscard]] inline bytes_view as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(bytes_view bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] hash32 blake2b_256(bytes_view data);
[[nodiscard]] hash32 blake2b_256_keyed(const key32& key, bytes_view data);
[[nodiscard]] hash16 blake2b_128_keyed(const key32& key, bytes_view data);
// First 8 bytes of BLAKE2b with a 16-byte digest, read little-endian: sampling and orderings.
[[nodiscard]] std::uint64_t blake2b_64(bytes_view data);
[[nodiscard]] std::uint64_t siphash24(const hash16& key, bytes_view data);
[[nodiscard]] hash32 hmac_sha256(bytes_view key, bytes_view data);
[[nodiscard]] std::uint32_t crc32(bytes_view data);

[[nodiscard]] std::string to_hex(bytes_view data);
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);
// Lower-case RFC 4648 base32 without padding.
[[nodiscard]] std::string to_base32(bytes_view data);
// URL-safe base64 without padding.
[[nodiscard]] std::string to_base64url(bytes_view data);
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

[[nodiscard]] bool equal_constant_time(bytes_view a, bytes_view b);

// Builds the length-prefixed byte string that keyed hashes are taken over, so that no two field
// lists give the same bytes: each field is a u32 little-endian length and its bytes.
class field_bytes {
  public:
    field_bytes& add(std::string_view field);
    field_bytes& add(bytes_view field);
    field_bytes& add_u64(std::uint64_t value);
    [[nodiscard]] bytes_view view() const { return data_; }

  private:
    std::vector<std::uint8_t> data_;
};

} // namespace servery
