#include "data_plane/assistant/knowledge/entry_usage.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace servery::assistant {
namespace {

constexpr instant now{1'800'000'000'000};
constexpr std::int64_t day = 86'400'000;

void ask(project_knowledge& base, const std::string& id, std::vector<std::string> decided,
         std::int64_t days_ago) {
    pilot_message m;
    m.id = id;
    m.at = instant{now.ms - days_ago * day};
    m.decided = std::move(decided);
    base.messages[id] = m;
}

void judge(project_knowledge& base, const std::string& message, events::label_verdict verdict) {
    label_seen seen;
    seen.label.message = message;
    seen.label.verdict = verdict;
    base.labels[message] = seen;
}

TEST(entry_usage, counts_what_was_asked_in_thirty_days_and_what_was_judged_at_any_time) {
    project_knowledge base;
    ask(base, "a", {"wifi"}, 1);
    ask(base, "b", {"wifi"}, 29);
    ask(base, "c", {"wifi", "dog"}, 45);
    judge(base, "a", events::label_verdict::right);
    judge(base, "c", events::label_verdict::wrong);
    const auto usage = usage_of_entries(base, now);
    ASSERT_EQ(usage.size(), 2U);
    EXPECT_EQ(usage.at("wifi").asked, 2);
    EXPECT_EQ(usage.at("wifi").labelled, 2);
    EXPECT_EQ(usage.at("wifi").right, 1);
    EXPECT_EQ(usage.at("dog").asked, 0);
    EXPECT_EQ(usage.at("dog").labelled, 1);
}

TEST(entry_usage, leaves_out_what_a_person_was_not_sure_of) {
    project_knowledge base;
    ask(base, "a", {"wifi"}, 1);
    judge(base, "a", events::label_verdict::unsure);
    EXPECT_EQ(usage_of_entries(base, now).at("wifi").labelled, 0);
}

TEST(entry_usage, is_unknown_and_not_zero_where_nobody_judged) {
    const auto nobody = to_json(entry_usage{.asked = 4});
    EXPECT_TRUE(nobody.at("lower").is_null());
    const auto judged = to_json(entry_usage{.asked = 4, .labelled = 4, .right = 4});
    // Four of four prove little: the interval reaches well below one half of certainty.
    EXPECT_LT(judged.at("lower").as_double(), 0.7);
    EXPECT_NEAR(judged.at("upper").as_double(), 1.0, 1e-9);
}

} // namespace
} // namespace servery::assistant
