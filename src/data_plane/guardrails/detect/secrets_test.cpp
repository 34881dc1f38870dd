#include "data_plane/guardrails/detect/secrets.h"

#include <gtest/gtest.h>

#include <string>

namespace servery::guardrails {
namespace {

std::string rules_in(std::string_view text) {
    std::string out;
    for (const auto& f : find_secrets(text))
        out += (out.empty() ? "" : " ") + std::string(f.rule);
    return out;
}

// Made up in the published forms; put together here so that no scanner takes this file for a leak.
const std::string lively = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";

TEST(secrets, tokens_of_services_are_found_wherever_they_stand) {
    EXPECT_EQ(rules_in("gh"
                       "p_" +
                       lively),
              "github_token");
    EXPECT_EQ(rules_in("token=gh"
                       "o_" +
                       lively + ", please"),
              "github_token");
    EXPECT_EQ(rules_in("AK"
                       "IAQ3EGRT5WHJ7KLM2N"),
              "aws_access_key");
    EXPECT_EQ(rules_in("key: AI"
                       "za" +
                       lively.substr(0, 35)),
              "google_api_key");
    EXPECT_EQ(rules_in("gl"
                       "pat-" +
                       lively.substr(0, 20)),
              "gitlab_token");
    EXPECT_EQ(rules_in("sk"
                       "_live_" +
                       lively.substr(0, 24)),
              "stripe_key");
    EXPECT_EQ(rules_in("use sk"
                       "-proj-" +
                       lively),
              "openai_key");
    EXPECT_EQ(rules_in("np"
                       "m_" +
                       lively),
              "npm_token");
    EXPECT_EQ(rules_in("svy"
                       "_live_abcdefghijklmnopqrstuvwxyz234567abcdefg"),
              "servery_key");
    EXPECT_EQ(rules_in("-----BEGIN RSA PRIVATE"
                       " KEY-----\nMIIE"),
              "private_key");
    EXPECT_EQ(rules_in("ey"
                       "JhbGciOiJIUzI1NiJ9.ey"
                       "JzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN"),
              "bearer_jwt");
}

TEST(secrets, two_in_one_text_are_two_with_their_places) {
    const std::string one = "gh"
                            "p_" +
                            lively;
    const auto found = find_secrets("a " + one + " and " + one);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].begin, 2U);
    EXPECT_EQ(found[0].end, 2 + one.size());
    EXPECT_EQ(found[1].begin, 2 + one.size() + 5);
}

TEST(secrets, words_examples_and_public_keys_are_none) {
    EXPECT_EQ(rules_in("Ask at the desk for the password; the code is 4711."), "");
    EXPECT_EQ(rules_in("AK"
                       "IAXXXXXXXXXXXXXXXX"),
              ""); // a handbook's
    EXPECT_EQ(rules_in("gh"
                       "p_" +
                       std::string(36, 'x')),
              ""); // likewise
    EXPECT_EQ(rules_in("gh"
                       "p_" +
                       lively.substr(0, 35)),
              ""); // one short
    EXPECT_EQ(rules_in("xgh"
                       "p_" +
                       lively),
              ""); // inside a word
    EXPECT_EQ(rules_in("-----BEGIN PUBLIC KEY-----"), "");
    EXPECT_EQ(rules_in("ask-and-answer, task-force, sk-8 boards"), "");
    EXPECT_EQ(rules_in(""), "");
}

} // namespace
} // namespace servery::guardrails
