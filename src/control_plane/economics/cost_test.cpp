// Cost of a phase, price tiers, the stop rule.
#include "control_plane/economics/phase_cost.h"
#include "control_plane/economics/stop_rule.h"
#include "control_plane/economics/tiers.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

namespace servery::economics {
namespace {

constexpr std::array<bool, phase_count> everywhere{true, true, true, true};
const std::map<std::string, double> rates{{"owner", 40}, {"it", 36}};

cost_row row(std::string id, cost_unit unit, range value) {
    cost_row out;
    out.id = std::move(id);
    out.phases = everywhere;
    out.unit = unit;
    out.value = value;
    return out;
}

TEST(phase_cost, a_budget_line_over_other_rows_is_never_added) {
    auto tool = row("C-TECH-1", cost_unit::money_per_month, range::at(50));
    auto line = row("C-BUD-1", cost_unit::money_per_year, range::at(600));
    line.covered = true;
    const cost_row both[] = {tool, line};
    EXPECT_DOUBLE_EQ(phase_cost(both, 1, 2, rates).cash, 100);
}

TEST(phase_cost, hours_of_own_people_are_no_cash_and_bought_hours_are) {
    auto own = row("a", cost_unit::hours_per_month, range::at(4));
    own.person = "it";
    auto bought = own;
    bought.external = true;
    const cost_row first[] = {own};
    const auto a = phase_cost(first, 1, 1, rates);
    EXPECT_EQ(a.cash, 0);
    EXPECT_EQ(a.hours, 4);
    EXPECT_EQ(a.opportunity, 4 * 36);
    const cost_row second[] = {bought};
    const auto b = phase_cost(second, 1, 1, rates);
    EXPECT_EQ(b.cash, 4 * 36);
    EXPECT_EQ(b.hours, 0);
}

TEST(phase_cost, a_total_is_shared_by_its_phases_and_a_phase_value_is_not) {
    auto total = row("a", cost_unit::hours, range::at(8));
    EXPECT_EQ(row_factor(total, 2, 1), .25);
    auto each = total;
    each.per_phase[2] = range::at(20);
    EXPECT_EQ(row_value(each, 2)->likely, 20);
    EXPECT_EQ(row_value(each, 1)->likely, 0);
    EXPECT_EQ(row_factor(each, 2, 1), 1);
}

draw_case no_draws() {
    return {};
}

TEST(phase_forecast, without_ranges_every_draw_is_the_likely_cost) {
    const cost_row rows[] = {row("a", cost_unit::money_per_month, range::at(50))};
    const auto f = forecast_phase(rows, 1, {.months = 2}, rates, no_draws(), 500);
    EXPECT_DOUBLE_EQ(f.likely.cash, 100);
    EXPECT_DOUBLE_EQ(f.cash_p80, 100);
    EXPECT_DOUBLE_EQ(f.highest_cash, 100);
}

TEST(phase_forecast, the_eightieth_percentile_lies_between_likely_and_everything_high) {
    const cost_row rows[] = {row("a", cost_unit::money, {0, 100, 400}),
                             row("b", cost_unit::hours, {4, 8, 40})};
    const auto f = forecast_phase(rows, 1, {.months = 1}, rates, no_draws(), 20'000);
    EXPECT_GT(f.cash_p80, f.likely.cash);
    EXPECT_LT(f.cash_p80, f.highest_cash);
    // quantile .8 of the triangle 0, 25, 100 (a quarter of the row): 100 - sqrt(.2·100·75)
    EXPECT_NEAR(f.cash_p80, 100 - std::sqrt(.2 * 100 * 75), .7);
    EXPECT_GT(f.hours_p80_by_person.at("owner"), 2);
}

TEST(phase_forecast, tokens_follow_the_traffic_of_the_phase) {
    draw_case of;
    of.likely.N = 600;
    of.likely.measured_token_cost = .01;
    const auto f = forecast_phase({}, 1, {.exposure_months = .5, .months = 1}, rates, of, 10);
    EXPECT_DOUBLE_EQ(f.likely.cash, 600 * .5 * .01);
}

TEST(phase_forecast, a_subscription_counts_once) {
    draw_case of;
    of.likely.subscription = 30;
    EXPECT_EQ(forecast_phase({}, 1, {.months = 2}, rates, of, 10).likely.cash, 0);
    EXPECT_EQ(
        forecast_phase({}, 1, {.months = 2, .subscription_apart = true}, rates, of, 10).likely.cash,
        60);
}

TEST(tiers, one_without_overage_cannot_be_exceeded) {
    const price_tier tiers[] = {{"free", 0, 100, std::nullopt}, {"team", 50, 500, .2}};
    EXPECT_EQ(tier_cost(tiers, 100).tier, 0U);
    EXPECT_EQ(tier_cost(tiers, 101).tier, 1U);
    EXPECT_EQ(tier_cost(tiers, 600).cost, 70);
    EXPECT_FALSE(tier_cost(std::span(tiers, 1), 101).tier);
    EXPECT_FALSE(tier_cost(std::span(tiers, 1), 101).cost);
}

decision at_the_end(double p, double evpi = 0, int extensions = 0, bool failing = false) {
    return apply({}, {.when = decision_time::decide,
                      .p_positive = p,
                      .guardrail_failed = failing,
                      .extensions = extensions,
                      .evpi = evpi,
                      .extension_cost = 100});
}

TEST(stop_rule, each_row_of_the_rule) {
    EXPECT_EQ(apply({}, {.p_positive = .19}).ruling, ruling::stop);
    EXPECT_EQ(apply({}, {.p_positive = .2}).ruling, ruling::pass);
    EXPECT_EQ(at_the_end(.8).ruling, ruling::go);
    EXPECT_EQ(at_the_end(.2).ruling, ruling::stop);
    EXPECT_EQ(at_the_end(.5, 101).ruling, ruling::pivot);
    EXPECT_TRUE(at_the_end(.5, 101).extension_offered);
    // knowing is not worth a month: the decision falls now
    EXPECT_EQ(at_the_end(.5, 99).ruling, ruling::go);
    EXPECT_TRUE(at_the_end(.5, 99).needs_note);
    EXPECT_EQ(at_the_end(.49, 99).ruling, ruling::stop);
    EXPECT_EQ(apply({}, {.when = decision_time::review, .p_positive = .5}).ruling, ruling::at_risk);
    EXPECT_EQ(apply({}, {.when = decision_time::review, .p_positive = .1}).ruling, ruling::stop);
}

TEST(stop_rule, never_grants_a_second_extension) {
    for (const double p : {.3, .5, .7})
        EXPECT_FALSE(at_the_end(p, 1e6, 1).extension_offered);
    EXPECT_EQ(at_the_end(.5, 1e6, 1).ruling, ruling::go);
    EXPECT_EQ(at_the_end(.49, 1e6, 1).ruling, ruling::stop);
}

TEST(stop_rule, a_failing_guardrail_is_never_a_go) {
    for (const double p : {.5, .9, 1.0}) {
        EXPECT_NE(at_the_end(p, 0, 0, true).ruling, ruling::go);
        EXPECT_NE(at_the_end(p, 1e6, 1, true).ruling, ruling::go);
    }
    EXPECT_EQ(
        apply({}, {.when = decision_time::decide, .p_positive = 1, .guardrail_failed_twice = true})
            .ruling,
        ruling::stop);
}

} // namespace
} // namespace servery::economics
