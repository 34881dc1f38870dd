#include "data_plane/provider/breaker.h"

#include <gtest/gtest.h>

namespace servery::provider {

namespace {

constexpr instant start_of_day{1'767'225'600'000};

struct watched {
    health_board board;
    std::shared_ptr<target_health> target = board.of("main", "small-1");
    instant now = start_of_day;

    // One call; what the breaker says to it, and, where it may go, how it ends.
    refusal call(bool good) {
        auto asked = target->ask(now, 1);
        if (asked.refused != refusal::none) return asked.refused;
        if (good)
            asked.permit.good(now);
        else
            asked.permit.failed(now);
        return refusal::none;
    }
    breaker_state state() const { return target->look(now).state; }
};

} // namespace

TEST(breaker, five_failures_in_a_row_open_it_and_a_good_call_between_starts_the_count_anew) {
    watched w;
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(w.call(false), refusal::none);
    EXPECT_EQ(w.call(true), refusal::none);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(w.call(false), refusal::none) << i;
    EXPECT_EQ(w.state(), breaker_state::open);
    EXPECT_EQ(w.call(true), refusal::breaker);
}

TEST(breaker, half_of_twenty_within_ten_seconds_opens_it_and_older_ones_do_not_count) {
    watched w;
    for (int i = 0; i < 19; ++i)
        EXPECT_EQ(w.call(i % 2 == 0), refusal::none) << i;
    EXPECT_EQ(w.state(), breaker_state::closed) << "nineteen calls say nothing";
    w.now = w.now + millis{11'000};
    EXPECT_EQ(w.call(false), refusal::none);
    EXPECT_EQ(w.state(), breaker_state::closed) << "the older ones are out of the window";
    watched again;
    for (int i = 0; i < 20; ++i)
        (void)again.call(i % 2 == 0);
    EXPECT_EQ(again.state(), breaker_state::open);
}

TEST(breaker, after_its_pause_exactly_one_probe_goes_through) {
    watched w;
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    w.now = w.now + millis{4'999};
    EXPECT_EQ(w.call(true), refusal::breaker);
    w.now = w.now + millis{1};
    auto probe = w.target->ask(w.now, 1);
    EXPECT_EQ(probe.refused, refusal::none);
    EXPECT_EQ(w.state(), breaker_state::half_open);
    EXPECT_EQ(w.call(true), refusal::breaker) << "a second one waits for the probe";
    probe.permit.good(w.now);
    EXPECT_EQ(w.state(), breaker_state::closed);
    EXPECT_EQ(w.call(true), refusal::none);
}

TEST(breaker, each_failed_probe_doubles_the_pause_up_to_a_minute) {
    watched w;
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    for (const auto pause : {5, 10, 20, 40, 60, 60}) {
        w.now = w.now + millis{pause * 1000 - 1};
        EXPECT_EQ(w.call(false), refusal::breaker) << pause;
        w.now = w.now + millis{1};
        EXPECT_EQ(w.call(false), refusal::none) << pause;
    }
    w.now = w.now + millis{60'000};
    EXPECT_EQ(w.call(true), refusal::none);
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    w.now = w.now + millis{5'000};
    EXPECT_EQ(w.call(true), refusal::none) << "a good probe makes the pause short again";
}

TEST(breaker, a_probe_whose_client_left_leaves_room_for_the_next) {
    watched w;
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    w.now = w.now + millis{5'000};
    {
        auto probe = w.target->ask(w.now, 1);
        EXPECT_EQ(probe.refused, refusal::none);
    }
    EXPECT_EQ(w.call(true), refusal::none);
    EXPECT_EQ(w.state(), breaker_state::closed);
}

TEST(breaker, a_call_that_began_before_it_opened_neither_closes_nor_prolongs_it) {
    watched w;
    auto early = w.target->ask(w.now, 1);
    auto late = w.target->ask(w.now, 1);
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    early.permit.good(w.now);
    EXPECT_EQ(w.state(), breaker_state::open);
    w.now = w.now + millis{3'000};
    late.permit.failed(w.now);
    w.now = w.now + millis{2'000};
    EXPECT_EQ(w.call(true), refusal::none) << "five seconds after it opened";
}

TEST(breaker, a_clock_set_back_does_not_prolong_the_pause) {
    watched w;
    for (int i = 0; i < 5; ++i)
        (void)w.call(false);
    w.now = w.now - millis{3'600'000};
    EXPECT_EQ(w.call(true), refusal::none);
}

TEST(target_health, a_throttled_target_rests_as_long_as_it_asked_and_at_most_a_minute) {
    watched w;
    w.target->throttle(w.now, millis{1'500});
    EXPECT_EQ(w.call(true), refusal::throttled);
    w.now = w.now + millis{1'500};
    EXPECT_EQ(w.call(true), refusal::none);
    w.target->throttle(w.now, millis{86'400'000});
    w.now = w.now + millis{59'999};
    EXPECT_EQ(w.call(true), refusal::throttled);
    w.now = w.now + millis{1};
    EXPECT_EQ(w.call(true), refusal::none);
}

TEST(target_health, a_refused_credential_is_tried_again_under_new_settings_or_after_a_minute) {
    watched w;
    w.target->refuse_credential(w.now, 7);
    EXPECT_EQ(w.target->ask(w.now, 7).refused, refusal::credential);
    EXPECT_EQ(w.target->ask(w.now, 8).refused, refusal::none);
    EXPECT_EQ(w.target->ask(w.now + millis{60'000}, 7).refused, refusal::none);
}

TEST(retry_budget, allows_a_tenth_of_the_requests_and_three_a_second) {
    retry_budget budget;
    instant now = start_of_day;
    int taken = 0;
    while (budget.take(now))
        ++taken;
    EXPECT_EQ(taken, 3);
    for (int i = 0; i < 100; ++i)
        budget.earn();
    taken = 0;
    while (budget.take(now))
        ++taken;
    EXPECT_EQ(taken, 10);
    now = now + millis{1000};
    taken = 0;
    while (budget.take(now))
        ++taken;
    EXPECT_EQ(taken, 3);
    now = now + millis{3'600'000};
    taken = 0;
    while (budget.take(now))
        ++taken;
    EXPECT_EQ(taken, 30) << "a quiet hour saves no more than ten seconds' worth";
}

TEST(health_board, is_one_object_a_target_and_lists_all) {
    health_board board;
    EXPECT_EQ(board.of("a", "m"), board.of("a", "m"));
    EXPECT_NE(board.of("a", "m"), board.of("a", "n"));
    auto asked = board.of("b", "m")->ask(start_of_day, 1);
    asked.permit.failed(start_of_day);
    const auto all = board.look(start_of_day);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[2].provider, "b");
    EXPECT_EQ(all[2].failures_in_row, 1);
}

} // namespace servery::provider
