#include "data_plane/policy/imported_bucketing.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace servery::policy {

namespace {

std::uint32_t scramble(std::uint32_t k) noexcept {
    return std::rotl(k * 0xcc9e2d51U, 15) * 0x1b873593U;
}

std::uint32_t unleash_hash(std::string_view group_id, std::string_view id, std::uint32_t seed) {
    std::string key(group_id);
    key.append(":").append(id);
    return murmur3_x86_32(as_bytes(key), seed);
}

} // namespace

std::uint32_t murmur3_x86_32(bytes_view data, std::uint32_t seed) noexcept {
    std::uint32_t h = seed;
    const std::size_t whole = data.size() / 4 * 4;
    for (std::size_t i = 0; i < whole; i += 4) {
        const std::uint32_t k = static_cast<std::uint32_t>(data[i]) |
                                static_cast<std::uint32_t>(data[i + 1]) << 8 |
                                static_cast<std::uint32_t>(data[i + 2]) << 16 |
                                static_cast<std::uint32_t>(data[i + 3]) << 24;
        h = std::rotl(h ^ scramble(k), 13) * 5 + 0xe6546b64U;
    }
    std::uint32_t rest = 0;
    for (std::size_t i = data.size(); i > whole; --i)
        rest = rest << 8 | data[i - 1];
    if (data.size() > whole) h ^= scramble(rest);
    h ^= static_cast<std::uint32_t>(data.size());
    h = (h ^ h >> 16) * 0x85ebca6bU;
    h = (h ^ h >> 13) * 0xc2b2ae35U;
    return h ^ h >> 16;
}

std::uint32_t fnv1a32(bytes_view data) noexcept {
    std::uint32_t h = 0x811c9dc5U;
    for (const std::uint8_t byte : data)
        h = (h ^ byte) * 0x01000193U;
    return h;
}

std::uint32_t unleash_bucket(std::string_view group_id, std::string_view id) {
    return unleash_hash(group_id, id, 0) % 100 + 1;
}

std::uint32_t unleash_variant_bucket(std::string_view group_id, std::string_view id,
                                     std::uint32_t total_weight) {
    constexpr std::uint32_t variant_seed = 86028157;
    return unleash_hash(group_id, id, variant_seed) % total_weight + 1;
}

std::uint32_t flagd2_bucket(std::string_view key, std::uint32_t total_weight) {
    const std::uint64_t hash = murmur3_x86_32(as_bytes(key), 0);
    return static_cast<std::uint32_t>(hash * total_weight >> 32);
}

double growthbook1_hash(std::string_view seed, std::string_view value) {
    std::string key(value);
    key.append(seed);
    return fnv1a32(as_bytes(key)) % 1000 / 1000.0;
}

double growthbook2_hash(std::string_view seed, std::string_view value) {
    std::string key(seed);
    key.append(value);
    const std::string digits = std::to_string(fnv1a32(as_bytes(key)));
    return fnv1a32(as_bytes(digits)) % 10000 / 10000.0;
}

std::vector<share_range> growthbook_ranges(std::size_t variations, double coverage,
                                           std::span<const double> weights) {
    const double covered = std::clamp(coverage, 0.0, 1.0);
    std::vector<double> shares(weights.begin(), weights.end());
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (shares.size() != variations || std::abs(sum - 1) > 0.01)
        shares.assign(variations, variations == 0 ? 0 : 1.0 / static_cast<double>(variations));
    std::vector<share_range> ranges;
    double start = 0;
    for (const double share : shares) {
        ranges.emplace_back(start, start + covered * share);
        start += share;
    }
    return ranges;
}

int growthbook_choice(double hash, std::span<const share_range> ranges) noexcept {
    for (std::size_t i = 0; i < ranges.size(); ++i)
        if (hash >= ranges[i].first && hash < ranges[i].second) return static_cast<int>(i);
    return -1;
}

bool growthbook_inside(std::string_view value, std::string_view name, double from, double to) {
    const double hash = growthbook1_hash("__" + std::string(name), value);
    return hash >= from && hash < to;
}

} // namespace servery::policy
