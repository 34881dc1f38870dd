#include "data_plane/policy/imported_bucketing.h"
#include "foundation/json/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace servery::policy {
namespace {

const json::object& vectors() {
    static const json::value document = [] {
        std::ifstream file(SERVERY_SOURCE_DIR "/tests/data/rollout/hash-vectors.json");
        std::stringstream text;
        text << file.rdbuf();
        return json::parse(text.str()).value();
    }();
    return document.as_object();
}

std::string text(const json::value& row, std::string_view key) {
    return std::string(row.at(key).as_string());
}

std::uint32_t number(const json::value& row, std::string_view key) {
    return row.at(key).to_number<std::uint32_t>();
}

TEST(imported_bucketing, murmur3_is_bit_exact) {
    for (const auto& row : vectors().at("murmur3_x86_32").as_array())
        EXPECT_EQ(murmur3_x86_32(as_bytes(text(row, "utf8")), number(row, "seed")),
                  number(row, "hash"))
            << text(row, "utf8");
}

TEST(imported_bucketing, fnv1a_is_bit_exact) {
    for (const auto& row : vectors().at("fnv1a32").as_array())
        EXPECT_EQ(fnv1a32(as_bytes(text(row, "ascii"))), number(row, "hash"));
}

TEST(imported_bucketing, unleash_buckets_match) {
    for (const auto& row : vectors().at("unleash_rollout").as_array())
        EXPECT_EQ(unleash_bucket(text(row, "groupId"), text(row, "id")),
                  number(row, "bucket_1_100"));
}

TEST(imported_bucketing, flagd_buckets_match) {
    for (const auto& row : vectors().at("flagd_v2_bucket").as_array())
        EXPECT_EQ(flagd2_bucket(text(row, "key"), number(row, "totalWeight")),
                  number(row, "bucket"));
}

TEST(imported_bucketing, growthbook_hashes_match) {
    for (const auto& row : vectors().at("growthbook_v2").as_array())
        EXPECT_DOUBLE_EQ(growthbook2_hash(text(row, "seed"), text(row, "value")),
                         row.at("hash").to_number<double>());
}

TEST(imported_bucketing, growthbook_ranges_leave_the_uncovered_part_of_each_weight_free) {
    const std::vector<double> weights{0.4, 0.6};
    const auto ranges = growthbook_ranges(2, 0.5, weights);
    ASSERT_EQ(ranges.size(), 2u);
    EXPECT_NEAR(ranges[0].second, 0.2, 1e-12);
    EXPECT_NEAR(ranges[1].first, 0.4, 1e-12);
    EXPECT_NEAR(ranges[1].second, 0.7, 1e-12);
    EXPECT_EQ(growthbook_choice(0.1, ranges), 0);
    EXPECT_EQ(growthbook_choice(0.3, ranges), -1);
    EXPECT_EQ(growthbook_choice(0.69, ranges), 1);
    const std::vector<double> wrong{0.4, 0.4};
    EXPECT_NEAR(growthbook_ranges(2, 1, wrong)[0].second, 0.5, 1e-12);
}

} // namespace
} // namespace servery::policy
