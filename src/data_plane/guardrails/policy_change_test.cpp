#include "data_plane/guardrails/policy_change.h"

#include <gtest/gtest.h>

namespace servery::guardrails {
namespace {

screen_policy of(std::string_view document, std::string_view phase = "production") {
    const auto made = compile(json::parse(document).value(), phase);
    EXPECT_TRUE(made) << to_line(made.error());
    return made.value_or(screen_policy{});
}

TEST(policy_change, an_equal_or_a_stricter_policy_loosens_nothing) {
    const auto shipped = of("{}");
    EXPECT_TRUE(loosened(shipped, shipped).empty());
    EXPECT_TRUE(loosened(shipped, of(R"({"input":{"pii":{"types":{"URL":"redact"}}},)"
                                     R"("thresholds":{"act":30,"flag":10}})"))
                    .empty());
}

TEST(policy_change, each_way_to_do_less_is_named) {
    const auto strict = of("{}");
    const auto what = [&](std::string_view document) {
        const auto all = loosened(strict, of(document));
        return all.size() == 1 ? all.front() : "lines: " + std::to_string(all.size());
    };
    EXPECT_EQ(what(R"({"output":{"pii":{"types":{"EMAIL_ADDRESS":"keep"}}}})"),
              "output.pii.types.EMAIL_ADDRESS: keep instead of redact");
    EXPECT_EQ(what(R"({"thresholds":{"act":60}})"), "thresholds.act: 60 instead of 40");
    EXPECT_EQ(what(R"({"thresholds":{"flag":30}})"), "thresholds.flag: 30 instead of 20");
    EXPECT_EQ(what(R"({"input":{"max_chars":64000}})"), "input.max_chars: 64000 instead of 32000");
    EXPECT_EQ(what(R"({"mode":{"default":"shadow"}})"), "mode.default: shadow instead of enforce");
    EXPECT_EQ(what(R"({"input":{"injection":{"user":{"block":"off"}}}})"),
              "input.injection.user: flag instead of block");
    EXPECT_EQ(what(R"({"output":{"pii":{"public_values":["info@example.com"]}}})"),
              "public_values: more values are not hidden");
}

} // namespace
} // namespace servery::guardrails
