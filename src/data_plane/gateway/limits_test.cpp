#include "data_plane/gateway/gateway_fixture.h"
#include "data_plane/gateway/limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

namespace servery::gateway {

namespace {

constexpr instant start{1'767'225'600'000};
const hash16 somebody{1};

} // namespace

TEST(rates, no_minute_sees_more_than_the_allowance_and_a_patient_caller_gets_all_of_it) {
    for (const std::int64_t allowance : {1, 2, 3, 7, 20, 60, 61}) {
        rate_table rates;
        std::deque<std::int64_t> passed;
        instant now = start;
        // Ten minutes of asking every 50 ms.
        for (int i = 0; i < 12'000; ++i) {
            if (rates.take(somebody, allowance, now).count() == 0) passed.push_back(now.ms);
            now = now + millis{50};
        }
        for (std::size_t i = 0; i + static_cast<std::size_t>(allowance) < passed.size(); ++i)
            ASSERT_GE(passed[i + static_cast<std::size_t>(allowance)] - passed[i], 60'000)
                << allowance << " a minute, from request " << i;
        EXPECT_GE(static_cast<std::int64_t>(passed.size()), 5 * (allowance / 2)) << allowance;
    }
}

TEST(rates, the_wait_that_is_told_is_the_wait_that_helps) {
    rate_table rates;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(rates.take(somebody, 20, start).count(), 0) << i;
    const auto wait = rates.take(somebody, 20, start);
    EXPECT_GT(wait.count(), 0);
    EXPECT_GT(rates.take(somebody, 20, start + wait - millis{1}).count(), 0);
    EXPECT_EQ(rates.take(somebody, 20, start + wait).count(), 0);
    EXPECT_EQ(rates.take(hash16{2}, 20, start).count(), 0) << "somebody else waits for nobody";
    EXPECT_EQ(rates.take(somebody, 0, start).count(), 0) << "no limit";
}

TEST(callers, loopback_is_nobody_and_others_are_told_apart_without_their_port) {
    const key32 key{5};
    const auto of = [&](std::string_view address, std::uint16_t port = 1) {
        return hash_of_caller(key, *net::parse_address(address, port));
    };
    EXPECT_FALSE(of("127.0.0.1"));
    EXPECT_FALSE(of("::1"));
    ASSERT_TRUE(of("203.0.113.9"));
    EXPECT_EQ(of("203.0.113.9", 1), of("203.0.113.9", 2));
    EXPECT_NE(of("203.0.113.9"), of("203.0.113.10"));
    EXPECT_NE(of("203.0.113.9"), hash_of_caller(key32{6}, *net::parse_address("203.0.113.9")));
}

TEST(rates, are_exact_when_many_threads_ask_at_once) {
    rate_table rates;
    std::atomic<int> passed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                passed += rates.take(somebody, 200, start).count() == 0 ? 1 : 0;
        });
    for (auto& t : threads)
        t.join();
    EXPECT_EQ(passed.load(), 100);
}

TEST(rates, forget_who_has_not_asked_for_a_while) {
    rate_table rates;
    instant now = start;
    for (std::uint32_t i = 0; i < 150'000; ++i) {
        hash16 who{};
        for (std::size_t b = 0; b < 4; ++b)
            who[b] = static_cast<std::uint8_t>(i >> (8 * b));
        (void)rates.take(who, 60, now);
        now = now + millis{1};
    }
    EXPECT_LE(rates.size(), 16u * 8192u);
}

TEST(in_flight_places, are_given_back) {
    in_flight_table table;
    {
        auto one = table.take(somebody, 2);
        auto two = table.take(somebody, 2);
        EXPECT_TRUE(one && two);
        EXPECT_FALSE(table.take(somebody, 2));
        EXPECT_TRUE(table.take(hash16{2}, 2));
        two = {};
        EXPECT_TRUE(table.take(somebody, 2));
    }
    EXPECT_EQ(table.size(), 0u);
}

