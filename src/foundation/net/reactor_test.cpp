#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"
#include "foundation/net/timer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>

namespace servery::net {
namespace {

TEST(reactor, work_posted_from_another_thread_runs_on_the_reactors_own) {
    reactor_pool pool(2);
    pool.start();
    std::atomic<int> right = 0;
    pool.on_each([&](reactor& at) { right += reactor::current() == &at; });
    EXPECT_EQ(right, 2);
    EXPECT_EQ(reactor::current(), nullptr);
}

TEST(reactor, turns_its_wheel) {
    reactor loop;
    bool fired = false;
    deadline one(loop.wheel(), [&] { fired = true; });
    one.arm(millis{1});
    EXPECT_TRUE(loop.run_until([&] { return fired; }));
}

TEST(timer, a_wait_passes_or_is_cancelled_and_says_which) {
    reactor loop;
    timer one(loop);
    std::optional<bool> passed;
    start(one.wait(millis{2}), [&](bool so) { passed = so; });
    EXPECT_TRUE(loop.run_until([&] { return passed.has_value(); }));
    EXPECT_TRUE(*passed);
    passed.reset();
    start(one.wait(millis{60'000}), [&](bool so) { passed = so; });
    one.cancel();
    EXPECT_FALSE(passed.has_value()) << "the waiter must not resume inside cancel()";
    EXPECT_TRUE(loop.run_until([&] { return passed.has_value(); }));
    EXPECT_FALSE(*passed);
}

TEST(blocking_pool, gives_the_value_back_on_the_reactor_that_asked) {
    blocking_pool pool(1);
    reactor loop;
    std::optional<int> value;
    reactor* resumed_on = nullptr;
    start(pool.run(loop, [] { return 7; }), [&](result<int> got) {
        value = *got;
        resumed_on = reactor::current();
    });
    EXPECT_TRUE(loop.run_until([&] { return value.has_value(); }));
    EXPECT_EQ(value, 7);
    EXPECT_EQ(resumed_on, &loop);
}

TEST(blocking_pool, a_full_queue_is_an_overload_and_not_a_wait) {
    blocking_pool pool(0, 1);
    reactor loop;
    EXPECT_TRUE(pool.submit([] {}));
    std::optional<result<int>> got;
    start(pool.run(loop, [] { return 7; }), [&](result<int> value) { got = std::move(value); });
    EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }));
    ASSERT_FALSE(*got);
    EXPECT_EQ(got->error().id, "server.overloaded");
}

} // namespace
} // namespace servery::net
