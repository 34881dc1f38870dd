#include "foundation/stats/limit_detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>
#include <vector>

namespace servery::stats {
namespace {

// Observations until an alarm, at most `most`.
int alarm_after(limit_detector& d, double p, double threshold, std::mt19937_64& random, int most) {
    std::bernoulli_distribution bad(p);
    for (int n = 1; n <= most; ++n)
        if (d.observe(bad(random) ? 1 : 0, threshold)) return n;
    return most + 1;
}

TEST(limit_detector, one_step_is_the_formula) {
    limit_detector d(0.2); // odds .25 -> .375, .625, 1.25, 2.5
    (void)d.observe(1, 1e9);
    const double m[] = {.375 / 1.375, .625 / 1.625, 1.25 / 2.25, 2.5 / 3.5};
    EXPECT_NEAR(d.evidence(), (m[0] + m[1] + m[2] + m[3]) / 4 / .2, 1e-12);
    EXPECT_EQ(d.run(), 1);
    (void)d.observe(0, 1e9);
    double r = 0;
    for (const double mj : m)
        r += (mj / .2 + 1) * (1 - mj) / .8;
    EXPECT_NEAR(d.evidence(), r / 4, 1e-12);
    EXPECT_EQ(d.run(), 2);
}

// The mean e-value is 1 at the limit: for any share of the observations, also in between 0 and 1.
TEST(limit_detector, at_the_limit_the_evidence_grows_by_one_an_observation) {
    for (const double limit : {.01, .05, .2, .5, .9}) {
        const double expected = [&] {
            limit_detector good(limit);
            limit_detector bad(limit);
            (void)good.observe(0, 1e9);
            (void)bad.observe(1, 1e9);
            return (1 - limit) * good.evidence() + limit * bad.evidence();
        }();
        EXPECT_NEAR(expected, 1, 1e-12) << limit;
        limit_detector between(limit);
        (void)between.observe(limit, 1e9);
        EXPECT_NEAR(between.evidence(), 1, 1e-12) << limit;
    }
}

TEST(limit_detector, false_alarms_are_rarer_than_one_in_a_observations) {
    std::mt19937_64 random(7);
    for (const double limit : {.02, .05, .2, .5}) {
        const double threshold = 1000;
        std::int64_t observed = 0;
        int alarms = 0;
        limit_detector d(limit);
        for (; observed < 1'000'000; ++observed)
            alarms +=
                d.observe(std::bernoulli_distribution(limit)(random) ? 1 : 0, threshold) ? 1 : 0;
        std::cout << "limit " << limit << ": a false alarm in "
                  << static_cast<double>(observed) / std::max(alarms, 1) << " observations, bound "
                  << threshold << "\n";
        // The standard error of the count is its root.
        EXPECT_LE(alarms, 1000 + 3 * std::sqrt(1000.0)) << limit;
        EXPECT_GT(alarms, 0) << limit;
    }
}

// A long good time before it must not hide a change.
TEST(limit_detector, a_change_is_found_within_the_design_s_numbers) {
    std::mt19937_64 random(11);
    std::vector<int> needed;
    for (int run = 0; run < 400; ++run) {
        limit_detector d(.05);
        if (alarm_after(d, .02, 146'000, random, 1000) <= 1000) continue; // a false one
        needed.push_back(alarm_after(d, .30, 146'000, random, 10'000));
    }
    ASSERT_GE(needed.size(), 395U);
    std::ranges::sort(needed);
    const int median = needed[needed.size() / 2];
    std::cout << "errors 2 -> 30 %, limit 5 %, A = 146000: median " << median << ", 90 % within "
              << needed[needed.size() * 9 / 10] << " observations\n";
    EXPECT_LE(median, 60);
}

TEST(limit_detector, the_run_begins_about_where_the_change_did) {
    std::mt19937_64 random(13);
    std::vector<double> off;
    for (int run = 0; run < 200; ++run) {
        limit_detector d(.05);
        (void)alarm_after(d, .02, 1e12, random, 500);
        const int n = alarm_after(d, .30, 10'000, random, 10'000);
        off.push_back(static_cast<double>(d.run() - n));
    }
    std::ranges::sort(off);
    EXPECT_NEAR(off[off.size() / 2], 0, 5);
}

TEST(limit_detector, after_an_alarm_it_begins_anew) {
    limit_detector d(.05);
    int n = 0;
    while (!d.observe(1, 1000))
        ++n;
    EXPECT_GT(n, 0);
    EXPECT_EQ(d.evidence(), 0);
    EXPECT_EQ(d.run(), n + 1);
    EXPECT_FALSE(d.observe(0, 1000));
    EXPECT_EQ(d.run(), 0);
}

} // namespace
} // namespace servery::stats
