// Which bucket a unit falls into: algorithm `servery1`, which never changes under its name.
//   h      = SipHash-2-4, key = salt, over three fields (each u32 little-endian length + bytes):
//            purpose, unit kind, unit id; output read little-endian
//   bucket = ((h >> 32) * 10000) >> 32, 0..9999
// A unit is in a share of `basis` (0.01 % steps) iff bucket < basis, so growing a share never moves
// anybody out and shrinking drops only the newest. No modulo, no floating point, no clock.
// Thread: pure functions, any thread; no allocation for unit ids up to 200 bytes.
#pragma once

#include "foundation/base/hash.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace servery::policy {

// What a hash is drawn for; different purposes are independent draws.
enum class purpose { include, variant, holdout, shadow };
// visitor and conversation: the gateway's 16-byte hash; account: UTF-8 text.
enum class unit_kind { visitor, account, conversation };

[[nodiscard]] std::string_view name(purpose p) noexcept;
[[nodiscard]] std::string_view name(unit_kind kind) noexcept;
[[nodiscard]] std::optional<purpose> parse_purpose(std::string_view word) noexcept;
[[nodiscard]] std::optional<unit_kind> parse_unit_kind(std::string_view word) noexcept;

using bucket = std::uint32_t;
constexpr std::uint32_t bucket_count = 10000; // also the basis of "everybody"
constexpr bucket bucket_of_nobody = 9999;     // a request without visitor and conversation

[[nodiscard]] std::uint64_t servery1_hash(const hash16& salt, purpose what, unit_kind kind,
                                          bytes_view unit);

[[nodiscard]] constexpr bucket bucket_of(std::uint64_t hash) noexcept {
    return static_cast<bucket>(((hash >> 32) * bucket_count) >> 32);
}
[[nodiscard]] inline bucket servery1_bucket(const hash16& salt, purpose what, unit_kind kind,
                                            bytes_view unit) {
    return bucket_of(servery1_hash(salt, what, kind, unit));
}
// basis 0 = nobody, 10000 = everybody.
[[nodiscard]] constexpr bool within(bucket b, std::uint32_t basis) noexcept {
    return b < basis;
}

} // namespace servery::policy
