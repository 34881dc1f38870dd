#include "data_plane/policy/prices.h"

#include <gtest/gtest.h>

namespace servery::policy {

namespace {

price_row row(std::int64_t in, std::int64_t cached, std::int64_t out) {
    price_row r;
    r.in = in;
    r.cached = cached;
    r.out = out;
    return r;
}

} // namespace

// 1,000,000 tokens at 0.15 per million are 0.15 = 150,000,000 nano.
TEST(prices, a_million_tokens_cost_the_price_of_a_million) {
    EXPECT_EQ(cost_nano(row(150'000, 0, 600'000), {.in = 1'000'000}), 150'000'000);
    EXPECT_EQ(cost_nano(row(150'000, 0, 600'000), {.out = 1'000'000}), 600'000'000);
}

TEST(prices, cached_tokens_cost_their_own_price_or_that_of_input) {
    EXPECT_EQ(cost_nano(row(1000, 100, 0), {.in = 1000, .cached = 400}), 600 + 40);
    EXPECT_EQ(cost_nano(row(1000, 0, 0), {.in = 1000, .cached = 400}), 1000);
}

TEST(prices, the_cost_is_rounded_once_and_half_up) {
    EXPECT_EQ(cost_nano(row(499, 0, 0), {.in = 1}), 0);
    EXPECT_EQ(cost_nano(row(500, 0, 0), {.in = 1}), 1);
    EXPECT_EQ(cost_nano(row(250, 0, 250), {.in = 1, .out = 1}), 1);
}

TEST(prices, huge_counts_do_not_overflow) {
    EXPECT_GT(cost_nano(row(1'000'000'000, 0, 1'000'000'000),
                        {.in = 4'000'000'000, .out = 4'000'000'000}),
              0);
}

TEST(prices, the_reserve_is_never_below_what_the_same_tokens_cost) {
    const auto price = row(150'000, 75'000, 600'000);
    const auto reserved = reserve_nano(price, 300, 1, 50);
    EXPECT_GE(reserved, cost_nano(price, {.in = 100, .out = 50}));
    EXPECT_LE(reserved, cost_nano(price, {.in = 100, .out = 50}) + 1);
}

TEST(prices, usage_that_cannot_be_true_is_not_plausible) {
    EXPECT_TRUE(plausible({.in = 10, .cached = 10, .out = 0}));
    EXPECT_FALSE(plausible({.in = 10, .cached = 11, .out = 0}));
    EXPECT_FALSE(plausible({.in = -1}));
}

} // namespace servery::policy
