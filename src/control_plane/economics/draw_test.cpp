// Draws, what they promise, and how a measurement takes a guess's place.
#include "control_plane/economics/draw.h"
#include "control_plane/economics/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace servery::economics {
namespace {

given_inputs guesses() {
    const auto point = [](double v) { return given_input{range::at(v), true}; };
    const auto spread = [](double l, double m, double h) { return given_input{{l, m, h}, false}; };
    return {{"N", spread(450, 600, 800)},
            {"resolve", spread(.2, .45, .65)},
            {"recontact", spread(.05, .12, .3)},
            {"min_easy", spread(2.5, 5, 8)},
            {"min_handoff_extra", spread(-1, .5, 3)},
            {"harm_rate", spread(.0005, .002, .008)},
            {"harm_cost", spread(20, 60, 300)},
            {"hours_monitor", spread(2, 4, 10)},
            {"hours_kb", point(3)},
            {"wage_h", point(28)},
            {"wage_owner", point(40)}};
}

case_inputs guessed() {
    return make_case(guesses()).value();
}

const std::vector<double> year{0, .1, .3, .6, 1, 1, 1, 1, 1, 1, 1, 1};

std::size_t at(std::string_view name) {
    return input_index(name).value();
}

// What the k-th draw gives an input: one number of the stream for each drawn input.
double drawn(const draw_case& of, std::string_view name, int k) {
    splitmix64 random(usual_seed);
    double found = 0;
    for (int i = 0; i <= k; ++i)
        for (const auto& d : of.drawn) {
            const double u = random.next();
            if (d.index == at(name)) found = draw_from(d.law, u);
        }
    return found;
}

TEST(inputs, names_in_byte_order_capitals_first) {
    EXPECT_EQ(input_definitions().front().name, "N");
    EXPECT_LT(at("N"), at("eligible"));
    EXPECT_FALSE(input_index("n"));
}

TEST(inputs, a_case_without_upkeep_hours_is_refused_by_name) {
    auto given = guesses();
    given.erase("hours_kb");
    given.erase("resolve");
    EXPECT_EQ(missing_inputs(given), (std::vector<std::string>{"hours_kb", "resolve"}));
    const auto made = make_case(given);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().id, "economics.input.missing");
    EXPECT_NE(made.error().message.find("hours_kb, resolve"), std::string::npos);
}

TEST(inputs, wrong_ranges_are_named_together) {
    auto given = guesses();
    given["resolve"] = {{.5, .4, .6}, false};
    given["eligible"] = {range::at(1.2), true};
    given["wage_h"] = {range::at(-1), true};
    const auto made = make_case(given);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().id, "economics.input.range");
    EXPECT_EQ(made.error().where, "eligible");
    ASSERT_EQ(made.error().more.size(), 2U);
    EXPECT_EQ(made.error().more[0].where, "resolve");
    EXPECT_EQ(made.error().more[1].where, "wage_h");
    given = guesses();
    given["hours_kbb"] = {range::at(1), true};
    EXPECT_EQ(make_case(given).error().id, "economics.input.unknown");
    EXPECT_NE(make_case(given).error().remedy.find("hours_kb"), std::string::npos);
    // minutes after a hand-over may be fewer than before
    EXPECT_TRUE(make_case(guesses()));
}

TEST(draws, the_same_seed_gives_the_same_digits_and_another_one_does_not) {
    const auto value = join(guessed(), {}).value;
    const auto a = simulate(value, year, {.n = 2000, .seed = 7, .rest = {}}).value();
    const auto b = simulate(value, year, {.n = 2000, .seed = 7, .rest = {}}).value();
    const auto c = simulate(value, year, {.n = 2000, .seed = 8, .rest = {}}).value();
    EXPECT_EQ(a.p50, b.p50);
    EXPECT_EQ(a.mean, b.mean);
    EXPECT_NE(a.p50, c.p50);
}

TEST(draws, the_fan_ends_where_the_cumulative_flows_do) {
    auto given = guesses();
    given["discount"] = {range::at(0), true};
    const auto value = join(make_case(given).value(), {}).value;
    const auto s = simulate(value, year, {.n = 4000, .rest = {}, .fan = true}).value();
    ASSERT_EQ(s.fan.size(), 13U);
    // without discount the last month's sum is the net present value itself
    EXPECT_NEAR(s.fan.back().p10, s.p10, 1e-6);
    EXPECT_NEAR(s.fan.back().p50, s.p50, 1e-6);
    EXPECT_NEAR(s.fan.back().p90, s.p90, 1e-6);
    for (const auto& b : s.fan) {
        EXPECT_LE(b.p10, b.p50);
        EXPECT_LE(b.p50, b.p90);
    }
}

