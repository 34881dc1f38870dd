#include "foundation/stats/log_special.h"
#include "foundation/stats/rate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace servery::stats {
namespace {

// Simpson's rule over the likelihood ratio itself: shares nothing with the closed form.
double ln_e_pass_by_integration(rate_counts c, double p0) {
    constexpr int pieces = 200'000;
    const auto s = static_cast<double>(c.good);
    const auto f = static_cast<double>(c.n - c.good);
    const auto ln_ratio = [&](double p) {
        if (p >= 1 && f > 0) return -1e300;
        const double failures = f == 0 ? 0 : f * (std::log(1 - p) - std::log(1 - p0));
        return s * (std::log(p) - std::log(p0)) + failures;
    };
    const double highest = ln_ratio(std::max(p0, s / (s + f)));
    const auto ratio = [&](double p) { return std::exp(ln_ratio(p) - highest); };
    double sum = ratio(p0) + ratio(1);
    for (int i = 1; i < pieces; ++i)
        sum += (i % 2 == 1 ? 4 : 2) * ratio(p0 + (1 - p0) * i / pieces);
    return highest + std::log(sum / 3 / pieces);
}

TEST(rate, no_observation_is_no_evidence) {
    EXPECT_EQ(rate_ln_e_pass({}, 0.8), 0);
    EXPECT_EQ(rate_ln_e_fail({}, 0.8), 0);
    EXPECT_EQ(rate_interval({}).lower, 0);
    EXPECT_EQ(rate_interval({}).upper, 1);
    EXPECT_EQ(rate_lower({}), 0);
    EXPECT_EQ(rate_upper({}), 1);
}

TEST(rate, equals_the_integral_it_stands_for) {
    for (const double p0 : {0.001, 0.1, 0.5, 0.8, 0.95, 0.999})
        for (const auto c : {rate_counts{0, 1},
                             {1, 1},
                             {0, 20},
                             {20, 20},
                             {7, 20},
                             {95, 100},
                             {400, 1000},
                             {999, 1000}})
            EXPECT_NEAR(rate_ln_e_pass(c, p0), ln_e_pass_by_integration(c, p0), 1e-5)
                << c.good << " of " << c.n << " against " << p0;
}

TEST(rate, two_visitors_without_an_answer_are_850_to_one_against_two_percent_of_errors) {
    EXPECT_NEAR(std::exp(rate_ln_e_fail({0, 2}, 0.98)), 850, 30);
}

TEST(rate, ten_million_observations_stay_finite_and_ordered) {
    constexpr std::int64_t n = 10'000'000;
    for (const double target : {0.001, 0.2, 0.8, 0.999}) {
        const auto at = static_cast<std::int64_t>(target * static_cast<double>(n));
        double before = -1e300;
        for (const std::int64_t step : {-4'000LL, -500LL, 0LL, 500LL, 4'000LL}) {
            const rate_counts c{std::clamp<std::int64_t>(at + step, 0, n), n};
            const double now = rate_ln_e_pass(c, target);
            ASSERT_TRUE(std::isfinite(now));
            EXPECT_GT(now, before) << target << " " << step;
            before = now;
        }
        for (const std::int64_t good : {std::int64_t{0}, std::int64_t{1}, n - 1, n}) {
            EXPECT_TRUE(std::isfinite(rate_ln_e_pass({good, n}, target)));
            EXPECT_TRUE(std::isfinite(rate_ln_e_fail({good, n}, target)));
        }
    }
}

TEST(rate, direct_tail_and_continued_fraction_agree) {
    // Where the tail is below 1e-280 the fraction is used; everywhere else it must agree.
    for (const std::int64_t n : {1, 5, 50, 400, 3'000, 100'000})
        for (const double share : {0.0, 0.1, 0.5, 0.75, 0.9, 1.0})
            for (const double p0 : {0.2, 0.6, 0.8, 0.95, 0.999}) {
                const auto good = static_cast<std::int64_t>(share * static_cast<double>(n));
                const auto s = static_cast<double>(good);
                const auto f = static_cast<double>(n - good);
                if (p0 <= (s + 1) / (static_cast<double>(n) + 2)) continue;
                const double by_fraction =
                    std::log(p0 / (1 + f) * beta_fraction(1 + f, 1 + s, 1 - p0));
                EXPECT_NEAR(rate_ln_e_pass({good, n}, p0), by_fraction, 1e-9)
                    << good << " of " << n << " against " << p0;
            }
}

TEST(rate, bounds_are_where_the_evidence_reaches_its_threshold) {
    const rate_counts c{74, 81};
    EXPECT_NEAR(rate_ln_e_pass(c, rate_lower(c, 0.05)), ln_threshold(0.05), 1e-9);
    EXPECT_NEAR(rate_ln_e_fail(c, rate_upper(c, 0.01)), ln_threshold(0.01), 1e-9);
    EXPECT_GT(rate_lower(c, 0.05), 0.8); // PASS against 80 % and the bound say the same
    EXPECT_EQ(rate_lower({0, 5}), 0);
    EXPECT_EQ(rate_upper({5, 5}), 1);
}

RC_GTEST_PROP(rate, pass_falls_in_the_target_and_fail_rises, ()) {
    const auto n = *rc::gen::inRange<std::int64_t>(1, 5'000);
    const auto good = *rc::gen::inRange<std::int64_t>(0, n + 1);
    const double a = *rc::gen::inRange(1, 998) / 1000.0;
    const double b = a + 0.001;
    RC_ASSERT(rate_ln_e_pass({good, n}, a) >= rate_ln_e_pass({good, n}, b) - 1e-9);
    RC_ASSERT(rate_ln_e_fail({good, n}, a) <= rate_ln_e_fail({good, n}, b) + 1e-9);
}

RC_GTEST_PROP(rate, the_interval_holds_the_estimate, ()) {
    const auto n = *rc::gen::inRange<std::int64_t>(1, 100'000);
    const auto good = *rc::gen::inRange<std::int64_t>(0, n + 1);
    const double estimate = static_cast<double>(good) / static_cast<double>(n);
    const range inside = rate_interval({good, n});
    RC_ASSERT(inside.lower <= estimate && estimate <= inside.upper);
    RC_ASSERT(rate_lower({good, n}) <= estimate && estimate <= rate_upper({good, n}));
}

RC_GTEST_PROP(rate, success_and_failure_swapped_is_the_other_side, ()) {
    const auto n = *rc::gen::inRange<std::int64_t>(1, 3'000);
    const auto good = *rc::gen::inRange<std::int64_t>(0, n + 1);
    RC_ASSERT(std::abs(rate_ln_e_fail({good, n}, 0.75) - rate_ln_e_pass({n - good, n}, 0.25)) <
              1e-9);
}

TEST(latch, a_crossing_stays_although_the_evidence_falls_again) {
    latch seen({.pass = 0.05, .fail = 0.01});
    seen.observe({.n = 10, .ln_e_pass = 3.0, .ln_e_fail = 0});
    seen.observe({.n = 11, .ln_e_pass = 1.0, .ln_e_fail = 0});
    EXPECT_EQ(seen.pass_at(), 10);
    EXPECT_EQ(seen.at(11, 30), verdict::wait); // too few yet
    EXPECT_EQ(seen.at(30, 30), verdict::pass);
    seen.observe({.n = 31, .ln_e_pass = 0, .ln_e_fail = 4.7});
    EXPECT_EQ(seen.at(31, 30), verdict::fail); // FAIL wins
}

} // namespace
} // namespace servery::stats
