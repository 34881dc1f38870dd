// How much a gate needs and when it can be decided.
#include "control_plane/plan/lint_fixture.h"
#include "control_plane/plan/reachability.h"

#include <limits>

namespace servery::plan {
namespace {

TEST(reachability, a_perfect_record_needs_148_at_97_percent_and_449_at_99) {
    EXPECT_EQ(units_needed(0, 0.03, direction::lower, 0.05, 0), 148);
    EXPECT_EQ(units_needed(0, 0.01, direction::lower, 0.05, 0), 449);
    EXPECT_EQ(units_needed(0.8, 0.8, direction::higher, 0.05, 0),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(units_needed(0.999, 0.5, direction::higher, 0.05, 30), 30);
    EXPECT_DOUBLE_EQ(assumed_truth(0.8, direction::higher), 0.9);
    EXPECT_DOUBLE_EQ(assumed_truth(0.9, direction::higher), 0.95);
    EXPECT_DOUBLE_EQ(assumed_truth(0.03, direction::lower), 0);
}

TEST(reachability, dates_follow_volume_and_share) {
    const auto plan = first_plan();
    const auto all = reachability(plan.typed, today);
    const auto it = std::ranges::find_if(
        all, [](const reach& r) { return r.metric == "accuracy" && r.phase == "pilot"; });
    ASSERT_NE(it, all.end());
    // 600 a month, 60 % eligible, 90 % take part, 10 % of visitors
    EXPECT_NEAR(it->per_day.value(), 600 / 30.4375 * 0.6 * 0.9 * 0.1, 1e-9);
    EXPECT_EQ(it->gate, "G2");
    // ln 20/KL(.9, .8) = 2.9957/0.03669 = 81.6; then 1.75 and 2.4 times 82
    EXPECT_EQ(it->n50, 82);
    EXPECT_EQ(it->n80, 144);
    EXPECT_EQ(it->n90, 197);
    ASSERT_TRUE(it->date50 && it->date80);
    EXPECT_LT(*it->date50, *it->date80);
    EXPECT_FALSE(it->reachable);
    const auto days = static_cast<double>(it->date80->ms - it->date50->ms) / 86'400'000.0;
    EXPECT_NEAR(days, (144 - 82) / it->per_day.value(), 1e-6);
}

TEST(reachability, a_gate_is_decided_when_its_slowest_condition_is) {
    const auto plan = first_plan();
    const auto gates = gate_dates(plan.typed, today);
    ASSERT_EQ(gates.size(), 3U);
    EXPECT_EQ(gates[0].gate, "G1");
    EXPECT_TRUE(gates[0].decidable);
    EXPECT_EQ(gates[0].limited_by, "plan");
    const auto& pilot = gates[1];
    EXPECT_FALSE(pilot.decidable);
    ASSERT_TRUE(pilot.date80);
    std::optional<instant> latest;
    for (const auto& r : reachability(plan.typed, today))
        if (r.gate == "G2" && (!latest || r.date80 > latest)) latest = r.date80;
    EXPECT_EQ(pilot.date80, latest);
    EXPECT_FALSE(pilot.proposals.empty());
    EXPECT_NE(pilot.proposals.front().find("fixed set"), std::string::npos);
}

TEST(reachability, more_share_and_more_time_never_make_a_gate_later) {
    const auto plan = first_plan();
    std::optional<instant> before;
    for (const double percent : {1.0, 5.0, 10.0, 20.0, 30.0}) {
        const auto d = with_changes(plan.typed, {.percent = percent, .targets = {}});
        const auto g = gate_dates(d, today)[1];
        if (before) {
            ASSERT_TRUE(g.date80);
            EXPECT_LE(g.date80->ms, before->ms);
        }
        before = g.date80;
    }
    const auto longer =
        gate_dates(with_changes(plan.typed, {.percent = 30, .months = 3, .targets = {}}), today)[1];
    EXPECT_TRUE(longer.decidable);
    EXPECT_TRUE(longer.proposals.empty());
}

TEST(reachability, a_measured_rate_replaces_the_assumed_one) {
    const auto plan = first_plan();
    const auto at = [&](double truth) {
        for (const auto& r : reachability(plan.typed, today, {.truth = {{"accuracy", truth}}}))
            if (r.metric == "accuracy" && r.phase == "pilot") return r;
        return reach{};
    };
    EXPECT_GT(at(.85).n80, at(.9).n80);
    EXPECT_FALSE(at(.7).date80); // below its target it is never shown to be above
    EXPECT_FALSE(at(.7).reachable);
}

TEST(reachability, labels_come_no_faster_than_the_minutes_for_them) {
    const auto plan = first_plan();
    auto busy = plan.typed;
    busy.roi.inputs["N"] = 60000;
    const auto slow = with_changes(busy, {.targets = {}, .label_minutes_per_week = 14});
    for (const auto& r :
         reachability(slow, today, {.truth = {}, .contacts_a_month = {}, .minutes_a_label = 2}))
        if (r.metric == "accuracy" && r.phase == "pilot") EXPECT_EQ(r.per_day, 1);
}

} // namespace
} // namespace servery::plan