TEST(draws, are_limited_in_number) {
    const auto value = join(guessed(), {}).value;
    EXPECT_EQ(simulate(value, year, {.n = 0, .rest = {}}).error().id, "economics.input.range");
    EXPECT_EQ(simulate(value, year, {.n = 100'001, .rest = {}}).error().id,
              "economics.input.range");
}

TEST(draws, a_measurement_takes_a_guess_s_place_and_shifts_no_other_input) {
    const measurement solved{.name = "resolve", .n = 97, .good = 40, .source = "facts"};
    const auto before = join(guessed(), {}).value;
    const auto after = join(guessed(), std::span(&solved, 1)).value;
    EXPECT_NE(drawn(before, "resolve", 3), drawn(after, "resolve", 3));
    for (const auto* name : {"N", "harm_cost", "recontact", "min_easy"})
        EXPECT_EQ(drawn(before, name, 3), drawn(after, name, 3)) << name;
    // a new uncertain input takes numbers of its own and does shift them
    auto more = guesses();
    more["hours_kb"] = {{1, 3, 8}, false};
    EXPECT_NE(drawn(join(make_case(more).value(), {}).value, "min_easy", 3),
              drawn(before, "min_easy", 3));
}

TEST(draws, many_observations_narrow_the_range_around_the_measured_rate) {
    const auto width = [](std::int64_t n) {
        const measurement m{.name = "resolve", .n = n, .good = n / 2, .source = "facts"};
        const auto joined = join(guessed(), std::span(&m, 1));
        const auto s = simulate(joined.value, year, {.n = 4000, .rest = {}}).value();
        return std::pair(s.p90 - s.p10, joined.value.likely.resolve);
    };
    EXPECT_LT(width(2000).first, width(50).first);
    EXPECT_NEAR(width(20000).second, .5, .001);
}

TEST(measurements, too_few_leave_the_guess_standing) {
    const range guess{2.5, 5, 8};
    EXPECT_FALSE(measured(guess, {.name = "min_easy", .n = 4, .mean = 3, .sd = 1, .source = {}}));
    EXPECT_TRUE(measured(guess, {.name = "min_easy", .n = 5, .mean = 3, .sd = 1, .source = {}}));
    EXPECT_FALSE(measured(guess, {.name = "N", .n = 400, .days = 27, .source = {}}));
    EXPECT_TRUE(measured(guess, {.name = "N", .n = 400, .days = 28, .source = {}}));
    EXPECT_FALSE(measured(guess, {.name = "hours_kb", .mean = 2, .days = 27, .source = {}}));
    // what nobody can measure stays a guess until a person types another
    EXPECT_FALSE(measured(guess, {.name = "harm_cost", .n = 100, .mean = 9, .source = {}}));
}

TEST(measurements, a_volume_is_scaled_to_a_month) {
    const auto m = measured({450, 600, 800}, {.name = "N", .n = 200, .days = 60.875, .source = {}});
    ASSERT_TRUE(m);
    EXPECT_NEAR(m->likely, 100, 1e-9);
}

TEST(measurements, five_harmless_answers_do_not_rule_out_harm) {
    // a guess is worth at most five events of the rarer kind: it still counts
    const auto law = beta_posterior({.0005, .002, .008}, 0, 60);
    EXPECT_GT(law.mean(), .0005);
    EXPECT_LT(law.mean(), .0035);
    const auto certain = beta_prior({0, 0, 0});
    EXPECT_GT(certain.a, 0);
}

TEST(measurements, the_table_of_quantiles_is_close_to_the_exact_inverse) {
    for (const auto& law : {beta_law{5, 6}, beta_law{45.2, 61.3}, beta_law{1.2, 300}}) {
        const quantile_table table(law);
        for (double u = .01; u <= .99; u += .01)
            EXPECT_NEAR(table.at(u), beta_quantile(law, u), 1e-3) << law.a << " " << u;
    }
}

TEST(tornado, shows_the_widest_first) {
    const auto value = join(guessed(), {}).value;
    const auto bars = tornado(value, year);
    ASSERT_EQ(bars.size(), 8U);
    for (std::size_t i = 1; i < bars.size(); ++i)
        EXPECT_GE(bars[i - 1].swing() + .01, bars[i].swing());
}

TEST(tornado, a_cost_that_rises_lowers_the_value) {
    const auto value = join(guessed(), {}).value;
    for (const auto& b : tornado(value, year))
        if (b.index == at("hours_monitor")) {
            EXPECT_GT(b.low, b.high);
        }
}

RC_GTEST_PROP(draws, stay_within_their_bounds, ()) {
    const double low = *rc::gen::inRange(-1000, 1000) / 10.0;
    const double likely = low + *rc::gen::inRange(0, 500) / 10.0;
    const double high = likely + *rc::gen::inRange(0, 500) / 10.0;
    const range r{low, likely, high};
    double before = low;
    for (const double u : {0.0, .1, .3, .5, .7, .9, .999999}) {
        const double v = triangular_inverse(u, r);
        RC_ASSERT(v >= before - 1e-9 && v <= high + 1e-9);
        before = v;
    }
}

RC_GTEST_PROP(draws, a_chance_is_a_chance_and_knowing_is_never_worth_less_than_nothing, ()) {
    auto given = guesses();
    given["N"] = {range::at(*rc::gen::inRange(0, 20'000)), true};
    given["hours_monitor"] = {range::at(*rc::gen::inRange(0, 60)), true};
    const auto value = join(make_case(given).value(), {}).value;
    const auto s = simulate(value, year, {.n = 300, .rest = {}}).value();
    RC_ASSERT(s.p_positive >= 0 && s.p_positive <= 1);
    RC_ASSERT(s.evpi >= -1e-9);
    RC_ASSERT(s.p10 <= s.p50 && s.p50 <= s.p80 && s.p80 <= s.p90);
}

} // namespace
} // namespace servery::economics
