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

} // namespace servery::gateway
