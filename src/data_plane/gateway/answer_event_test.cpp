// One event of a stream, as different providers write it.
#include "data_plane/gateway/answer_event.h"

#include <gtest/gtest.h>

namespace servery::gateway {
namespace {

TEST(answer_event, tells_text_end_and_usage) {
    const auto said = read_answer_event(
        R"({"choices":[{"index":0,"delta":{"role":"assistant","content":"We \"open\""},)"
        R"("finish_reason":null},{"index":1,"delta":{"content":"no"},"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":7,"completion_tokens":2}})");
    EXPECT_TRUE(said.read);
    EXPECT_FALSE(said.failed);
    EXPECT_TRUE(said.content);
    EXPECT_EQ(said.text(), "We \"open\"") << "of choice 0 alone";
    EXPECT_EQ(said.finish_reason, "stop");
    EXPECT_EQ(said.finished, std::vector<std::int64_t>{1});
    ASSERT_TRUE(said.usage);
    EXPECT_EQ(said.usage->in, 7);
    EXPECT_EQ(said.usage->out, 2);
    ASSERT_EQ(said.slots.size(), 2U);
}

TEST(answer_event, knows_the_end_and_that_nothing_was_said) {
    EXPECT_TRUE(read_answer_event("[DONE]").done);
    const auto nothing = read_answer_event("");
    EXPECT_FALSE(nothing.done);
    EXPECT_FALSE(nothing.failed);
    EXPECT_TRUE(read_answer_event(R"({"choices":[],"usage":null})").choices_empty);
}

TEST(answer_event, a_role_or_an_empty_text_commits_nothing_and_a_call_or_a_refusal_does) {
    const auto content = [](const std::string& delta) {
        return read_answer_event(R"({"choices":[{"index":0,"delta":)" + delta + "}]}").content;
    };
    EXPECT_FALSE(content(R"({"role":"assistant","content":""})"));
    EXPECT_FALSE(content(R"({"reasoning_content":"thinking"})"));
    EXPECT_FALSE(content(R"({"tool_calls":[]})"));
    EXPECT_TRUE(content(R"({"content":"a"})"));
    EXPECT_TRUE(content(R"({"refusal":"I may not."})"));
    EXPECT_TRUE(content(R"({"tool_calls":[{"index":0,"function":{"name":"f"}}]})"));
    EXPECT_TRUE(content(R"({"function_call":{"name":"f","arguments":""}})"));
}

TEST(answer_event, what_is_no_json_object_or_reports_an_error_has_failed) {
    for (const auto* data :
         {"We open at nine.", "[]", R"({"choices":[)", R"({"error":{"message":"overloaded"}})",
          R"({"choices":[{"delta":{"content":"a"}}]} ann@example.com)"})
        EXPECT_TRUE(read_answer_event(data).failed) << data;
    EXPECT_FALSE(read_answer_event(R"({"error":null,"choices":[]})").failed);
}

TEST(answer_event, an_index_that_is_no_number_is_zero_and_an_unknown_shape_is_no_fault) {
    const auto said = read_answer_event(
        R"({"choices":[{"index":null,"delta":{"tool_calls":[{"index":null,"function":)"
        R"({"arguments":"{}"}}]},"finish_reason":"tool_calls"}]})");
    EXPECT_TRUE(said.read);
    EXPECT_EQ(said.finish_reason, "tool_calls");
    ASSERT_EQ(said.slots.size(), 1U);
    EXPECT_EQ(said.slots[0].lane.index, 0);
    const auto unknown = read_answer_event(R"({"choices":["We open at nine."]})");
    EXPECT_FALSE(unknown.read);
    EXPECT_FALSE(unknown.failed);
}

} // namespace
} // namespace servery::gateway