TEST(limits, a_public_key_serves_a_visitor_ten_at_once_and_then_one_every_six_seconds) {
    gateway_world w;
    const gateway_world::headers page{{"origin", "https://shop.example"}};
    const auto first = w.chat(w.public_key, std::string(hello), page);
    auto as_visitor = page;
    as_visitor.emplace_back("x-servery-visitor", first.header("x-servery-visitor"));
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(w.chat(w.public_key, std::string(hello), as_visitor).status, 200) << i;
    const auto rows = w.rows.size();
    const auto over = w.chat(w.public_key, std::string(hello), as_visitor);
    EXPECT_EQ(over.status, 429);
    EXPECT_EQ(over.error_id(), "limit.rate");
    EXPECT_EQ(over.header("retry-after"), "6");
    EXPECT_EQ(over.header("retry-after-ms"), "6000");
    EXPECT_EQ(over.header("x-should-retry"), "true");
    EXPECT_EQ(w.rows.size(), rows) << "a flood fills no disk";
    w.now.advance(millis{6000});
    EXPECT_EQ(w.chat(w.public_key, std::string(hello), as_visitor).status, 200);
}

TEST(limits, an_address_is_limited_however_many_visitors_it_invents) {
    gateway_world w;
    int passed = 0;
    for (int i = 0; i < 100; ++i)
        passed +=
            w.chat(w.public_key, std::string(hello), {{"origin", "https://shop.example"}}).status ==
                    200
                ? 1
                : 0;
    EXPECT_EQ(passed, 30) << "half of sixty at once";
    w.caller = *net::parse_address("127.0.0.1");
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(
            w.chat(w.public_key, std::string(hello), {{"origin", "https://shop.example"}}).status,
            200)
            << "a proxy that nobody named";
}

TEST(limits, server_keys_have_none_unless_the_project_sets_one) {
    gateway_world w;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(w.chat(w.live_key, std::string(hello)).status, 200);
    w.policy.projects[0].limits.key_a_minute = 4;
    w.publish();
    int passed = 0;
    for (int i = 0; i < 10; ++i)
        passed += w.chat(w.live_key, std::string(hello)).status == 200 ? 1 : 0;
    EXPECT_EQ(passed, 2);
}

TEST(limits, a_visitor_has_two_requests_under_way_at_most) {
    gateway_world w;
    w.policy.projects[0].grants[0].audience.hi = 10'000;
    w.publish();
    const gateway_world::headers page{{"origin", "https://shop.example"}};
    auto as_visitor = page;
    as_visitor.emplace_back(
        "x-servery-visitor",
        w.chat(w.public_key, std::string(hello), page).header("x-servery-visitor"));
    // Each asks the next while its own call is under way.
    std::vector<int> statuses;
    w.upstream.before_open = [&] {
        if (statuses.size() >= 3) return;
        statuses.push_back(0);
        const auto at = statuses.size() - 1;
        statuses[at] = w.chat(w.public_key, std::string(hello), as_visitor).status;
    };
    EXPECT_EQ(w.chat(w.public_key, std::string(hello), as_visitor).status, 200);
    ASSERT_EQ(statuses.size(), 2u);
    EXPECT_EQ(statuses[0], 200);
    EXPECT_EQ(statuses[1], 429);
}

TEST(limits, a_conversation_ends_after_its_turns_of_a_day) {
    gateway_world w;
    w.policy.projects[0].limits.turns_a_day = 3;
    w.publish();
    const gateway_world::headers who{{"x-servery-visitor", w.visitor(true)},
                                     {"x-servery-conversation", "talk-1"}};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(w.chat(w.live_key, std::string(hello), who).status, 200);
    const auto a = w.chat(w.live_key, std::string(hello), who);
    EXPECT_EQ(a.status, 429);
    EXPECT_EQ(a.error_id(), "limit.rate");
    EXPECT_EQ(a.header("x-should-retry"), "false") << "a day is too long to wait";
    EXPECT_EQ(w.row().outcome, events::outcome::rejected);
    EXPECT_EQ(w.row().spend, events::spend_state::void_);
}

} // namespace servery::gateway
