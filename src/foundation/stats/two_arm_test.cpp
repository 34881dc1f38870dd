#include "foundation/stats/two_arm.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

namespace servery::stats {
namespace {

std::vector<two_arm_unit> any_units() {
    return *rc::gen::container<std::vector<two_arm_unit>>(rc::gen::apply(
        [](bool canary, int pi, int y) {
            return two_arm_unit{.canary = canary, .pi = pi / 1000.0, .y = y / 100.0};
        },
        rc::gen::arbitrary<bool>(), rc::gen::inRange(5, 996), rc::gen::inRange(0, 101)));
}

RC_GTEST_PROP(two_arm, no_legal_input_ruins_a_bet, ()) {
    two_arm_state state(0.2, 0.05);
    for (const auto& unit : any_units()) {
        state.add(unit);
        RC_ASSERT(std::isfinite(state.ln_e_pass()));
        RC_ASSERT(std::isfinite(state.ln_e_fail()));
    }
}

RC_GTEST_PROP(two_arm, arms_and_shares_swapped_give_the_same_number_on_the_other_side, ()) {
    two_arm_state straight(0, 0);
    two_arm_state swapped(0, 0);
    for (const auto& unit : any_units()) {
        straight.add(unit);
        swapped.add({.canary = !unit.canary, .pi = 1 - unit.pi, .y = unit.y});
    }
    RC_ASSERT(std::abs(straight.ln_e_pass() - swapped.ln_e_fail()) < 1e-6);
    RC_ASSERT(std::abs(straight.difference() + swapped.difference()) < 1e-6);
}

TEST(two_arm, a_canary_that_fails_ten_times_as_often_is_found) {
    std::mt19937_64 draw(7); // fixed: the same visitors every time
    std::uniform_real_distribution<double> unit;
    two_arm_state state(0.05, 0);
    for (int i = 0; i < 4'000; ++i) {
        const bool canary = unit(draw) < 0.1;
        state.add({.canary = canary, .pi = 0.1, .y = unit(draw) < (canary ? 0.8 : 0.98) ? 1. : 0.});
    }
    EXPECT_GT(state.ln_e_fail(), ln_threshold(0.01));
    EXPECT_LT(state.ln_e_pass(), ln_threshold(0.05));
    EXPECT_LT(state.upper(0.01), 0);
    EXPECT_NEAR(state.difference(), -0.18, 0.06);
}

TEST(two_arm, a_canary_as_good_as_control_passes_its_margin) {
    std::mt19937_64 draw(11);
    std::uniform_real_distribution<double> unit;
    two_arm_state state(0.1, 0);
    std::int64_t n = 0;
    while (state.ln_e_pass() < ln_threshold(0.05) && n++ < 5'000) {
        const bool canary = unit(draw) < 0.5;
        state.add({.canary = canary, .pi = 0.5, .y = unit(draw) < 0.85 ? 1. : 0.});
    }
    EXPECT_LT(n, 2'000);
    EXPECT_GE(state.lower(0.05), -0.1);
    EXPECT_LT(state.ln_e_fail(), ln_threshold(0.01));
}

} // namespace
} // namespace servery::stats
