#include "foundation/base/key_tree.h"
#include "foundation/base/seal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace servery {
namespace {

namespace fs = std::filesystem;

class key_tree_files : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "servery-keys-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
        folder_ = root_ / "data";
        fs::create_directory(folder_);
    }
    void TearDown() override { fs::remove_all(root_); }

    fs::path root_;
    fs::path folder_;
    seeded_random random_{7};
};

TEST(seal, opens_only_at_its_own_place_under_its_own_key) {
    seeded_random random(1);
    const auto key = secret_bytes::random(32, random);
    const auto other = secret_bytes::random(32, random);
    const auto place = seal_place("provider", "credential", "pv_1");
    const auto sealed = seal(key, 1, as_bytes("sk-secret"), place, random);
    ASSERT_TRUE(unseal(key, 1, sealed, place));
    EXPECT_EQ(unseal(key, 1, sealed, place)->text(), "sk-secret");
    EXPECT_EQ(unseal(key, 1, sealed, seal_place("provider", "credential", "pv_2")).error().id,
              "secret.sealed.closed");
    EXPECT_EQ(unseal(other, 1, sealed, place).error().id, "secret.sealed.closed");
    EXPECT_EQ(unseal(key, 2, sealed, place).error().id, "secret.sealed.key");
}

TEST(seal, any_changed_byte_is_found) {
    EXPECT_TRUE(rc::check([](const std::string& plain, std::uint64_t seed) {
        seeded_random random(seed);
        const auto key = secret_bytes::random(32, random);
        auto sealed = seal(key, 3, as_bytes(plain), "p", random);
        RC_ASSERT(unseal(key, 3, sealed, "p")->text() == plain);
        sealed[random.below(sealed.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
        RC_ASSERT(!unseal(key, 3, sealed, "p"));
        sealed.resize(random.below(sealed.size()));
        RC_ASSERT(!unseal(key, 3, sealed, "p"));
    }));
}

TEST(key_tree, subkeys_differ_by_use_and_number_and_repeat_for_a_seed) {
    seeded_random a(5);
    seeded_random b(5);
    const auto one = key_tree::in_memory(a);
    const auto two = key_tree::in_memory(b);
    std::set<key32> seen;
    for (const auto use : {key_use::seal, key_use::api_key, key_use::visitor, key_use::audit,
                           key_use::snapshot, key_use::grant, key_use::vault, key_use::subject})
        for (std::uint64_t n = 0; n < 3; ++n) {
            EXPECT_EQ(one.plain_subkey(use, n), two.plain_subkey(use, n));
            seen.insert(one.plain_subkey(use, n));
        }
    EXPECT_EQ(seen.size(), 24u);
}

TEST_F(key_tree_files, a_tree_opens_again_with_its_master_key_only) {
    const auto file = default_master_key_file(folder_ / "");
    EXPECT_EQ(file, root_ / "data.key");
    ASSERT_TRUE(make_master_key_file(file, random_));
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(make_master_key_file(file, random_).error().id, "secret.master.exists");

    const auto master = find_master_key({.folder = folder_});
    ASSERT_TRUE(master) << to_line(master.error());
    const auto made = key_tree::create(folder_, *master, random_);
    ASSERT_TRUE(made);
    const auto opened = key_tree::open(folder_, *master);
    ASSERT_TRUE(opened) << to_line(opened.error());
    EXPECT_EQ(made->plain_subkey(key_use::grant), opened->plain_subkey(key_use::grant));

    const auto wrong = secret_bytes::random(32, random_);
    EXPECT_EQ(key_tree::open(folder_, wrong).error().id, "secret.master.wrong");
    EXPECT_EQ(key_tree::create(folder_, *master, random_).error().id, "secret.root.exists");
    fs::remove(folder_ / "keys.sealed");
    EXPECT_EQ(key_tree::open(folder_, *master).error().id, "secret.root.missing");
    std::ofstream(folder_ / "keys.sealed") << "servery-keys-1 1 zz\n";
    EXPECT_EQ(key_tree::open(folder_, *master).error().id, "secret.root.unreadable");
}

TEST_F(key_tree_files, a_master_key_that_others_can_reach_is_refused) {
    const auto inside = folder_ / "master.key";
    ASSERT_TRUE(make_master_key_file(inside, random_));
    EXPECT_EQ(find_master_key({.folder = folder_, .key_file = inside}).error().id,
              "secret.master.inside");
    const auto outside = root_ / "master.key";
    ASSERT_TRUE(make_master_key_file(outside, random_));
    EXPECT_TRUE(find_master_key({.folder = folder_, .key_file = outside}));
    fs::permissions(outside, fs::perms::group_read, fs::perm_options::add);
    EXPECT_EQ(find_master_key({.folder = folder_, .key_file = outside}).error().id,
              "secret.master.mode");
}

TEST_F(key_tree_files, a_missing_master_key_names_the_places_that_were_looked_at) {
    const auto none = find_master_key({.folder = folder_, .key_file = root_ / "absent.key"});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().id, "secret.master.missing");
    EXPECT_NE(none.error().message.find("absent.key"), std::string::npos);
    EXPECT_NE(none.error().message.find("SERVERY_MASTER_KEY"), std::string::npos);
}

TEST_F(key_tree_files, the_environment_is_wiped_after_reading) {
    std::string text(64, 'a');
    ASSERT_TRUE(find_master_key({.folder = folder_, .environment = &text}));
    EXPECT_TRUE(text.empty());
    text = "not a key";
    EXPECT_EQ(find_master_key({.folder = folder_, .environment = &text}).error().id,
              "secret.master.format");
}

} // namespace
} // namespace servery
