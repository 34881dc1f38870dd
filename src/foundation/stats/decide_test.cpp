#include "foundation/stats/decide.h"

#include <gtest/gtest.h>

namespace servery::stats {
namespace {

TEST(decide, seventy_four_of_eighty_one_passes_eighty_percent) {
    const auto report = decide({.recipe = decide_rate{.counts = rate_counts{74, 81}}});
    EXPECT_EQ(report.verdict, verdict::pass);
    EXPECT_NEAR(*report.ln_e_pass, 3.007913526, 1e-9);
    EXPECT_FALSE(report.first_pass_at); // counts have no order
    EXPECT_GT(*report.lower, 0.8);
    EXPECT_EQ(report.forecast->n_more, 0);
    EXPECT_EQ(report.method, "rate/1");
}

TEST(decide, a_stream_keeps_the_verdict_of_its_crossing) {
    decide_rate ask{.target = 0.5, .fail_target = 0.5};
    for (int i = 0; i < 20; ++i)
        ask.outcomes.push_back(true);
    for (int i = 0; i < 10; ++i)
        ask.outcomes.push_back(false);
    const auto report = decide({.min_n = 1, .path = decide_path::crossings, .recipe = ask});
    EXPECT_EQ(report.verdict, verdict::pass);
    EXPECT_EQ(report.n, 30);
    ASSERT_TRUE(report.first_pass_at);
    EXPECT_LT(*report.first_pass_at, 12);
    ASSERT_EQ(report.path.size(), 1u);
    EXPECT_EQ(report.path[0].n, *report.first_pass_at);
}

TEST(decide, too_few_for_the_business_waits) {
    const auto report = decide(
        {.min_n = 30,
         .recipe = decide_rate{.target = 0.5, .fail_target = 0.5, .counts = rate_counts{20, 20}}});
    EXPECT_EQ(report.verdict, verdict::wait);
    EXPECT_EQ(report.forecast->n_more, 10);
}

TEST(decide, mean_reports_in_the_units_of_its_metric) {
    decide_mean ask{.target = 3.0, .fail_target = 3.0, .low = 1, .high = 5};
    for (int i = 0; i < 60; ++i)
        ask.values.push_back(i % 4 == 0 ? 3 : 5);
    const auto report = decide({.recipe = ask});
    EXPECT_EQ(report.verdict, verdict::pass);
    EXPECT_NEAR(*report.estimate, 4.5, 1e-9);
    EXPECT_GT(*report.lower, 3.0);
    EXPECT_LT(report.interval->upper, 5.0);
}

TEST(decide, paired_reads_differences_between_minus_one_and_one) {
    decide_paired ask{.margin = 0.1, .harm_margin = 0.1};
    for (int i = 0; i < 400; ++i)
        ask.differences.push_back(i % 20 == 0 ? (i % 40 == 0 ? 1 : -1) : 0);
    const auto report = decide({.recipe = ask});
    EXPECT_NEAR(*report.estimate, 0, 1e-9);
    EXPECT_EQ(report.verdict, verdict::pass);
    EXPECT_GE(*report.lower, -0.1);
}

TEST(decide, a_broken_split_fails_and_names_no_estimate) {
    const auto report =
        decide({.recipe = decide_sample_ratio{.periods = {{{0.1, 0.9}, {700, 9300}}}}});
    EXPECT_EQ(report.verdict, verdict::fail);
    EXPECT_EQ(report.n, 10'000);
    EXPECT_NEAR(*report.ln_e_fail, 52.50818089, 1e-7);
    EXPECT_FALSE(report.ln_e_pass);
    EXPECT_FALSE(report.estimate);
}

TEST(decide, nothing_seen_waits_without_an_estimate) {
    const auto report = decide({.recipe = decide_rate{}});
    EXPECT_EQ(report.verdict, verdict::wait);
    EXPECT_EQ(report.n, 0);
    EXPECT_FALSE(report.estimate);
    EXPECT_EQ(report.forecast->note, forecast_note::no_traffic);
}

} // namespace
} // namespace servery::stats
