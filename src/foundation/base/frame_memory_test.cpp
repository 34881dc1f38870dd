#include "foundation/base/frame_memory.h"
#include "foundation/base/task.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace servery {
namespace {

task<int> one(int n) {
    co_return n + 1;
}

task<int> chain(int n) {
    int sum = 0;
    for (int i = 0; i < n; ++i)
        sum += co_await one(i);
    co_return sum;
}

TEST(frame_memory, a_frame_that_ended_is_handed_out_again) {
    auto* first = frame_memory::take(200);
    frame_memory::give(first, 200);
    const auto kept = frame_memory::kept();
    // The same size class, so the same bytes.
    auto* again = frame_memory::take(250);
    EXPECT_EQ(again, first);
    EXPECT_EQ(frame_memory::kept(), kept - 1);
    frame_memory::give(again, 250);
}

TEST(frame_memory, keeps_no_more_of_a_size_than_its_limit) {
    std::vector<void*> frames;
    for (int i = 0; i < 1000; ++i)
        frames.push_back(frame_memory::take(1000));
    const auto before = frame_memory::kept();
    for (auto* frame : frames)
        frame_memory::give(frame, 1000);
    EXPECT_LE(frame_memory::kept(), before + 256);
}

TEST(frame_memory, chains_of_tasks_keep_no_more_frames_than_they_had_at_once) {
    const auto before = frame_memory::kept();
    int sum = 0;
    start(chain(1000), [&](int s) { sum = s; });
    EXPECT_EQ(sum, 500'500);
    EXPECT_LE(frame_memory::kept(), before + 3);
}

TEST(frame_memory, a_frame_may_end_on_another_thread_than_it_began_on) {
    auto* frame = frame_memory::take(300);
    std::thread([&] { frame_memory::give(frame, 300); }).join();
    auto* large = frame_memory::take(100'000);
    frame_memory::give(large, 100'000);
    EXPECT_NE(large, nullptr);
}

} // namespace
} // namespace servery
