#include "control_plane/desk/book_view.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace servery::desk {
namespace {

hash16 key(int n) {
    return hash16{static_cast<std::uint8_t>(n)};
}

events::message_added message(std::int64_t seq) {
    events::message_added m;
    m.msg_seq = seq;
    m.text = std::to_string(seq);
    return m;
}

policy::conversation_state known(std::int64_t epoch) {
    return {.known = true, .id = "cv_1", .epoch = epoch};
}

TEST(book_view, history_gives_what_came_after_in_order_and_at_most_the_limit) {
    book_view view;
    for (int i : {1, 2, 4, 7}) // numbers of notes are missing
        view.add(key(1), message(i));
    const auto some = view.history(key(1), 2, 1);
    ASSERT_EQ(some.size(), 1u);
    EXPECT_EQ(some[0].msg_seq, 4);
    EXPECT_EQ(view.history(key(1), 7, 10).size(), 0u);
    EXPECT_EQ(view.history(key(2), 0, 10).size(), 0u);
}

TEST(book_view, a_watch_wakes_at_once_when_there_is_something_and_later_when_it_comes) {
    book_view view;
    int woken = 0;
    auto early = view.watch(key(1), 0, [&] { ++woken; });
    EXPECT_EQ(woken, 0);
    view.add(key(1), message(1));
    EXPECT_EQ(woken, 1);
    auto late = view.watch(key(1), 0, [&] { ++woken; });
    EXPECT_EQ(woken, 2);
    auto current = view.watch(key(1), 1, [&] { ++woken; });
    EXPECT_EQ(woken, 2);
    early.reset();
    late.reset();
    view.add(key(1), message(2));
    EXPECT_EQ(woken, 3);
    view.add(key(2), message(1));
    EXPECT_EQ(woken, 3);
}

TEST(book_view, a_watch_may_end_itself_while_it_is_woken) {
    book_view view;
    std::shared_ptr<void> handle;
    int woken = 0;
    handle = view.watch(key(1), 0, [&] {
        ++woken;
        handle.reset();
    });
    view.add(key(1), message(1));
    view.add(key(1), message(2));
    EXPECT_EQ(woken, 1);
}

TEST(book_view, watching_a_made_up_id_leaves_nothing_behind) {
    book_view view;
    {
        const auto handle = view.watch(key(1), 0, [] {});
    }
    EXPECT_FALSE(view.look(key(1)).known);
}

TEST(book_view, consent_counts_in_the_version_required_only) {
    book_view view;
    view.set(key(1), known(1), "shop", key(9));
    EXPECT_FALSE(view.look(key(1)).consent_given);
    view.set_consent("shop", key(9), "v1", true);
    EXPECT_TRUE(view.look(key(1)).consent_given);
    EXPECT_FALSE(view.consented("other", key(9)));
    view.require_consent("shop", "v2");
    EXPECT_FALSE(view.look(key(1)).consent_given);
    view.set_consent("shop", key(9), "v2", true);
    EXPECT_TRUE(view.look(key(1)).consent_given);
    view.set_consent("shop", key(9), "v2", false);
    EXPECT_FALSE(view.look(key(1)).consent_given);
}

TEST(book_view, many_readers_see_whole_states_while_one_writes) {
    book_view view;
    std::atomic<bool> stop{false};
    std::atomic<int> woken{0};
    std::vector<std::thread> readers;
    for (int t = 0; t < 3; ++t)
        readers.emplace_back([&] {
            std::int64_t last = 0;
            while (!stop) {
                const auto seen = view.look(key(1));
                EXPECT_GE(seen.epoch, last);
                EXPECT_EQ(seen.misses, seen.epoch);
                last = seen.epoch;
                const auto handle = view.watch(key(1), 0, [&] { ++woken; });
                const auto history = view.history(key(1), 0, 100'000);
                for (std::size_t i = 0; i < history.size(); ++i)
                    EXPECT_EQ(history[i].msg_seq, static_cast<std::int64_t>(i) + 1);
            }
        });
    for (int i = 1; i <= 300; ++i) {
        auto state = known(i);
        state.misses = i;
        view.set(key(1), state, "shop", std::nullopt);
        view.add(key(1), message(i));
        std::this_thread::yield();
    }
    stop = true;
    for (auto& reader : readers)
        reader.join();
    EXPECT_GT(woken, 0);
}

TEST(book_view, who_types_wakes_readers_until_the_next_message) {
    book_view view;
    auto state = known(1);
    state.owner = events::owner_kind::person;
    view.set(key(1), state, "shop", std::nullopt);
    int woken = 0;
    const auto watching = view.watch(key(1), 0, [&] { ++woken; });
    view.set_typing(key(1), instant{5'000});
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(view.look(key(1)).typing_until, instant{5'000});
    view.add(key(1), message(1));
    EXPECT_EQ(view.look(key(1)).typing_until, instant{});
    view.set_typing(key(9), instant{5'000});
    EXPECT_FALSE(view.look(key(9)).known) << "an unknown conversation stays unknown";
}

} // namespace
} // namespace servery::desk
