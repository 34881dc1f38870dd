#include "foundation/stats/sample_ratio.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace servery::stats {
namespace {

TEST(sample_ratio, running_check_equals_its_closed_periods) {
    sample_ratio running;
    std::vector<split_period> periods;
    std::int64_t i = 0;
    for (const double pi : {0.1, 0.3, 0.5}) {
        split_period period{.pi = {pi, 1 - pi}, .counts = {0, 0}};
        for (int unit = 0; unit < 200; ++unit) {
            const bool canary = (++i * 7919) % 100 < 40;
            running.observe(pi, canary);
            ++period.counts[canary ? 0 : 1];
        }
        periods.push_back(period);
    }
    EXPECT_EQ(running.n(), 600);
    EXPECT_NEAR(running.expected_canary(), 200 * 0.9, 1e-9);
    EXPECT_NEAR(running.ln_e(), sample_ratio_ln_e(periods), 1e-9);
}

TEST(sample_ratio, a_fifth_of_canary_records_lost_is_found) {
    const std::vector<double> pi{0.1, 0.9};
    const std::vector<std::int64_t> counts{320, 3600};
    EXPECT_GT(sample_ratio_ln_e(pi, counts), std::log(100.0));
    const std::vector<std::int64_t> whole{400, 3600};
    EXPECT_LT(sample_ratio_ln_e(pi, whole), 0);
}

TEST(sample_ratio, ten_million_units_lose_no_digits) {
    // Twice the same period in two halves: adding a period is not the same as doubling counts, but
    // an exact split gives -(1/2) ln(1 + n/c) to first order at any size.
    const std::vector<double> pi{0.5, 0.5};
    const std::vector<std::int64_t> counts{5'000'000, 5'000'000};
    EXPECT_NEAR(sample_ratio_ln_e(pi, counts), -0.5 * std::log(1 + 1e7 / 100), 0.01);
}

RC_GTEST_PROP(sample_ratio, order_within_a_period_does_not_matter, ()) {
    const auto arms = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
    sample_ratio forward;
    sample_ratio backward;
    for (std::size_t i = 0; i < arms.size(); ++i) {
        forward.observe(0.3, arms[i]);
        backward.observe(0.3, arms[arms.size() - 1 - i]);
    }
    RC_ASSERT(std::abs(forward.ln_e() - backward.ln_e()) < 1e-9);
}

} // namespace
} // namespace servery::stats
