// What open consoles are told, and what they are not.
#include "api/events_stream.h"

#include <gtest/gtest.h>

namespace servery::api {
namespace {

events::event happened(std::int64_t seq, std::string kind, std::string project = "house") {
    events::event e;
    e.seq = seq;
    e.kind = std::move(kind);
    e.project = std::move(project);
    e.object_type = "message";
    e.object_id = "msg_1";
    return e;
}

TEST(event_hub, tells_what_came_after_an_id) {
    event_hub hub;
    hub.add(happened(5, "message.added"));
    hub.add(happened(6, "gate.evaluated"));
    const auto found = hub.since(5);
    ASSERT_EQ(found.notices.size(), 1U);
    EXPECT_EQ(found.notices[0].topic, "gate");
    EXPECT_EQ(found.last, 6);
    EXPECT_FALSE(found.forgotten);
}

TEST(event_hub, a_newcomer_hears_nothing_of_the_past) {
    event_hub hub;
    hub.add(happened(5, "message.added"));
    EXPECT_TRUE(hub.since(-1).notices.empty());
    EXPECT_EQ(hub.since(-1).last, 5);
}

TEST(event_hub, says_so_when_it_has_forgotten_what_came_after_an_id) {
    event_hub hub;
    hub.begin_at(100);
    EXPECT_TRUE(hub.since(99).forgotten);
    EXPECT_FALSE(hub.since(100).forgotten);
    for (std::int64_t n = 101; n <= 2200; ++n)
        hub.add(happened(n, "message.added"));
    EXPECT_TRUE(hub.since(100).forgotten);
    EXPECT_FALSE(hub.since(2100).forgotten);
    EXPECT_EQ(hub.since(2190).notices.size(), 10U);
}

TEST(event_hub, names_the_conversation_of_what_happened_in_one) {
    event_hub hub;
    auto e = happened(5, "message.added");
    e.body["conversation"] = "cv_1";
    e.body["text"] = "secret words";
    hub.add(e);
    EXPECT_EQ(hub.since(0).notices.at(0).object_id, "cv_1");
}

TEST(event_hub, tells_nothing_of_sessions_and_refusals) {
    event_hub hub;
    hub.add(happened(5, "session.started"));
    auto refused = happened(6, "gate.passed");
    refused.refused = true;
    hub.add(refused);
    EXPECT_TRUE(hub.since(0).notices.empty());
}

TEST(event_hub, wakes_who_watches_until_they_leave) {
    event_hub hub;
    int woken = 0;
    auto watching = hub.watch([&] { ++woken; });
    hub.add(happened(5, "message.added"));
    watching.reset();
    hub.add(happened(6, "message.added"));
    EXPECT_EQ(woken, 1);
}

TEST(event_hub, reads_what_a_console_wishes) {
    const auto wish = wish_of("desk, gate", "812");
    EXPECT_TRUE(wish.topics.contains("gate"));
    EXPECT_EQ(wish.after, 812);
    EXPECT_EQ(wish_of("", "").after, -1);
    EXPECT_EQ(wish_of("", "12x").after, -1);
    EXPECT_EQ(wish_of("", "-4").after, -1);
}

} // namespace
} // namespace servery::api
