#include "data_plane/assistant/decide/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace servery::assistant {
namespace {

std::vector<labelled_confidence> labels(int n, int wrong, double from = 0.5, double to = 1.0) {
    std::vector<labelled_confidence> out;
    for (int i = 0; i < n; ++i)
        out.push_back({to - (to - from) * i / n, i >= wrong});
    return out;
}

TEST(calibration, needs_at_least_the_fewest_that_could_pass) {
    EXPECT_EQ(fewest_to_pass(0.80, 0.10), 11);
    EXPECT_EQ(fewest_to_pass(0.90, 0.10), 22);
    EXPECT_EQ(fewest_to_pass(0.95, 0.10), 45);
    EXPECT_FALSE(calibrate(labels(10, 0), {}, {}).t_answer);
    EXPECT_TRUE(calibrate(labels(11, 0), {}, {}).t_answer);
}

TEST(calibration, lets_all_right_answer_everything_and_all_wrong_nothing) {
    const auto all_right = calibrate(labels(100, 0), {}, {});
    ASSERT_TRUE(all_right.t_answer);
    EXPECT_GE(all_right.share_answered, 0.97); // the steps of 3 % end below 100 %
    EXPECT_GE(all_right.n_above, 97);
    const auto all_wrong = calibrate(labels(100, 100), {}, {});
    EXPECT_FALSE(all_wrong.t_answer);
    EXPECT_FALSE(all_wrong.labels_needed);
    EXPECT_EQ(all_wrong.observed, 0);
    EXPECT_FALSE(calibrate({}, {}, {}).t_answer);
}

TEST(calibration, takes_ties_together) {
    std::vector<labelled_confidence> tied(40, {0.8, true});
    const auto found = calibrate(tied, {}, {});
    ASSERT_TRUE(found.t_answer);
    EXPECT_EQ(found.n_above, 40);
    for (int i = 0; i < 20; ++i)
        tied.push_back({0.8, false});
    EXPECT_FALSE(calibrate(tied, {}, {}).t_answer);
}

TEST(calibration, can_unlock_with_a_hundred_labels_at_eighty_percent) {
    // The most confident third is right, the rest is a coin toss.
    std::mt19937 random(3);
    std::vector<labelled_confidence> mixed;
    for (int i = 0; i < 100; ++i)
        mixed.push_back({1 - i / 100.0, i < 33 || random() % 2 == 0});
    const auto found = calibrate(mixed, {}, {});
    ASSERT_TRUE(found.t_answer);
    EXPECT_GE(found.share_answered, 0.2);
    EXPECT_LT(found.share_answered, 0.9);
    EXPECT_GE(*found.observed, 0.8);
}

TEST(calibration, refuses_a_reviewer_with_sixty_percent_right) {
    std::mt19937 random(11);
    std::vector<labelled_confidence> poor;
    for (int i = 0; i < 200; ++i)
        poor.push_back({1 - i / 200.0, random() % 10 < 6});
    EXPECT_FALSE(calibrate(poor, {}, {}).t_answer);
}

TEST(calibration, uses_the_confidences_of_recent_traffic_when_there_are_enough) {
    std::vector<double> recent(400, 0.1);
    for (std::size_t i = 0; i < 60; ++i)
        recent[i] = 0.9;
    const auto found = calibrate(labels(60, 0), recent, {});
    ASSERT_TRUE(found.t_answer);
    EXPECT_GE(*found.t_answer, 0.1);
    EXPECT_LE(found.share_answered, 1);
}

TEST(calibration, says_how_many_labels_are_missing) {
    const auto found = calibrate(labels(30, 0), {}, {0.95, 0.10});
    EXPECT_FALSE(found.t_answer);
    ASSERT_TRUE(found.labels_needed);
    EXPECT_GE(*found.labels_needed, 15);
    const auto curve = calibration_curve(labels(30, 0), {}, 0.10);
    ASSERT_EQ(curve.size(), 6U);
    EXPECT_TRUE(curve.front().threshold);
    EXPECT_FALSE(curve.back().threshold);
}

TEST(calibration, finds_the_ask_threshold_only_with_enough_labels) {
    std::vector<labelled_choice> choices;
    for (int i = 0; i < 120; ++i)
        choices.push_back({1 - i / 120.0, i < 70});
    EXPECT_DOUBLE_EQ(ask_threshold(std::span(choices).first(99), 0.9), 0.30);
    const double found = ask_threshold(choices, 0.9);
    EXPECT_LT(found, 0.30);
    EXPECT_GT(found, 0);
}

// The promise of the whole method: a threshold is accepted although the answers above it are wrong
// more often than promised in at most a share delta of the runs.
TEST(calibration, breaks_its_promise_in_at_most_a_tenth_of_two_thousand_simulated_firms) {
    constexpr int firms = 2000;
    constexpr double promise = 0.80;
    std::mt19937_64 random(20261125);
    std::uniform_real_distribution<double> unit(0, 1);
    int broken = 0;
    int unlocked = 0;
    for (int firm = 0; firm < firms; ++firm) {
        // right-probability rises with confidence, from a base to a top that differ by firm
        const double base = 0.3 + 0.5 * unit(random);
        const double top = 0.70 + 0.3 * unit(random);
        const double bend = 0.5 + 3 * unit(random);
        const auto truth = [&](double c) { return base + (top - base) * std::pow(c, bend); };
        const int n = 60 + static_cast<int>(240 * unit(random));
        std::vector<labelled_confidence> labelled;
        for (int i = 0; i < n; ++i) {
            const double c = unit(random);
            labelled.push_back({c, unit(random) < truth(c)});
        }
        std::vector<double> recent;
        for (int i = 0; i < 400; ++i)
            recent.push_back(unit(random));
        const auto found = calibrate(labelled, recent, {promise, 0.10});
        if (!found.t_answer) continue;
        ++unlocked;
        double right = 0; // true accuracy above the threshold, uniform confidences
        constexpr int steps = 2000;
        for (int s = 0; s < steps; ++s)
            right += truth(*found.t_answer + (1 - *found.t_answer) * (s + 0.5) / steps);
        if (right / steps < promise) ++broken;
    }
    const double allowed = 0.10 + 3 * std::sqrt(0.10 * 0.90 / firms);
    EXPECT_LE(static_cast<double>(broken) / firms, allowed);
    EXPECT_GT(unlocked, firms / 10);
}

} // namespace
} // namespace servery::assistant
