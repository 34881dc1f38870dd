#include "foundation/json/describe.h"

#include <gtest/gtest.h>

namespace {

using namespace servery;

enum class colour { red, dark_blue };
BOOST_DESCRIBE_ENUM(colour, red, dark_blue)

struct inner {
    std::int64_t n = 7;
    std::optional<double> share;
};
BOOST_DESCRIBE_STRUCT(inner, (), (n, share))

struct outer {
    std::string name;
    colour tint = colour::red;
    std::vector<inner> parts;
    std::map<std::string, bool> flags;
    instant at;
    micros cost;
};
BOOST_DESCRIBE_STRUCT(outer, (), (name, tint, parts, flags, at, cost))

TEST(describe, a_struct_survives_the_way_to_text_and_back) {
    outer a{.name = "x",
            .tint = colour::dark_blue,
            .parts = {{1, 0.5}, {2, std::nullopt}},
            .flags = {{"on", true}},
            .at = {1'700'000'000'123},
            .cost = {12'340'000}};
    const auto text = json::write(json::to_json(a));
    EXPECT_EQ(text, R"({"name":"x","tint":"dark_blue","parts":[{"n":1,"share":5E-1},)"
                    R"({"n":2,"share":null}],"flags":{"on":true},)"
                    R"("at":"2023-11-14T22:13:20.123Z","cost":"12.340000"})");
    const auto back = json::from_json<outer>(*json::parse(text));
    ASSERT_TRUE(back);
    EXPECT_EQ(json::to_json(*back), json::to_json(a));
}

TEST(describe, every_fault_is_named_with_its_place) {
    const auto v = json::parse(R"({"name":3,"parts":[{"n":"a"}],"nmae":1,"tint":"green"})");
    const auto read = json::from_json<outer>(*v);
    ASSERT_FALSE(read);
    std::vector<std::string> places{read.error().where};
    for (const auto& e : read.error().more)
        places.push_back(e.where);
    EXPECT_EQ(places, (std::vector<std::string>{"name", "tint", "parts[0].n", "nmae"}));
    EXPECT_EQ(read.error().more.back().remedy, "did you mean 'name'?");
}

TEST(describe, absent_members_keep_the_value_of_a_fresh_struct) {
    const auto read = json::from_json<inner>(*json::parse("{}"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->n, 7);
}

TEST(json, refuses_what_is_too_deep_too_large_or_not_json) {
    EXPECT_EQ(json::parse(std::string(40, '[') + std::string(40, ']')).error().id, "json.depth");
    EXPECT_EQ(json::parse("[1,2]", {.bytes = 3}).error().id, "json.too_large");
    EXPECT_EQ(json::parse("{\"a\":}").error().id, "json.syntax");
    EXPECT_EQ(json::parse("1 2").error().id, "json.syntax");
    EXPECT_EQ(json::parse("\"\xff\"").error().id, "json.encoding");
}

TEST(quote, writes_every_byte_as_the_serializer_does) {
    std::string all;
    for (int c = 0; c < 128; ++c)
        all += static_cast<char>(c);
    all += "Grüße 🛏";
    for (const auto& text : {all, std::string(), std::string("\"\\\""), std::string("plain")})
        EXPECT_EQ(json::quote(text), json::write(json::value(text)));
}

} // namespace
