#include "control_plane/monitoring/alert_service.h"
#include "control_plane/monitoring/stream_watch.h"
#include "control_plane/monitoring/watch_rules.h"
#include "foundation/events/desk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <random>
#include <vector>

namespace servery::monitoring {
namespace {

constexpr millis a_minute{60'000};

// --- the budget --------------------------------------------------------------------------------

plan_limits a_plan(double visitors_a_year) {
    plan_limits out{.visitors_a_year = visitors_a_year};
    out.targets["answered_right"] = {.value = .85, .at_least = true};
    out.targets["handed_over"] = {.value = .20, .at_least = false};
    out.targets["flags"] = {.value = .02, .at_least = false};
    out.targets["satisfied"] = {.value = .75, .at_least = true};
    return out;
}

events::watch_set rules_for(double visitors_a_year) {
    auto rules = rules_of(a_plan(visitors_a_year), "2026-Q4", "v");
    set_thresholds(rules, [&](stream) { return static_cast<std::int64_t>(visitors_a_year); });
    return rules;
}

TEST(watch_rules, every_number_of_the_plan_that_limits_a_share_is_a_stream) {
    const auto rules = rules_for(36'500);
    std::map<std::string, double> limits;
    for (const auto& r : rules.streams)
        limits[r.stream] = r.limit;
    EXPECT_EQ(limits.size(), 5U);
    EXPECT_DOUBLE_EQ(limits["errors"], .05);
    EXPECT_DOUBLE_EQ(limits["wrong"], 1 - .85);
    EXPECT_DOUBLE_EQ(limits["hand_over"], .20);
    EXPECT_DOUBLE_EQ(limits["guard_stop"], .02);
    EXPECT_DOUBLE_EQ(limits["thumbs_down"], .25);
    for (const auto& r : rules.streams)
        EXPECT_EQ(r.threshold, 5 * 36'500) << r.stream;
}

TEST(watch_rules, all_streams_together_expect_one_false_alarm_a_year_at_most) {
    for (const double volume : {0.0, 20.0, 365.0, 5'000.0, 200'000.0}) {
        const auto rules = rules_for(volume);
        double a_year = 0;
        for (const auto& r : rules.streams)
            a_year += std::max(volume, 365.0) / r.threshold;
        EXPECT_LE(a_year, 1 + 365.0 * 5 / 1000) << volume;
        if (volume >= 365) EXPECT_LE(a_year, 1.0 + 1e-9) << volume;
    }
}

TEST(watch_rules, quarters_and_loudness) {
    EXPECT_EQ(quarter_of(*parse_rfc3339("2026-12-31T23:59:59Z")), "2026-Q4");
    EXPECT_EQ(quarter_of(*parse_rfc3339("2027-01-01T00:00:00Z")), "2027-Q1");
    EXPECT_EQ(severity_of(stream::errors, "pilot"), severity::critical);
    EXPECT_EQ(severity_of(stream::errors, "production"), severity::warning);
    EXPECT_EQ(severity_of(stream::hand_over, "pilot"), severity::warning);
}

// Nothing changes, and every stream runs exactly at its limit, the worst that "nothing" can be.
TEST(stream_watch, false_alarms_stay_within_the_budget_of_all_streams_together) {
    std::mt19937_64 random(3);
    constexpr int quarters = 200;
    std::map<std::string, int> alarms;
    int total = 0;
    for (const int visitors_a_day : {50, 100, 200}) {
        const auto rules = rules_for(visitors_a_day * 365.0);
        stream_watch watch;
        watch.set(rules);
        instant at{0};
        for (int day = 0; day < quarters / 3 * 91; ++day, at = at + millis{86'400'000})
            for (int v = 0; v < visitors_a_day; ++v)
                for (const auto& r : rules.streams) {
                    const auto s = *json::enum_from<stream>(r.stream);
                    watch.take({.stream = s,
                                .at = at,
                                .bad = std::bernoulli_distribution(r.limit)(random),
                                .conversation = {}});
                }
        for (const auto& a : watch.pending())
            ++alarms[std::string(json::enum_word(a.stream))];
        total += static_cast<int>(watch.pending().size());
    }
    std::cout << "false alarms in 198 quarters at the limits: " << total << " (budget " << 198 / 4.0
              << ")";
    for (const auto& [name, n] : alarms)
        std::cout << ", " << name << " " << n;
    std::cout << "\n";
    // Their number is about Poisson: three standard deviations above the budget would be a fault.
    EXPECT_LE(total, 198 / 4.0 + 3 * std::sqrt(198 / 4.0));
}

TEST(stream_watch, a_change_is_found_and_dated) {
    std::mt19937_64 random(5);
    std::vector<std::int64_t> needed;
    std::vector<std::int64_t> off;
    for (int run = 0; run < 200; ++run) {
        stream_watch watch;
        watch.set(rules_for(36'500));
        const auto see = [&](std::int64_t n, double p) {
            watch.take({.stream = stream::errors,
                        .at = instant{n * 60'000},
                        .bad = std::bernoulli_distribution(p)(random),
                        .conversation = "cv_" + std::to_string(n)});
        };
        std::int64_t n = 0;
        for (; n < 1000; ++n)
            see(n, .02);
        if (!watch.pending().empty()) continue;
        while (watch.pending().empty())
            see(n++, .30);
        needed.push_back(n - 1000);
        off.push_back(watch.pending()[0].since.ms / 60'000 - 1000);
        EXPECT_EQ(watch.pending()[0].examples.size(), 3U);
        EXPECT_EQ(watch.pending()[0].examples[0], "cv_" + std::to_string(n - 1));
    }
    std::ranges::sort(needed);
    std::ranges::sort(off);
    std::cout << "errors 2 -> 30 %: found after " << needed[needed.size() / 2]
              << " visitors (median), dated " << off[off.size() / 2] << " visitors off\n";
    EXPECT_GE(needed.size(), 199U);
    EXPECT_LE(needed[needed.size() / 2], 60);
    EXPECT_NEAR(static_cast<double>(off[off.size() / 2]), 0, 5);
}

TEST(stream_watch, a_new_quarter_keeps_what_was_seen_and_another_limit_forgets_it) {
    auto rules = rules_for(36'500);
    stream_watch watch;
    watch.set(rules);
    for (int i = 0; i < 5; ++i)
        watch.take({.stream = stream::errors, .at = {}, .bad = true, .conversation = {}});
    const auto before = watch.find(stream::errors)->detector.evidence();
    rules.quarter = "2027-Q1";
    rules.streams[0].threshold = 9'999;
    watch.set(rules);
    EXPECT_EQ(watch.find(stream::errors)->detector.evidence(), before);
    EXPECT_EQ(watch.find(stream::errors)->rule.threshold, 9'999);
    rules.variant = "another";
    watch.set(rules);
    EXPECT_EQ(watch.find(stream::errors)->detector.evidence(), 0);
}

TEST(stream_watch, what_is_expected_of_a_year_is_known_after_28_days) {
    stream_watch watch;
    constexpr millis a_day{86'400'000};
    instant at{1000 * a_day.count()};
    for (int day = 0; day < 28; ++day, at = at + a_day) {
        EXPECT_FALSE(watch.per_year(stream::errors, at));
        for (int v = 0; v < 10; ++v)
            watch.take({.stream = stream::errors, .at = at, .bad = false, .conversation = {}});
    }
    EXPECT_EQ(watch.per_year(stream::errors, at), 28 * 10 * 13);
    EXPECT_EQ(watch.per_year(stream::wrong, at), 0);
}

// --- observations ------------------------------------------------------------------------------

class streams : public testing::Test {
  protected:
    instant now_ = *parse_rfc3339("2026-11-25T12:00:00Z");
    std::vector<observation> seen_;
    observer it_{[this](const observation& o) { seen_.push_back(o); }};

    events::exchange exchange(std::uint8_t visitor, std::uint8_t conversation) const {
        events::exchange x;
        x.at = now_;
        x.exchange_id = "exc_1";
        x.env = events::environment::live;
        if (visitor != 0) x.visitor = hash16{visitor};
        x.conversation[0] = conversation;
        x.answered_by = events::answered_by::ai;
        x.served = events::served_by::variant;
        x.arm = hash32{1};
        return x;
    }
    [[nodiscard]] std::vector<bool> of(stream s) const {
        std::vector<bool> out;
        for (const auto& o : seen_)
            if (o.stream == s) out.push_back(o.bad);
        return out;
    }
    template <typename Record>
    void take(const Record& r) {
        it_.take(events::make_event(r, {.at = now_, .project = "shop"}));
    }
};

using bits = std::vector<bool>;

TEST_F(streams, an_error_counts_at_once_and_once_a_visitor_and_day) {
    auto x = exchange(1, 1);
    x.outcome = events::outcome::timeout;
    it_.take(x, {});
    it_.take(exchange(1, 2), {});
    it_.take(exchange(2, 3), {});
    EXPECT_EQ(of(stream::errors), (bits{true, false}));
    now_ = now_ + millis{86'400'000};
    it_.take(exchange(1, 4), {});
    EXPECT_EQ(of(stream::errors), (bits{true, false, false}));
}

TEST_F(streams, tests_staff_and_whom_no_variant_is_assigned_to_are_not_observed) {
    auto x = exchange(1, 1);
    x.arm.reset();
    x.fallback_cause = "not_admitted";
    x.fallback_step = "person";
    it_.take(x, {});
    x = exchange(1, 1);
    x.purpose = events::purpose::evaluation;
    it_.take(x, {});
    x = exchange(1, 1);
    x.env = events::environment::sandbox;
    it_.take(x, {});
    take(events::conversation_changed{
        .conversation = "cv_9", .cause = "opened", .conversation_hash = hash16{9}, .staff = true});
    it_.take(exchange(3, 9), {});
    it_.settle(now_ + millis{7'200'000});
    EXPECT_TRUE(seen_.empty());
}

TEST_F(streams, a_conversation_counts_when_it_has_been_silent_for_an_hour) {
    auto x = exchange(1, 1);
    x.decision = "hand_over";
    it_.take(x, {});
    now_ = now_ + 50 * a_minute;
    it_.take(exchange(1, 1), {}); // it goes on
    it_.settle(now_ + 59 * a_minute);
    EXPECT_TRUE(of(stream::hand_over).empty());
    it_.settle(now_ + 60 * a_minute);
    EXPECT_EQ(of(stream::hand_over), bits{true});
    EXPECT_EQ(of(stream::ask_or_refuse), bits{true});
    EXPECT_EQ(of(stream::guard_stop), bits{false});
    EXPECT_EQ(seen_.back().at, now_ + 60 * a_minute);
}

TEST_F(streams, closing_ends_it_and_names_it) {
    take(events::conversation_changed{
        .conversation = "cv_a", .cause = "opened", .conversation_hash = hash16{7}});
    auto x = exchange(1, 7);
    x.guard_in = events::guard_result::stopped;
    it_.take(x, {});
    take(events::conversation_changed{
        .conversation = "cv_a", .cause = "closed", .conversation_status = "closed"});
    EXPECT_EQ(of(stream::guard_stop), bits{true});
    EXPECT_EQ(seen_.back().conversation, "cv_a");
    // What a person does to it later begins nothing.
    take(events::conversation_changed{
        .conversation = "cv_a", .cause = "claimed", .owner = events::owner_kind::person});
    it_.settle(now_ + 120 * a_minute);
    EXPECT_EQ(of(stream::hand_over), bits{false});
}

TEST_F(streams, thumbs_and_random_labels) {
    it_.take(exchange(1, 1), {});
    take(events::feedback_given{.conversation = "cv_a", .thumb = "down"});
    take(events::feedback_given{.conversation = "cv_a", .thumb = "up"});
    EXPECT_EQ(of(stream::thumbs_down), bits{true});
    events::label_recorded label{.conversation = "cv_b",
                                 .verdict = events::label_verdict::wrong,
                                 .harm = true,
                                 .sampling = events::label_sampling::random};
    label.delivered = "answer";
    label.visitor = hash16{1};
    take(label);
    label.visitor = hash16{2};
    label.sampling = events::label_sampling::targeted;
    take(label);
    label.sampling = events::label_sampling::random;
    label.verdict = events::label_verdict::unsure;
    take(label);
    EXPECT_EQ(of(stream::wrong), bits{true});
    EXPECT_EQ(of(stream::harm), bits{true});
}

TEST_F(streams, slow_is_measured_against_the_plans_bar) {
    auto x = exchange(1, 1);
    x.t_first_token = 2'500'000;
    it_.take(x, 2000.0);
    x = exchange(2, 2);
    x.t_done = 1'000'000;
    it_.take(x, 2000.0);
    it_.take(exchange(3, 3), {});
    EXPECT_EQ(of(stream::slow), (bits{true, false}));
}

} // namespace
} // namespace servery::monitoring
