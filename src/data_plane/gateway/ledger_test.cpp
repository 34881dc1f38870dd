#include "data_plane/gateway/ledger.h"
#include "data_plane/gateway/pins.h"

#include <gtest/gtest.h>

#include <thread>

namespace servery::gateway {

namespace {

constexpr budget hundred{.cap_nano = 100, .hard_stop = true};

} // namespace

TEST(ledger, a_reserve_is_given_back_exactly_once) {
    ledger l;
    {
        auto a = l.reserve("p", "pilot", hundred, 60).value();
        EXPECT_EQ(l.of("p", "pilot").reserved_nano, 60);
        auto moved = std::move(a);
        moved.settle(10);
        moved.settle(10);
        moved.release();
    }
    EXPECT_EQ(l.of("p", "pilot").reserved_nano, 0);
    EXPECT_EQ(l.of("p", "pilot").counted_nano, 10);
}

TEST(ledger, what_dies_unended_is_void) {
    ledger l;
    {
        const auto a = l.reserve("p", "pilot", hundred, 60).value();
    }
    EXPECT_EQ(l.of("p", "pilot").reserved_nano, 0);
    EXPECT_EQ(l.of("p", "pilot").counted_nano, 0);
}

TEST(ledger, room_is_what_is_neither_spent_nor_reserved) {
    ledger l;
    auto a = l.reserve("p", "pilot", hundred, 60).value();
    EXPECT_EQ(l.reserve("p", "pilot", hundred, 41).error().id, "budget.exhausted");
    EXPECT_TRUE(l.reserve("p", "rollout", hundred, 100)) << "another phase, another cap";
    a.settle(5);
    EXPECT_TRUE(l.reserve("p", "pilot", hundred, 95));
}

TEST(ledger, actual_above_the_reserve_is_counted_in_full) {
    ledger l;
    auto a = l.reserve("p", "pilot", hundred, 60).value();
    a.settle(160);
    EXPECT_EQ(l.of("p", "pilot").counted_nano, 160);
    EXPECT_FALSE(l.reserve("p", "pilot", hundred, 1));
    EXPECT_TRUE(l.reserve("p", "pilot", {.cap_nano = 100, .hard_stop = false}, 1));
    EXPECT_TRUE(l.reserve("p", "pilot", hundred, 0)) << "free calls need no budget";
}

TEST(ledger, an_unpriced_call_keeps_its_reserve_counted) {
    ledger l;
    auto a = l.reserve("p", "pilot", hundred, 60).value();
    a.unpriced();
    EXPECT_EQ(l.of("p", "pilot").counted_nano, 60);
}

TEST(ledger, rows_of_the_log_are_counted_again_after_a_restart) {
    ledger l;
    events::exchange row;
    row.project = "p";
    row.phase = "pilot";
    row.spend = events::spend_state::settled;
    row.cost_nano = 70;
    l.book(row);
    row.spend = events::spend_state::unpriced;
    row.cost_nano.reset();
    row.reserve_nano = 20;
    l.book(row);
    EXPECT_EQ(l.of("p", "pilot").counted_nano, 90);
}

TEST(ledger, the_cap_holds_when_many_threads_take_from_it) {
    ledger l;
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) {
                auto r = l.reserve("p", "pilot", {.cap_nano = 500, .hard_stop = true}, 1);
                if (!r) continue;
                r->settle(1);
                ++taken;
            }
        });
    for (auto& t : threads)
        t.join();
    EXPECT_EQ(l.of("p", "pilot").counted_nano, taken.load());
    // A reserve that is about to be settled stands in both counts for a moment: never above.
    EXPECT_LE(taken.load(), 500);
    EXPECT_GT(taken.load(), 490);
}

namespace {

hash16 talk(std::uint8_t n, std::uint8_t m = 0) {
    hash16 h{};
    h[0] = n;
    h[1] = m;
    return h;
}

} // namespace

TEST(pins, the_first_pin_stays_until_it_is_taken_or_a_day_has_passed) {
    pin_table pins;
    constexpr instant now{1000};
    hash32 one{}, two{};
    two[0] = 2;
    pins.pin(talk(1), one, now);
    pins.pin(talk(1), two, now);
    EXPECT_EQ(pins.find(talk(1), now), one);
    EXPECT_FALSE(pins.find(talk(2), now));
    EXPECT_FALSE(pins.find(talk(1), now + pin_table::idle + millis{1}));
    pins.pin(talk(1), two, now);
    pins.unpin(talk(1));
    EXPECT_FALSE(pins.find(talk(1), now));
}

TEST(pins, the_oldest_conversation_makes_room) {
    pin_table pins;
    constexpr instant now{1000};
    const auto per_stripe = pin_table::capacity / 64;
    for (std::size_t i = 0; i < per_stripe + 10; ++i)
        pins.pin(talk(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)), {}, now);
    EXPECT_EQ(pins.size(), per_stripe);
    EXPECT_FALSE(pins.find(talk(0), now));
}

TEST(pins, a_label_is_due_once_a_conversation_and_version) {
    pin_table pins;
    constexpr instant now{1000};
    EXPECT_TRUE(pins.label_due(talk(1), "v1", now));
    EXPECT_FALSE(pins.label_due(talk(1), "v1", now));
    EXPECT_TRUE(pins.label_due(talk(1), "v2", now));
    EXPECT_TRUE(pins.label_due(talk(2), "v1", now));
}

} // namespace servery::gateway
