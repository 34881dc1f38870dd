#include "foundation/stats/binomial.h"
#include "foundation/stats/wilson.h"

#include <gtest/gtest.h>

#include <cmath>

namespace servery::stats {
namespace {

TEST(wilson, shows_the_published_bounds) {
    EXPECT_NEAR(wilson({5, 5}).lower, 0.5655, 1e-3);
    EXPECT_EQ(wilson({5, 5}).upper, 1);
    EXPECT_NEAR(wilson({17, 20}).lower, 0.6396, 1e-3);
    EXPECT_NEAR(wilson({17, 20}).upper, 0.9476, 1e-3);
    EXPECT_EQ(wilson({}).lower, 0);
    EXPECT_EQ(wilson({}).upper, 1);
    EXPECT_NEAR(wilson_lower({19, 20}, 0.025), wilson({19, 20}).lower, 1e-12);
}

TEST(binomial, tails_equal_their_sums) {
    for (const int n : {1, 7, 40})
        for (const double p : {0.01, 0.3, 0.85}) {
            double sum = 0;
            for (int k = 0; k <= n; ++k) {
                double choose = 1;
                for (int j = 0; j < k; ++j)
                    choose = choose * (n - j) / (j + 1);
                EXPECT_NEAR(binomial_sf(k, n, p), 1 - sum, 1e-12);
                sum += choose * std::pow(p, k) * std::pow(1 - p, n - k);
                EXPECT_NEAR(binomial_cdf(k, n, p), sum, 1e-12);
            }
        }
}

TEST(binomial, edges_are_exact) {
    EXPECT_EQ(binomial_cdf(-1, 5, 0.3), 0);
    EXPECT_EQ(binomial_cdf(5, 5, 0.3), 1);
    EXPECT_EQ(binomial_cdf(2, 5, 0), 1);
    EXPECT_EQ(binomial_cdf(2, 5, 1), 0);
    EXPECT_EQ(binomial_sf(1, 5, 0), 0);
    EXPECT_EQ(binomial_cdf(0, 0, 0.3), 1);
    EXPECT_TRUE(std::isfinite(ln_binomial_cdf(0, 1'000'000, 0.5))); // far below the double range
}

TEST(binomial, exact_bounds_are_the_textbook_ones) {
    EXPECT_NEAR(exact_lower({5, 5}, 0.05), std::pow(0.05, 1.0 / 5), 1e-9);
    EXPECT_NEAR(exact_upper({0, 59}, 0.05), 1 - std::pow(0.05, 1.0 / 59), 1e-9);
    EXPECT_EQ(exact_lower({0, 5}, 0.05), 0);
    EXPECT_EQ(exact_upper({5, 5}, 0.05), 1);
}

TEST(binomial, quantile_is_the_smallest_count_that_reaches_it) {
    const std::int64_t k = binomial_quantile(0.975, 72, 0.95);
    EXPECT_GE(binomial_cdf(k, 72, 0.95), 0.975);
    EXPECT_LT(binomial_cdf(k - 1, 72, 0.95), 0.975);
}

} // namespace
} // namespace servery::stats
