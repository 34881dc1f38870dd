#include "api/fault_params.h"

#include <gtest/gtest.h>

namespace servery::api {
namespace {

std::string of(std::string message) {
    return json::write(fault_params({.message = std::move(message)}));
}

TEST(fault_params, are_the_names_and_numbers_of_the_message_in_order) {
    EXPECT_EQ(of("there is no person 'rosa'"), R"({"names":["rosa"]})");
    EXPECT_EQ(of("a password has at least 12 characters"), R"({"numbers":[12]})");
    EXPECT_EQ(fault_params({.message = "'a' is 3 of 4.5 ('b')"}),
              (json::object{{"names", {"a", "b"}}, {"numbers", {3, 4.5}}}));
}

TEST(fault_params, are_empty_where_the_message_is_always_the_same) {
    EXPECT_EQ(of("this is the project's last owner"), "{}");
    EXPECT_EQ(of("utf8 and sha256 are words, v1.2 too"), "{}");
    EXPECT_EQ(of(""), "{}");
    EXPECT_EQ(of("an 'open end"), "{}");
}

} // namespace
} // namespace servery::api
