#include "foundation/stats/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

namespace servery::stats {
namespace {

TEST(forecast, says_about_how_many_more_and_when) {
    forecast f = rate_forecast({.counts = {85, 100}, .target = 0.8, .fail_target = 0.8});
    ASSERT_EQ(f.side, forecast_side::pass);
    const double growth = bernoulli_kl(0.85, 0.8);
    const double units = (std::log(20.0) - rate_ln_e_pass({85, 100}, 0.8)) / growth;
    EXPECT_EQ(f.n_more, static_cast<std::int64_t>(std::ceil(units)));
    EXPECT_EQ(f.n_more_p90, static_cast<std::int64_t>(std::ceil(2.4 * units)));
    add_dates(f, parse_rfc3339("2026-05-01T00:00:00Z").value(), 100);
    EXPECT_EQ(to_date(*f.date), "2026-05-04");
    EXPECT_EQ(to_words(f), "about 370 more (up to 886), around 4 May 2026");
}

TEST(forecast, the_wrong_side_of_the_target_is_the_forecast_of_a_fail) {
    const forecast f = rate_forecast({.counts = {70, 100}, .target = 0.8, .fail_target = 0.8});
    EXPECT_EQ(f.side, forecast_side::fail);
    EXPECT_GT(f.n_more, 0);
}

TEST(forecast, between_the_two_targets_there_is_none) {
    const forecast f = rate_forecast({.counts = {75, 100}, .target = 0.8, .fail_target = 0.7});
    EXPECT_EQ(f.side, forecast_side::none);
    EXPECT_FALSE(f.n_more);
    EXPECT_EQ(to_words(f), "not at this quality");
}

TEST(forecast, nothing_seen_and_nothing_expected_is_no_traffic) {
    EXPECT_EQ(rate_forecast({}).note, forecast_note::no_traffic);
    const forecast planned = rate_forecast({.counts = {1, 2}, .expected = 0.9});
    EXPECT_EQ(planned.side, forecast_side::pass);
    forecast idle = planned;
    add_dates(idle, {}, 0);
    EXPECT_EQ(idle.note, forecast_note::no_traffic);
    EXPECT_FALSE(idle.n_more);
}

TEST(forecast, a_pass_needs_its_least_number_of_units) {
    const forecast f =
        rate_forecast({.counts = {12, 12}, .target = 0.5, .fail_target = 0.5, .min_n = 30});
    EXPECT_EQ(f.n_more, 18);
}

} // namespace
} // namespace servery::stats
