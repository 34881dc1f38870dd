#include "foundation/store/row_ring.h"
#include "foundation/store/rows.h"
#include "foundation/store/sqlite.h"
#include "foundation/store/store.h"
#include "foundation/store/store_fixture_test.h"

#include <rapidcheck.h>

#include <map>
#include <set>
#include <thread>

namespace servery::store {
namespace {

// "a5 t6 x7 …" in the order of the log.
std::string replayed(const store& s, std::int64_t from = 0) {
    std::string out;
    std::int64_t last = 0;
    const auto note = [&](char letter, std::int64_t seq, const std::string& what) {
        EXPECT_GT(seq, last);
        last = seq;
        out += letter + what + ' ';
    };
    const auto done = s.replay(
        from,
        [&](const events::event& e) {
            note(e.cls == events::record_class::audit ? 'a' : 't', e.seq,
                 std::to_string(json::int_or(e.body, "n", -1)));
        },
        [&](const events::exchange& x) { note('x', x.seq, x.exchange_id.substr(4)); });
    EXPECT_TRUE(done) << (done ? "" : to_line(done.error()));
    return out;
}

TEST_F(store_fixture, what_was_committed_is_there_after_reopening_in_one_order) {
    {
        auto s = open();
        EXPECT_EQ(s->commit({audit(1), traffic(2)}).value(), 2);
        s->post(exchange(3));
        s->post(traffic(4));
        ASSERT_TRUE(s->flush());
        EXPECT_EQ(s->commit({audit(5)}).value(), 5);
    }
    auto s = open();
    EXPECT_EQ(replayed(*s), "a1 t2 x3 t4 a5 ");
    EXPECT_EQ(replayed(*s, 4), "t4 a5 ");
    EXPECT_EQ(s->commit({traffic(6)}).value(), 6);
    EXPECT_EQ(s->commit({}).value(), 6);
}

TEST_F(store_fixture, an_event_comes_back_whole) {
    auto s = open();
    auto e = audit(1);
    e.refused = true;
    e.phase = "pilot";
    e.request_id = "req_1";
    e.body["text"] = "Wie groß ist das Zimmer?";
    auto t = e;
    t.cls = events::record_class::traffic;
    ASSERT_TRUE(s->commit({e, t}));
    std::vector<events::event> back;
    ASSERT_TRUE(s->replay(0, [&](const events::event& r) { back.push_back(r); }, nullptr));
    ASSERT_EQ(back.size(), 2u);
    e.seq = 1;
    t.seq = 2;
    EXPECT_EQ(json::write(json::to_json(back[0])), json::write(json::to_json(e)));
    EXPECT_EQ(json::write(json::to_json(back[1])), json::write(json::to_json(t)));
}

TEST_F(store_fixture, an_exchange_comes_back_whole_and_unknown_stays_unknown) {
    auto s = open();
    auto x = exchange(1);
    x.visitor = hash16{1, 2, 3};
    x.conversation = hash16{9};
    x.arm = hash32{7};
    x.cost_nano = 0;
    x.outcome = events::outcome::client_gone;
    x.spend = events::spend_state::void_;
    x.confidence = 0.25;
    ASSERT_TRUE(s->post(x));
    ASSERT_TRUE(s->flush());
    const auto back = s->exchange_by_id("exc_1").value();
    ASSERT_TRUE(back);
    EXPECT_EQ(back->visitor, x.visitor);
    EXPECT_EQ(back->arm, x.arm);
    EXPECT_EQ(back->cost_nano, std::optional<std::int64_t>(0));
    EXPECT_EQ(back->tokens_in, std::nullopt);
    EXPECT_EQ(back->outcome, events::outcome::client_gone);
    EXPECT_EQ(back->confidence, 0.25);
    EXPECT_FALSE(s->exchange_by_id("exc_2").value());
    EXPECT_EQ(s->exchanges({.project = "guest-house", .conversation = hash16{9}})->size(), 1u);
    EXPECT_EQ(s->exchanges({.project = "other"})->size(), 0u);
    EXPECT_EQ(s->exchanges({.env = events::environment::sandbox})->size(), 0u);
}

TEST_F(store_fixture, exchanges_of_each_month_have_a_file_of_their_own) {
    auto s = open();
    for (int month = 0; month < 5; ++month) {
        s->post(exchange(month));
        now_.advance(millis{31LL * 24 * 3600 * 1000});
    }
    ASSERT_TRUE(s->flush());
    auto late = exchange(9);
    late.at = {1'795'600'000'000};
    s->post(late);
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(exchange_files(folder_).size(), 5u);
    EXPECT_EQ(replayed(*s), "x0 x1 x2 x3 x4 x9 ");
    const auto newest = s->exchanges({.limit = 2}).value();
    EXPECT_EQ(newest.at(0).exchange_id, "exc_4");
    EXPECT_EQ(newest.at(1).exchange_id, "exc_3");
}

TEST_F(store_fixture, committed_rows_are_delivered_in_order_before_the_commit_returns) {
    auto s = open();
    std::vector<std::int64_t> seen;
    std::mutex guard;
    s->on_committed([&](const std::shared_ptr<const batch>& rows) {
        const std::lock_guard lock(guard);
        for (const auto& row : *rows)
            seen.push_back(std::visit([](const auto& r) { return r.seq; }, row));
    });
    std::vector<std::thread> posting;
    for (int t = 0; t < 4; ++t)
        posting.emplace_back([&, t] {
            for (int i = 0; i < 500; ++i)
                if (i % 2 == 0)
                    s->post(exchange(t * 1000 + i));
                else
                    s->post(traffic(i));
        });
    for (int i = 0; i < 50; ++i) {
        const auto seq = s->commit({audit(i), traffic(i)}).value();
        const std::lock_guard lock(guard);
        // More rows may have been delivered since.
        EXPECT_TRUE(std::ranges::binary_search(seen, seq));
    }
    for (auto& t : posting)
        t.join();
    ASSERT_TRUE(s->flush());
    const std::lock_guard lock(guard);
    EXPECT_EQ(seen.size(), 2100u);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

TEST_F(store_fixture, a_second_process_is_refused_and_told_who_is_there) {
    auto s = open();
    const auto second = store::open(plain());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().id, "store.locked");
    EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
    s.reset();
    EXPECT_TRUE(store::open(plain()));
}

TEST_F(store_fixture, a_folder_that_cannot_be_made_is_named) {
    options o = plain();
    o.folder = "/dev/null/data";
    const auto made = store::open(o);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().id, "store.folder.unusable");
}

TEST_F(store_fixture, a_file_that_is_no_database_is_refused) {
    std::filesystem::create_directories(folder_);
    FILE* file = std::fopen((folder_ / "servery.db").c_str(), "w");
    std::fputs("this is not a database, it is a text of some length, longer than a header is",
               file);
    std::fclose(file);
    const auto made = store::open(plain());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().id, "store.unreadable");
}

