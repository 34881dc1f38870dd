#include "data_plane/policy/keys.h"

#include <gtest/gtest.h>

namespace servery::policy {

TEST(keys, a_new_key_says_its_kind_and_passes_its_own_checksum) {
    seeded_random random(1);
    for (const auto kind : {key_kind::sandbox, key_kind::live, key_kind::public_}) {
        const auto text = make_key_text(kind, random);
        EXPECT_EQ(key_text_kind(text), kind) << text;
        EXPECT_EQ(text.size(), text.rfind('_') + 1 + 39);
    }
}

TEST(keys, one_changed_character_is_noticed_before_hashing) {
    seeded_random random(2);
    const auto text = make_key_text(key_kind::live, random);
    for (std::size_t i = text.rfind('_') + 1; i < text.size(); ++i) {
        auto broken = text;
        broken[i] = broken[i] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(key_text_kind(broken)) << i;
    }
}

TEST(keys, another_kind_with_the_same_secret_is_not_a_key) {
    seeded_random random(3);
    const auto text = make_key_text(key_kind::live, random);
    EXPECT_FALSE(key_text_kind("svy_public_" + text.substr(text.rfind('_') + 1)));
    EXPECT_FALSE(key_text_kind(text + "a"));
    EXPECT_FALSE(key_text_kind("sk-proj-123"));
    EXPECT_FALSE(key_text_kind(""));
}

TEST(keys, the_hash_depends_on_the_pepper_and_on_every_character) {
    key32 one{}, two{};
    two[0] = 1;
    EXPECT_NE(hash_key(one, "svy_live_x"), hash_key(two, "svy_live_x"));
    EXPECT_NE(hash_key(one, "svy_live_x"), hash_key(one, "svy_live_y"));
}

TEST(keys, people_see_the_last_four_characters) {
    EXPECT_EQ(last4("svy_live_abcdef"), "cdef");
    EXPECT_EQ(last4("ab"), "ab");
}

} // namespace servery::policy
