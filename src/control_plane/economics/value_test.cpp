// One month, a project, break-evens: the edges, and how each moves.
#include "control_plane/economics/breakeven.h"
#include "control_plane/economics/project.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace servery::economics {
namespace {

// A firm of 600 contacts a month; the worked example of tests/data/economics.
inputs example() {
    inputs p;
    p.N = 600;
    p.eligible = .6;
    p.involve = .9;
    p.resolve = .45;
    p.recontact = .12;
    p.min_easy = 5;
    p.min_handoff_extra = .5;
    p.wage_h = 28;
    p.wage_owner = 40;
    p.harm_rate = .002;
    p.harm_cost = 60;
    p.subscription = 50;
    p.hosting = 10;
    p.hours_monitor = 4;
    p.hours_kb = 3;
    p.setup_hours = 40;
    p.training_hours = 6;
    return p;
}

TEST(month, without_traffic_only_the_fixed_part_is_paid) {
    const auto p = example();
    EXPECT_EQ(net(p, 0, view::capacity), -60);
    EXPECT_EQ(net(p, 0, view::cash), -60);
}

TEST(month, fewer_minutes_after_a_hand_over_are_a_gain) {
    auto p = example();
    p.min_handoff_extra = -1;
    EXPECT_LT(month(p, 1).penalty, 0);
    EXPECT_GT(month(p, 1).benefit, month(example(), 1).benefit);
}

TEST(month, what_the_ledger_says_replaces_the_token_formula) {
    auto p = example();
    p.in_tok = 2500;
    p.price_in = 1000;
    p.measured_token_cost = .02;
    EXPECT_DOUBLE_EQ(month(p, 1).tokens, 324 * .02);
}

TEST(project, payback_is_lost_again_by_a_later_dip) {
    inputs p; // 10 a month of cost without use, what drafts save with it
    p.subscription = 10;
    p.wage_h = 60;
    p.drafts = 30;
    p.min_draft = 1;
    p.draft_saving = 1;
    // -10 +20 -10 -10 -10: above zero in month 2 and 3 only
    const double up[] = {0, 1, 0, 0, 0};
    EXPECT_FALSE(project(p, up).payback);
    const double stays[] = {0, 1, 1, 0, 0};
    EXPECT_EQ(project(p, stays).payback, 2);
}

TEST(project, a_horizon_is_one_to_a_hundred_and_twenty_months) {
    const segment once[] = {{1, .5}};
    EXPECT_EQ(exposure_by_month(once, 0).error().id, "economics.horizon.invalid");
    EXPECT_EQ(exposure_by_month(once, 121).error().id, "economics.horizon.invalid");
    EXPECT_EQ(exposure_by_month(once, 3).value(), (std::vector<double>{.5, .5, .5}));
    EXPECT_EQ(exposure_by_month({}, 2).value(), (std::vector<double>{0, 0}));
}

TEST(project, forward_value_leaves_out_what_is_spent) {
    const auto p = example();
    const double xs[] = {.3, 1};
    EXPECT_NEAR(forward_npv(p, xs, 0) - forward_npv(p, xs, 300), 300, 1e-9);
    EXPECT_NEAR(forward_npv(p, xs, setup_cost(p)), project(p, xs).npv, 1e-9);
}

TEST(breakeven, there_is_none_when_a_contact_earns_nothing) {
    auto p = example();
    p.resolve = 0;
    EXPECT_LT(unit_contribution(p), 0);
    EXPECT_FALSE(break_even_volume(p));
    p.min_easy = 0;
    EXPECT_FALSE(break_even_resolution(p));
}

TEST(breakeven, there_is_no_marginal_rate_when_solving_saves_nothing) {
    auto p = example();
    p.min_easy = .5;
    p.min_handoff_extra = -.5;
    EXPECT_FALSE(marginal_resolution(p));
}

inputs any_inputs() {
    const auto share = [] { return *rc::gen::inRange(0, 1001) / 1000.0; };
    const auto amount = [](int most) { return *rc::gen::inRange(0, most) / 10.0; };
    auto p = example();
    p.N = amount(50'000);
    p.eligible = share();
    p.involve = share();
    p.resolve = share();
    p.recontact = share();
    p.min_easy = amount(300);
    p.min_handoff_extra = amount(100) - 3;
    p.wage_h = amount(800);
    p.harm_rate = share() / 10;
    p.harm_cost = amount(3000);
    p.hours_monitor = amount(400);
    p.subscription = amount(5000);
    p.review_share = share();
    return p;
}

RC_GTEST_PROP(project, is_worth_less_when_any_cost_rises, ()) {
    const auto p = any_inputs();
    const double xs[] = {0, .1, .5, 1, 1, 1};
    const auto before = project(p, xs).npv;
    for (const auto cost :
         {&inputs::subscription, &inputs::hosting, &inputs::hours_monitor, &inputs::hours_kb,
          &inputs::harm_cost, &inputs::setup_hours, &inputs::setup_cash, &inputs::review_share,
          &inputs::min_review, &inputs::wage_owner, &inputs::min_handoff_extra}) {
        auto q = p;
        q.*cost += .5;
        RC_ASSERT(project(q, xs).npv <= before + 1e-9 * std::abs(before));
    }
}

RC_GTEST_PROP(project, is_worth_more_when_more_is_solved, ()) {
    auto p = any_inputs();
    RC_PRE(p.min_easy + p.min_handoff_extra > 0);
    const double xs[] = {.1, .5, 1};
    p.resolve = std::min(p.resolve, .9);
    auto q = p;
    q.resolve += .1;
    RC_ASSERT(project(q, xs).npv >= project(p, xs).npv - 1e-9 * std::abs(project(p, xs).npv));
}

RC_GTEST_PROP(breakeven, is_a_root, ()) {
    auto p = any_inputs();
    if (const auto n = break_even_volume(p)) {
        auto at = p;
        at.N = *n;
        const auto m = month(at, 1);
        RC_ASSERT(std::abs(m.net_capacity) <= 1e-6 * std::max(1.0, m.cost));
    }
    if (const auto share = break_even_resolution(p)) {
        RC_ASSERT(*share >= 0 && *share <= 1);
        auto at = p;
        at.resolve = *share;
        const auto m = month(at, 1);
        // the root, or 0 where even that share pays
        RC_ASSERT(std::abs(m.net_capacity) <= 1e-6 * std::max(1.0, m.cost) ||
                  (*share < 1e-9 && m.net_capacity >= 0));
    }
}

RC_GTEST_PROP(breakeven, one_more_topic_at_the_marginal_rate_changes_nothing, ()) {
    auto p = any_inputs();
    const auto rate = marginal_resolution(p);
    const bool there_is_one = rate && *rate >= 0 && *rate <= 1;
    RC_CLASSIFY(there_is_one);
    if (!there_is_one) return;
    p.resolve = *rate;
    RC_ASSERT(std::abs(unit_contribution(p)) <= 1e-9 * std::max(1.0, p.min_easy * p.wage_h));
}

} // namespace
} // namespace servery::economics
