// Every number that an independent program computed (tests/data/economics).
#include "control_plane/economics/vectors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace servery::economics {
namespace {

json::object read_vectors() {
    std::ifstream file(SERVERY_SOURCE_DIR "/tests/data/economics/economics_vectors.json");
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str()).value().as_object();
}

TEST(vectors, every_reference_number_is_found_again) {
    const auto checks = verify_vectors(read_vectors());
    ASSERT_TRUE(checks) << checks.error().message;
    EXPECT_GT(checks->size(), 400U);
    for (const auto& c : *checks)
        EXPECT_TRUE(c.ok) << c.name << ": expected " << c.expected << ", found " << c.found;
}

TEST(vectors, a_changed_number_is_named) {
    auto file = read_vectors();
    file["unit_contribution"] = 0.4;
    file["mc12"].as_object()["p50"] = -6585.40;
    const auto checks = verify_vectors(file);
    ASSERT_TRUE(checks);
    std::vector<std::string> off;
    for (const auto& c : *checks)
        if (!c.ok) off.push_back(c.name);
    EXPECT_EQ(off, (std::vector<std::string>{"unit_contribution", "mc12.p50"}));
}

TEST(vectors, a_file_of_another_form_is_refused) {
    EXPECT_EQ(verify_vectors({{"sme", 1}}).error().id, "economics.vectors.invalid");
}

} // namespace
} // namespace servery::economics
