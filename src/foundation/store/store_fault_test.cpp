// The disk refuses: what must be kept, what must fail, and what comes back.
#include "foundation/store/store_fixture_test.h"

#include <atomic>
#include <fstream>
#include <map>

namespace servery::store {
namespace {

class store_fault : public store_fixture {
  protected:
    // What fails now: any of the steps of fault_seam.
    struct broken {
        std::atomic<bool> database{false};
        std::atomic<bool> exchanges{false};
        std::atomic<bool> spool{false};
        std::atomic<int> sync_in{-1}; // the n-th next commit of a transaction fails
    };
    options with_faults() {
        options o = plain();
        o.fault = [this](std::string_view step) {
            if (step == "events") return broken_.database.load();
            if (step == "exchanges") return broken_.exchanges.load() || broken_.database.load();
            if (step == "spool") return broken_.spool.load();
            if (step == "sync") return broken_.sync_in.fetch_sub(1) == 0;
            return false;
        };
        return o;
    }
    // How often each exchange and each traffic event is in the log.
    std::map<std::string, int> rows(const store& s) {
        std::map<std::string, int> out;
        EXPECT_TRUE(s.replay(
            0, [&](const events::event& e) { ++out[std::string(e.kind) + ' ' + e.object_id]; },
            [&](const events::exchange& x) {
                ++out[x.exchange_id];
                dropped_before_ += x.rows_dropped_before;
            }));
        return out;
    }
    static void each_once(const std::map<std::string, int>& found) {
        for (const auto& [name, n] : found)
            EXPECT_EQ(n, 1) << name;
    }
    broken broken_;
    std::uint32_t dropped_before_ = 0;
};

TEST_F(store_fault, a_commit_fails_while_the_store_is_away_and_nothing_of_it_appears) {
    auto s = open(with_faults());
    ASSERT_TRUE(s->commit({audit(1)}));
    broken_.database = true;
    const auto refused = s->commit({audit(2), traffic(3)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "audit.store.down");
    EXPECT_EQ(refused.error().code, error_code::unavailable);
    EXPECT_TRUE(s->state().away);
    broken_.database = false;
    ASSERT_TRUE(s->commit({audit(4)}));
    EXPECT_FALSE(s->state().away);
    EXPECT_EQ(rows(*s), (std::map<std::string, int>{{"thing.done t1", 1}, {"thing.done t4", 1}}));
    EXPECT_TRUE(s->verify_audit()->ok);
}

TEST_F(store_fault, a_commit_that_fails_at_the_last_step_leaves_no_trace_in_the_chain) {
    auto s = open(with_faults());
    ASSERT_TRUE(s->commit({audit(1)}));
    broken_.sync_in = 0;
    EXPECT_FALSE(s->commit({audit(2)}));
    ASSERT_TRUE(s->commit({audit(3)}));
    const auto report = s->verify_audit().value();
    EXPECT_TRUE(report.ok) << report.why;
    EXPECT_EQ(report.rows, 2);
}

TEST_F(store_fault, rows_posted_while_the_store_is_away_for_a_minute_are_all_written_later) {
    auto s = open(with_faults());
    std::vector<std::int64_t> delivered;
    s->on_committed([&](const std::shared_ptr<const batch>& b) {
        for (const auto& row : *b)
            delivered.push_back(std::visit([](const auto& r) { return r.seq; }, row));
    });
    broken_.database = true;
    constexpr int total = 6000;
    for (int i = 0; i < total; ++i) {
        EXPECT_TRUE(i % 3 == 0 ? s->post(traffic(i)) : s->post(exchange(i)));
        now_.advance(millis{10}); // a minute in all
        if (i % 1000 == 0) EXPECT_FALSE(s->commit({audit(i)}));
    }
    EXPECT_FALSE(s->flush());
    broken_.database = false;
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(s->state().spooled, 0);
    EXPECT_EQ(s->state().rows_dropped, 0);
    const auto found = rows(*s);
    EXPECT_EQ(found.size(), static_cast<std::size_t>(total));
    each_once(found);
    EXPECT_EQ(delivered.size(), static_cast<std::size_t>(total));
    EXPECT_TRUE(std::ranges::is_sorted(delivered));
}

TEST_F(store_fault, rows_of_a_store_that_never_came_back_are_there_after_the_restart) {
    {
        auto s = open(with_faults());
        broken_.database = true;
        for (int i = 0; i < 2000; ++i)
            EXPECT_TRUE(i % 2 == 0 ? s->post(traffic(i)) : s->post(exchange(i)));
    }
    auto s = open();
    const auto found = rows(*s);
    EXPECT_EQ(found.size(), 2000u);
    each_once(found);
}

TEST_F(store_fault, a_full_ring_refuses_and_counts_and_the_next_row_says_how_many_were_lost) {
    options o = with_faults();
    o.ring_rows = 1024;
    auto s = open(o);
    broken_.database = true;
    broken_.spool = true;
    int kept = 0;
    int lost = 0;
    for (int i = 0; i < 5000; ++i)
        s->post(exchange(i)) ? ++kept : ++lost;
    EXPECT_GE(kept, 1024);
    EXPECT_GT(lost, 0);
    EXPECT_EQ(s->state().rows_dropped, lost);
    broken_.database = false;
    ASSERT_TRUE(s->flush());
    s->post(exchange(9999));
    ASSERT_TRUE(s->flush());
    const auto found = rows(*s);
    EXPECT_EQ(found.size(), static_cast<std::size_t>(kept) + 1);
    EXPECT_EQ(dropped_before_, static_cast<std::uint32_t>(lost));
}

TEST_F(store_fault, a_spool_that_is_full_leaves_rows_in_the_ring) {
    options o = with_faults();
    o.spool_bytes = 256 * 1024;
    auto s = open(o);
    broken_.database = true;
    for (int i = 0; i < 3000; ++i)
        EXPECT_TRUE(s->post(exchange(i)));
    EXPECT_FALSE(s->flush());
    const auto state = s->state();
    EXPECT_GT(state.spooled, 0);
    EXPECT_LT(state.spooled, 3000);
    broken_.database = false;
    ASSERT_TRUE(s->flush());
    const auto found = rows(*s);
    EXPECT_EQ(found.size(), 3000u);
    each_once(found);
}

TEST_F(store_fault, events_are_written_while_only_the_exchange_file_refuses) {
    auto s = open(with_faults());
    broken_.exchanges = true;
    s->post(exchange(1));
    ASSERT_TRUE(s->commit({audit(2)}));
    EXPECT_FALSE(s->flush());
    broken_.exchanges = false;
    ASSERT_TRUE(s->flush());
    EXPECT_EQ(rows(*s), (std::map<std::string, int>{{"exc_1", 1}, {"thing.done t2", 1}}));
}

// Every step of a mixed load fails once, wherever it is: nothing is lost and nothing comes twice.
TEST_F(store_fault, a_failure_at_any_commit_of_a_transaction_loses_and_doubles_nothing) {
    for (int at = 0; at < 12; ++at) {
        std::filesystem::remove_all(folder_);
        broken_.sync_in = at;
        int refused = 0;
        {
            auto s = open(with_faults());
            for (int i = 0; i < 12; ++i) {
                s->post(exchange(i));
                s->post(traffic(i));
                if (!s->commit({audit(i)})) ++refused;
            }
        }
        EXPECT_LE(refused, 1);
        auto s = open();
        const auto found = rows(*s);
        each_once(found);
        EXPECT_EQ(found.size(), static_cast<std::size_t>(36 - refused)) << "failed at " << at;
        EXPECT_TRUE(s->verify_audit()->ok);
    }
}

TEST_F(store_fault, a_spool_torn_by_a_crash_gives_what_is_whole) {
    {
        auto s = open(with_faults());
        broken_.database = true;
        for (int i = 0; i < 10; ++i)
            s->post(traffic(i));
    }
    const auto file = folder_ / "spool" / "rows";
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
    auto s = open();
    EXPECT_EQ(rows(*s).size(), 9u);
}

TEST_F(store_fault, a_checkpoint_that_cannot_be_written_is_tried_again) {
    options o = plain();
    std::atomic<bool> refuse{true};
    o.fault = [&](std::string_view step) { return step == "checkpoint" && refuse.load(); };
    auto s = open(o);
    for (int i = 0; i < 256; ++i)
        ASSERT_TRUE(s->commit({audit(i)}));
    EXPECT_EQ(s->verify_audit()->checkpoints, 0);
    refuse = false;
    ASSERT_TRUE(s->commit({audit(256)}));
    ASSERT_TRUE(s->commit({}));
    EXPECT_EQ(s->verify_audit()->checkpoints, 1);
}

} // namespace
} // namespace servery::store
