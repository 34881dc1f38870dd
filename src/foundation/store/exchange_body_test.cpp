// A row written and read without a tree is what a tree would have made of it.
#include "foundation/base/random.h"
#include "foundation/store/exchange_body.h"
#include "foundation/store/rows.h"

#include <gtest/gtest.h>

#include <vector>

namespace servery::store {
namespace {

std::string whole(const events::exchange& x) {
    return json::write(json::to_json(x));
}

events::exchange with_tree(std::string_view text) {
    events::exchange out;
    std::vector<error> faults;
    const auto tree = json::parse(text);
    if (tree && tree->is_object()) json::read_json(*tree, out, "", json::unknown::ignore, faults);
    return out;
}

// Any value of a member's type; texts with quotes, line ends, control characters and umlauts.
template <typename T>
void fill(T& out, seeded_random& random) {
    if constexpr (std::is_same_v<T, bool>) {
        out = random.below(2) == 0;
    } else if constexpr (std::is_same_v<T, std::string>) {
        static constexpr std::string_view pieces[] = {"Zimmer ", "\"", "\\", "\n", "ß",  "\x01",
                                                      "🛏",       "/",  "x",  "",   "end"};
        out.clear();
        for (auto n = random.below(6); n > 0; --n)
            out += pieces[random.below(std::size(pieces))];
    } else if constexpr (json::detail::described_enum<T>) {
        const auto words = json::enum_words<T>();
        out = *json::enum_from<T>(words[random.below(words.size())]);
    } else if constexpr (std::is_same_v<T, instant>) {
        out.ms = static_cast<std::int64_t>(random.below(4'000'000'000'000));
    } else if constexpr (json::detail::is_byte_array<T>::value) {
        random.fill(out);
    } else if constexpr (json::detail::is_optional<T>::value) {
        out.reset();
        if (random.below(2) == 0) fill(out.emplace(), random);
    } else if constexpr (std::is_floating_point_v<T>) {
        out = random.unit() * 1e3 - 500;
    } else {
        out = static_cast<T>(random.u64() >> random.below(64));
    }
}

events::exchange any_exchange(seeded_random& random) {
    events::exchange out;
    boost::mp11::mp_for_each<json::detail::members_of<events::exchange>>([&](auto d) {
        if (random.below(3) != 0) fill(out.*d.pointer, random);
    });
    return out;
}

std::string body_of(const events::exchange& x) {
    std::string out;
    append_exchange_body(x, out);
    return out;
}

TEST(exchange_body, is_written_as_a_tree_of_its_changed_members_would_be) {
    const auto fresh = json::to_json(events::exchange{}).get_object();
    seeded_random random(6);
    for (int i = 0; i < 500; ++i) {
        auto x = any_exchange(random);
        // A tree writes 0.5 as 5E-1: a number is compared by what it reads back as, below.
        x.confidence = 0;
        json::object changed;
        for (const auto& entry : json::to_json(x).get_object())
            if (entry.key() != "seq" && entry.value() != fresh.at(entry.key()))
                changed[entry.key()] = entry.value();
        ASSERT_EQ(body_of(x), json::write(changed));
    }
}

TEST(exchange_body, of_a_fresh_exchange_is_an_empty_object_and_its_number_is_the_columns) {
    EXPECT_EQ(body_of({}), "{}");
    events::exchange x;
    x.seq = 7;
    EXPECT_EQ(body_of(x), "{}");
}

TEST(exchange_body, every_member_comes_back_whatever_it_holds) {
    seeded_random random(5);
    exchange_body_reader reader;
    for (int i = 0; i < 500; ++i) {
        const auto x = any_exchange(random);
        auto back = reader.read(body_of(x));
        back.seq = x.seq; // the column's
        ASSERT_EQ(whole(back), whole(x));
    }
}

TEST(exchange_body,
     members_in_another_order_unknown_ones_and_wrong_kinds_are_taken_as_a_tree_would) {
    exchange_body_reader reader;
    for (const std::string_view text : {
             R"({"answer":"a","exchange_id":"exc_1","project":"p","exchange_id":"exc_2"})",
             R"({"later":{"deep":[1,{"x":"}"}]},"project":"p"})",
             R"({"turn":"three","bucket":70000,"project":"p","outcome":"no_such","seq":7})",
             R"({"visitor":"00","arm":null,"conversation":17,"at":"yesterday","cost_nano":-4})",
             R"({"confidence":1E0,"turn":4294967295,"core":255,"salt_id":-9223372036854775808})",
             R"({})",
         }) {
        EXPECT_EQ(whole(reader.read(text)), whole(with_tree(text))) << text;
    }
}

TEST(exchange_body, what_is_no_json_object_gives_a_fresh_exchange) {
    exchange_body_reader reader;
    for (const std::string_view text :
         {"", "[]", "7", "{\"project\":\"p\"", "{\"project\":\"p\",}", "not json at all"})
        EXPECT_EQ(whole(reader.read(text)), whole({})) << text;
    EXPECT_EQ(reader.read(R"({"project":"p"})").project, "p");
}

TEST(body_reader, gives_the_tree_of_each_text_and_outlives_the_next) {
    body_reader bodies;
    const auto first =
        bodies.read(R"({"a":[1,2,{"b":"ß"}],"text":"a long text that is no inline one"})");
    const auto second = bodies.read(R"({"c":true})");
    EXPECT_EQ(json::write(first),
              R"({"a":[1,2,{"b":"ß"}],"text":"a long text that is no inline one"})");
    EXPECT_EQ(json::write(second), R"({"c":true})");
    EXPECT_TRUE(bodies.read("[1]").empty());
    EXPECT_TRUE(bodies.read("{\"a\":").empty());
    EXPECT_EQ(json::write(bodies.read(R"({"d":1})")), R"({"d":1})");
    // A copy is independent of the memory it was read into.
    json::object copy;
    copy = first;
    EXPECT_EQ(json::write(copy), json::write(first));
}

} // namespace
} // namespace servery::store