TEST_F(store_fixture, an_older_schema_is_copied_and_then_brought_up) {
    open()->commit({audit(1)}).value();
    auto newer = plain();
    newer.schema.push_back({.to = 3, .sql = "CREATE TABLE extra (n INTEGER) STRICT"});
    {
        auto s = open(newer);
        EXPECT_EQ(replayed(*s), "a1 ");
        EXPECT_TRUE(s->commit({audit(2)}));
    }
    int copies = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "backups")) {
        ++copies;
        auto db = database::open(file.path(), access::read).value();
        EXPECT_EQ(db.integer("PRAGMA user_version").value(), 2);
        EXPECT_EQ(db.integer("SELECT count(*) FROM audit").value(), 1);
    }
    EXPECT_EQ(copies, 1);
    const auto older = store::open(plain());
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().id, "store.schema.newer");
}

TEST_F(store_fixture, an_upgrade_that_fails_leaves_the_old_schema) {
    open()->commit({audit(1)}).value();
    auto broken = plain();
    broken.schema.push_back({.to = 3, .sql = "CREATE TABLE extra (n INTEGER) STRICT"});
    broken.schema.push_back({.to = 4, .sql = "CREATE TABLE audit (n INTEGER)"});
    EXPECT_FALSE(store::open(broken));
    auto s = open();
    EXPECT_EQ(replayed(*s), "a1 ");
}

TEST_F(store_fixture, audit_rows_are_listed_newest_first_with_their_details) {
    auto s = open();
    for (int i = 1; i <= 5; ++i)
        ASSERT_TRUE(s->commit({audit(i), traffic(i)}));
    auto other = event("label.recorded", events::record_class::audit, 6);
    other.project = "shop";
    ASSERT_TRUE(s->commit({other}));
    const auto all = s->audit_rows({}).value();
    ASSERT_EQ(all.size(), 6u);
    EXPECT_EQ(all[0].seq, 6);
    EXPECT_EQ(all[0].log_seq, 11);
    EXPECT_EQ(json::int_or(*all[5].detail, "n", 0), 1);
    EXPECT_EQ(s->audit_rows({.project = "shop"})->size(), 1u);
    EXPECT_EQ(s->audit_rows({.kind = "thing."})->size(), 5u);
    EXPECT_EQ(s->audit_rows({.kind = "thing.done"})->size(), 5u);
    EXPECT_EQ(s->audit_rows({.kind = "thing.don"})->size(), 0u);
    EXPECT_EQ(s->audit_rows({.object_id = "t3"})->at(0).seq, 3);
    EXPECT_EQ(s->audit_rows({.before = 3, .limit = 1})->at(0).seq, 2);
    EXPECT_EQ(s->audit_rows({.from = now_.now() + millis{1}})->size(), 0u);
}

TEST_F(store_fixture, the_installation_keeps_its_id) {
    const auto first = open()->installation();
    EXPECT_TRUE(first.starts_with("in_"));
    EXPECT_EQ(open()->installation(), first);
    std::filesystem::remove_all(folder_);
    auto named = plain();
    named.installation = "in_rehearsal";
    EXPECT_EQ(open(named)->installation(), "in_rehearsal");
}

TEST(row_ring, gives_each_row_once_and_in_order_and_refuses_when_full) {
    row_ring<int> ring(4);
    for (int i = 0; i < 4; ++i) {
        auto v = std::make_unique<int>(i);
        EXPECT_TRUE(ring.push(v));
    }
    auto fifth = std::make_unique<int>(4);
    EXPECT_FALSE(ring.push(fifth));
    EXPECT_TRUE(fifth);
    EXPECT_EQ(*ring.pop(), 0);
    EXPECT_TRUE(ring.push(fifth));
    for (int i = 1; i < 5; ++i)
        EXPECT_EQ(*ring.pop(), i);
    EXPECT_FALSE(ring.pop());
}

TEST(row_ring, many_threads_lose_nothing) {
    row_ring<int> ring(64);
    constexpr int each = 5000;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                auto v = std::make_unique<int>(t * each + i);
                while (!ring.push(v))
                    std::this_thread::yield();
            }
        });
    std::vector<int> last(3, -1);
    for (int n = 0; n < 3 * each;) {
        const auto v = ring.pop();
        if (!v) {
            std::this_thread::yield();
            continue;
        }
        ++n;
        auto& l = last[static_cast<std::size_t>(*v / each)];
        EXPECT_GT(*v % each, l);
        l = *v % each;
    }
    for (auto& t : threads)
        t.join();
}

} // namespace
} // namespace servery::store
