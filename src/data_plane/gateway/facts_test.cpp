#include "data_plane/gateway/answers.h"
#include "data_plane/gateway/facts.h"

#include <gtest/gtest.h>

namespace servery::gateway {

namespace {

constexpr instant start_at{1'767'225'600'000};
constexpr auto live = events::environment::live;

events::exchange ai_row(std::uint8_t conversation, std::string label = "v1") {
    events::exchange row;
    row.project = "shop";
    row.phase = "pilot";
    row.env = events::environment::live;
    row.conversation[0] = conversation;
    row.answered_by = events::answered_by::ai;
    row.label_version = std::move(label);
    row.at = start_at;
    return row;
}

events::event shown(std::uint8_t conversation, instant at) {
    events::label_shown record;
    record.conversation_hash[0] = conversation;
    return events::make_event(record, {.at = at, .project = "shop"});
}

} // namespace

// REQ: R-TRANS-1
TEST(label_coverage, counts_conversations_whose_label_came_first) {
    label_coverage fold;
    fold.apply(shown(1, start_at - millis{1}));
    fold.apply(ai_row(1));
    fold.apply(ai_row(2));
    fold.apply(shown(2, start_at + millis{1})); // too late
    fold.apply(shown(3, start_at));
    fold.apply(ai_row(3, "")); // a message without its version
    const auto f = fold.fact("shop", live, start_at - millis{10}, start_at + millis{10});
    EXPECT_EQ(f.n, 3);
    EXPECT_EQ(f.sum, 1);
    EXPECT_DOUBLE_EQ(*f.value, 1.0 / 3);
    EXPECT_EQ(fold.fact("shop", live, start_at + millis{10}, start_at + millis{20}).n, 0);
    EXPECT_EQ(fold.fact("other", live, start_at, start_at + millis{10}).n, 0);
}

TEST(label_coverage, tells_the_sandbox_from_the_public) {
    label_coverage fold;
    auto row = ai_row(1);
    row.env = events::environment::sandbox;
    fold.apply(shown(1, start_at - millis{1}));
    fold.apply(row);
    const auto f = fold.fact("shop", events::environment::sandbox, start_at, start_at + millis{1});
    EXPECT_EQ(f.phase, "sandbox");
    EXPECT_EQ(f.value, 1);
    EXPECT_EQ(fold.fact("shop", live, start_at, start_at + millis{1}).n, 0);
}

TEST(label_coverage, looks_at_visitors_and_ai_text_only) {
    label_coverage fold;
    auto row = ai_row(1, "");
    row.purpose = events::purpose::evaluation;
    fold.apply(row);
    row = ai_row(1, "");
    row.answered_by = events::answered_by::person;
    fold.apply(row);
    EXPECT_EQ(fold.fact("shop", live, start_at, start_at + millis{1}).n, 0);
}

TEST(fallback_drills, the_last_drill_of_a_cause_counts) {
    fallback_drills fold;
    events::exchange row;
    row.project = "shop";
    row.at = start_at;
    row.fallback_cause = "provider_down";
    row.served = events::served_by::fallback;
    row.answered_by = events::answered_by::person;
    row.status_sent = 200;
    row.t_done = 12'000;
    fold.apply(row); // not a drill
    EXPECT_TRUE(fold.facts("shop", start_at).empty());
    row.purpose = events::purpose::drill;
    row.reason = "provider_down";
    fold.apply(row); // a real failure, not an injected one
    EXPECT_TRUE(fold.facts("shop", start_at).empty());
    row.reason = "drill";
    fold.apply(row);
    const auto good = fold.facts("shop", start_at);
    ASSERT_EQ(good.size(), 1u);
    EXPECT_EQ(good[0].filter, "provider_down");
    EXPECT_EQ(good[0].value, 1);
    row.served = events::served_by::error;
    row.status_sent = 502;
    fold.apply(row);
    EXPECT_EQ(fold.facts("shop", start_at)[0].value, 0);
    EXPECT_EQ(fold.facts("shop", start_at)[0].n, 2);
}

TEST(answers, sentences_joined_are_the_text) {
    for (const std::string text :
         {"One. Two! Three?\nFour", "No end", "", "3.5 is no end. Right.", "Trailing.  "}) {
        std::string joined;
        for (const auto s : sentences(text))
            joined += s;
        EXPECT_EQ(joined, text);
    }
    EXPECT_EQ(sentences("One. Two! Three?").size(), 3u);
    EXPECT_EQ(sentences("3.5 is no end. Right.").size(), 2u);
}

namespace {

constexpr millis a_day{86'400'000};

events::exchange looked_at(instant at, events::guard_result in,
                           std::string consent = "not_needed") {
    auto row = ai_row(1);
    row.at = at;
    row.guard_in = in;
    row.consent = std::move(consent);
    row.exchange_id = "exc_" + std::to_string(at.ms);
    return row;
}

events::event stopped_by(const events::exchange& row, std::string rule, std::int64_t merged = 0) {
    events::guard_blocked record;
    record.exchange = row.exchange_id;
    record.rule = std::move(rule);
    record.merged = merged;
    return events::make_event(record, {.at = row.at, .project = "shop"});
}

events::fact of_key(const std::vector<events::fact>& all, std::string_view key) {
    for (const auto& f : all)
        if (f.key == key) return f;
    return {};
}

} // namespace

TEST(guard_tally, counts_a_week_and_lets_older_days_go) {
    using enum events::guard_result;
    guard_tally fold;
    fold.apply(looked_at(start_at, edited));
    fold.apply(looked_at(start_at + a_day, pass));
    const auto attack = looked_at(start_at + a_day * 2, stopped);
    fold.apply(stopped_by(attack, "injection.model", 4)); // four more without a row of their own
    fold.apply(attack);
    const auto long_text = looked_at(start_at + a_day * 2 + millis{1}, stopped);
    fold.apply(stopped_by(long_text, "too_long")); // stopped, and no injection
    fold.apply(long_text);
    const auto week = fold.facts("shop", live, start_at + a_day * 6);
    EXPECT_EQ(of_key(week, "guardrails.pii_scan").n, 4);
    EXPECT_EQ(of_key(week, "guardrails.pii_scan").value, 1);
    EXPECT_EQ(of_key(week, "guardrails.injection_alerts").value, 5);
    EXPECT_EQ(of_key(week, "guardrails.block_rate").value, .5);
    const auto later = fold.facts("shop", live, start_at + a_day * 7);
    EXPECT_EQ(of_key(later, "guardrails.pii_scan").n, 3);
    EXPECT_EQ(of_key(later, "guardrails.pii_scan").value, 0);
    const auto quiet = fold.facts("shop", live, start_at + a_day * 30);
    EXPECT_FALSE(of_key(quiet, "guardrails.pii_scan").usable);
    EXPECT_TRUE(fold.facts("other", live, start_at).empty());
    EXPECT_TRUE(fold.facts("shop", events::environment::sandbox, start_at).empty());
}

// REQ: R-PRIV-2
TEST(guard_tally, consent_counts_where_it_is_needed_and_only_that_day) {
    using enum events::guard_result;
    guard_tally fold;
    fold.apply(looked_at(start_at, pass, "missing"));
    fold.apply(looked_at(start_at + a_day, pass, "given"));
    fold.apply(looked_at(start_at + a_day + millis{1}, pass, "given"));
    fold.apply(looked_at(start_at + a_day + millis{2}, pass, "missing"));
    fold.apply(looked_at(start_at + a_day + millis{3}, pass));
    const auto f =
        of_key(fold.facts("shop", live, start_at + a_day), "guardrails.consent_coverage");
    EXPECT_EQ(f.n, 3);
    EXPECT_DOUBLE_EQ(*f.value, 2.0 / 3);
    const auto next =
        of_key(fold.facts("shop", live, start_at + a_day * 2), "guardrails.consent_coverage");
    EXPECT_EQ(next.n, 0);
    EXPECT_FALSE(next.value);
}

} // namespace servery::gateway
