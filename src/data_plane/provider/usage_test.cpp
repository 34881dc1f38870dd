#include "data_plane/provider/usage.h"

#include <gtest/gtest.h>

namespace servery::provider {

TEST(usage, prompt_tokens_contain_the_cached_ones) {
    const auto u = read_usage(R"({"prompt_tokens":10,"completion_tokens":3,)"
                              R"("prompt_tokens_details":{"cached_tokens":4}})");
    ASSERT_TRUE(u);
    EXPECT_EQ(*u, (usage{.in = 10, .cached = 4, .out = 3}));
}

TEST(usage, what_cannot_be_true_is_no_usage) {
    EXPECT_FALSE(read_usage("null"));
    EXPECT_FALSE(read_usage("{}"));
    EXPECT_FALSE(read_usage(R"({"prompt_tokens":-1,"completion_tokens":3})"));
    EXPECT_FALSE(read_usage(R"({"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":2}})"));
    EXPECT_FALSE(read_usage("not json"));
}

} // namespace servery::provider
