// The bucketing of other flag systems, bit for bit, so that a business that moves its flags keeps
// every visitor where he was. Thread: pure functions, any thread.
#pragma once

#include "foundation/base/hash.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::policy {

// MurmurHash3, x86, 32 bits (Austin Appleby, public domain).
[[nodiscard]] std::uint32_t murmur3_x86_32(bytes_view data, std::uint32_t seed) noexcept;
// FNV-1a, 32 bits.
[[nodiscard]] std::uint32_t fnv1a32(bytes_view data) noexcept;

// Unleash: murmur3("group:id", 0) mod 100 + 1, in 1..100; a unit is in iff that is <= percent.
[[nodiscard]] std::uint32_t unleash_bucket(std::string_view group_id, std::string_view id);
// Unleash variants: murmur3("group:id", 86028157) mod total_weight + 1; total_weight >= 1.
[[nodiscard]] std::uint32_t unleash_variant_bucket(std::string_view group_id, std::string_view id,
                                                   std::uint32_t total_weight);
// flagd fractional, version 2: (murmur3(key, 0) * total_weight) >> 32; total_weight <= 2^31 - 1.
[[nodiscard]] std::uint32_t flagd2_bucket(std::string_view key, std::uint32_t total_weight);

// GrowthBook: hash version 1 = fnv1a32(value + seed) mod 1000 / 1000;
// version 2 = fnv1a32(decimal(fnv1a32(seed + value))) mod 10000 / 10000. In [0, 1).
[[nodiscard]] double growthbook1_hash(std::string_view seed, std::string_view value);
[[nodiscard]] double growthbook2_hash(std::string_view seed, std::string_view value);

using share_range = std::pair<double, double>; // from (included) to (not included)
// Ranges of an experiment's variations: start at the sum of the weights before, width coverage x
// weight. coverage is clamped to [0, 1]; weights that are missing, of another number or that do not
// sum to 1 within 0.01 are replaced by equal ones.
[[nodiscard]] std::vector<share_range> growthbook_ranges(std::size_t variations, double coverage,
                                                         std::span<const double> weights);
// Index of the first range that holds the hash; -1 if none does.
[[nodiscard]] int growthbook_choice(double hash, std::span<const share_range> ranges) noexcept;
// Is the user inside the namespace's range? Hash version 1 of value with seed "__" + name.
[[nodiscard]] bool growthbook_inside(std::string_view value, std::string_view name, double from,
                                     double to);

} // namespace servery::policy
