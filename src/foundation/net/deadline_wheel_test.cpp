#include "foundation/net/deadline_wheel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <vector>

using servery::millis;
using servery::net::deadline;
using servery::net::deadline_wheel;

TEST(deadline_wheel, a_deadline_never_fires_before_its_time_and_at_most_200_ms_after_it) {
    for (const int after : {0, 1, 99, 100, 101, 250, 999, 1000, 102'400, 250'000}) {
        for (const int offset : {0, 1, 50, 99}) {
            deadline_wheel wheel;
            wheel.advance_to(millis{5'000});
            // The wheel was turned last at 5,000 ms; the arming happens up to a tick later.
            int fired_at = -1;
            int now = 0;
            deadline one(wheel, [&] { fired_at = now; });
            one.arm(millis{after});
            const int armed_at = 5'000 + offset;
            for (now = 5'000; now < 300'000 && fired_at < 0; ++now)
                wheel.advance_to(millis{now});
            EXPECT_GE(fired_at, armed_at - offset + after) << after;
            EXPECT_LE(fired_at, armed_at + after + 200) << after;
        }
    }
}

TEST(deadline_wheel, a_disarmed_deadline_does_not_fire) {
    deadline_wheel wheel;
    bool fired = false;
    deadline one(wheel, [&] { fired = true; });
    one.arm(millis{100});
    one.disarm();
    wheel.advance_to(millis{10'000});
    EXPECT_FALSE(fired);
    EXPECT_EQ(wheel.armed(), 0u);
}

TEST(deadline_wheel, an_action_may_disarm_the_others_of_its_tick_and_arm_itself_again) {
    deadline_wheel wheel;
    int first = 0;
    bool second = false;
    std::unique_ptr<deadline> victim;
    deadline one(wheel, [&] {
        ++first;
        victim.reset();
        if (first < 3) one.arm(millis{100});
    });
    victim = std::make_unique<deadline>(wheel, [&] { second = true; });
    one.arm(millis{100});
    victim->arm(millis{100});
    wheel.advance_to(millis{2'000});
    EXPECT_EQ(first, 3);
    EXPECT_FALSE(second);
}

TEST(deadline_wheel, a_deadline_that_dies_is_disarmed) {
    auto wheel = std::make_unique<deadline_wheel>();
    auto one = std::make_unique<deadline>(*wheel, [] { FAIL(); });
    one->arm(millis{100});
    one.reset();
    EXPECT_EQ(wheel->armed(), 0u);
}

RC_GTEST_PROP(deadline_wheel, fires_each_armed_deadline_once_and_in_order_of_ticks, ()) {
    deadline_wheel wheel;
    const auto afters = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 200'000));
    std::vector<std::unique_ptr<deadline>> all;
    std::vector<int> fired;
    for (const int after : afters) {
        all.push_back(
            std::make_unique<deadline>(wheel, [&fired, after] { fired.push_back(after); }));
        all.back()->arm(millis{after});
    }
    wheel.advance_to(millis{300'000});
    RC_ASSERT(fired.size() == afters.size());
    for (std::size_t i = 1; i < fired.size(); ++i)
        RC_ASSERT(fired[i] + 100 > fired[i - 1]);
}
