#include "foundation/store/backup.h"
#include "foundation/store/sqlite.h"
#include "foundation/store/store_fixture_test.h"

#include <atomic>
#include <fstream>
#include <thread>

namespace servery::store {
namespace {

namespace fs = std::filesystem;

class backup : public store_fixture {
  protected:
    void fill(store& s, int from, int to) {
        for (int i = from; i < to; ++i) {
            s.commit({audit(i), traffic(i)}).value();
            s.post(exchange(i));
        }
        ASSERT_TRUE(s.flush());
    }
    fs::path copy_ = {};
    void SetUp() override {
        store_fixture::SetUp();
        copy_ = root_ / "copy";
    }
};

TEST_F(backup, a_backup_restores_to_the_same_log) {
    {
        auto s = open();
        fill(*s, 0, 20);
        std::ofstream(folder_ / "keys.sealed") << "sealed\n";
        const auto made = make_backup(folder_, copy_, now_.now());
        ASSERT_TRUE(made) << to_line(made.error());
        EXPECT_EQ(made->n_audit, 20);
        EXPECT_EQ(made->n_exchanges, 20);
        EXPECT_EQ(made->chain_seq, 20);
    }
    ASSERT_TRUE(verify_backup(copy_));
    fs::remove_all(folder_);
    const auto restored = restore_backup(copy_, folder_);
    ASSERT_TRUE(restored) << to_line(restored.error());
    EXPECT_TRUE(fs::exists(folder_ / "keys.sealed"));
    now_.advance(millis{1000});
    for (int start = 0; start < 2; ++start) {
        auto s = open();
        int events = 0;
        int exchanges = 0;
        std::vector<std::string> kinds;
        ASSERT_TRUE(s->replay(
            0, [&](const events::event& e) { ++events, kinds.push_back(e.kind); },
            [&](const events::exchange&) { ++exchanges; }));
        EXPECT_EQ(events, 41);
        EXPECT_EQ(exchanges, 20);
        EXPECT_EQ(kinds.back(), store_restored::kind); // once, however often it starts
        EXPECT_TRUE(s->verify_audit()->ok) << s->verify_audit()->why;
    }
}

TEST_F(backup, a_backup_of_a_busy_store_is_whole) {
    auto s = open();
    std::atomic<bool> stop{false};
    std::atomic<int> written{0};
    std::thread busy([&] {
        for (int i = 0; !stop; ++i) {
            s->commit({audit(i)}).value();
            s->post(exchange(i));
            ++written;
        }
    });
    for (int n = 0; n < 5; ++n) {
        while (written < 20 * (n + 1))
            std::this_thread::yield();
        const auto to = root_ / ("copy" + std::to_string(n));
        ASSERT_TRUE(make_backup(folder_, to, now_.now()));
        const auto good = verify_backup(to);
        EXPECT_TRUE(good) << to_line(good.error());
    }
    stop = true;
    busy.join();
}

TEST_F(backup, a_changed_missing_or_foreign_file_is_found) {
    {
        auto s = open();
        fill(*s, 0, 5);
        ASSERT_TRUE(make_backup(folder_, copy_, now_.now()));
        EXPECT_EQ(make_backup(folder_, copy_, now_.now()).error().id, "backup.target.not_empty");
    }
    EXPECT_EQ(restore_backup(copy_, folder_).error().id, "backup.target.not_empty");
    const auto file = copy_ / "servery.db";
    fs::copy_file(file, root_ / "kept");
    {
        std::fstream change(file, std::ios::in | std::ios::out | std::ios::binary);
        change.seekp(5000);
        change.put('\x55');
    }
    EXPECT_EQ(verify_backup(copy_).error().id, "backup.file.changed");
    fs::remove(file);
    EXPECT_EQ(verify_backup(copy_).error().id, "backup.file.missing");
    EXPECT_EQ(verify_backup(root_).error().id, "backup.manifest.unreadable");
    EXPECT_EQ(restore_backup(copy_, root_ / "new").error().id, "backup.file.missing");
    EXPECT_FALSE(fs::exists(root_ / "new"));
}

// Somebody who writes the manifest anew can make the hashes fit, but not the chain.
TEST_F(backup, a_chain_that_was_changed_before_the_backup_is_refused) {
    {
        fill(*open(), 0, 5);
    }
    {
        auto db = database::open(folder_ / "servery.db", access::write).value();
        ASSERT_TRUE(db.exec("UPDATE audit SET actor_id = 'nobody' WHERE seq = 2"));
    }
    ASSERT_TRUE(make_backup(folder_, copy_, now_.now()));
    EXPECT_EQ(verify_backup(copy_).error().id, "backup.chain.broken");
}

TEST_F(backup, a_backup_of_a_newer_schema_is_refused) {
    {
        auto newer = plain();
        newer.schema.push_back({.to = 3, .sql = "CREATE TABLE extra (n INTEGER) STRICT"});
        auto s = open(newer);
        ASSERT_TRUE(make_backup(folder_, copy_, now_.now()));
    }
    EXPECT_EQ(verify_backup(copy_).error().id, "backup.schema.newer");
}

} // namespace
} // namespace servery::store
