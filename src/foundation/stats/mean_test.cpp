#include "foundation/stats/log_special.h"
#include "foundation/stats/mean.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>

namespace servery::stats {
namespace {

mean_state of_zero_one(std::int64_t good, std::int64_t n, double m) {
    mean_state state({m, m});
    for (std::int64_t i = 0; i < n; ++i)
        state.add(i < good ? 1 : 0);
    return state;
}

TEST(mean, on_zeros_and_ones_equals_its_closed_form) {
    for (const auto [good, n] : {std::pair{0, 1}, {1, 1}, {3, 9}, {28, 30}, {0, 30}, {30, 30}}) {
        constexpr double m = 0.8;
        std::array<double, 16> terms{};
        for (std::size_t k = 0; k < 16; ++k) {
            const double u = (static_cast<double>(k) + 0.5) / 16;
            terms[k] = good * std::log1p(u * (1 - m) / m) + (n - good) * std::log1p(-u);
        }
        EXPECT_NEAR(of_zero_one(good, n, m).ln_e_pass(), log_sum_exp(terms) - std::log(16.0),
                    1e-12);
    }
}

TEST(mean, lies_near_rate_on_zeros_and_ones) {
    for (const double p0 : {0.6, 0.8})
        for (int n = 1; n <= 30; ++n)
            for (int good = 0; good <= n; ++good) {
                if (std::abs(static_cast<double>(good) / n - p0) > 0.15) continue;
                EXPECT_NEAR(of_zero_one(good, n, p0).ln_e_pass(), rate_ln_e_pass({good, n}, p0),
                            0.02)
                    << good << " of " << n;
            }
}

TEST(mean, any_target_can_be_read_from_the_counts) {
    mean_state state({0.7, 0.6});
    for (const double x : {0.25, 0.5, 1.0, 0.0, 0.75, 0.999})
        state.add(x);
    EXPECT_NEAR(state.ln_e_pass_at(0.7), state.ln_e_pass(), 1e-12);
    EXPECT_NEAR(state.ln_e_fail_at(0.6), state.ln_e_fail(), 1e-12);
    EXPECT_NEAR(state.ln_e_pass_at(state.lower(0.05)), ln_threshold(0.05), 1e-6);
    EXPECT_NEAR(state.ln_e_fail_at(state.upper(0.01)), ln_threshold(0.01), 1e-6);
    const range inside = state.interval(0.05);
    EXPECT_LT(inside.lower, state.mean());
    EXPECT_GT(inside.upper, state.mean());
}

TEST(mean, a_value_outside_is_clamped_and_counted) {
    mean_state state({0.5, 0.5});
    state.add(1.7);
    state.add(-3);
    state.add(std::nan(""));
    EXPECT_EQ(state.outside(), 3);
    EXPECT_NEAR(state.mean(), 1.0 / 3, 1e-12);
}

RC_GTEST_PROP(mean, order_does_not_matter_and_parts_merge, ()) {
    const auto values =
        *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1001)); // thousandths
    mean_state forward({0.8, 0.7});
    mean_state backward({0.8, 0.7});
    mean_state half({0.8, 0.7});
    mean_state rest({0.8, 0.7});
    for (std::size_t i = 0; i < values.size(); ++i) {
        forward.add(values[i] / 1000.0);
        backward.add(values[values.size() - 1 - i] / 1000.0);
        (i % 2 == 0 ? half : rest).add(values[i] / 1000.0);
    }
    half.merge(rest);
    RC_ASSERT(std::abs(forward.ln_e_pass() - backward.ln_e_pass()) < 1e-9);
    RC_ASSERT(std::abs(forward.ln_e_fail() - half.ln_e_fail()) < 1e-9);
    RC_ASSERT(half.n() == forward.n() && half.mean() == forward.mean());
}

} // namespace
} // namespace servery::stats
