// Replies that can be taken back, sleep, tags, search, and who looks.
#include "control_plane/desk/desk_fixture_test.h"
#include "foundation/events/reply_held.h"

#include <algorithm>

namespace servery::desk {
namespace {

using events::owner_kind;

class held : public desk_fixture {
  public:
    std::string waiting_conversation(int n = 1) {
        const auto turn = ask(n);
        EXPECT_TRUE(finish(turn, answer("hand_over")));
        return turn.conversation;
    }
    void pass(millis d) {
        now_.advance(d);
        desk_->on_tick(now_.now());
    }
};

TEST_F(held, a_held_reply_is_sent_when_its_time_is_over_and_not_before) {
    const auto id = waiting_conversation();
    const auto out = desk_->hold_reply("guest-house", reply(id), millis{5000}).value();
    EXPECT_EQ(out.due, now_.now() + millis{5000});
    pass(millis{4999});
    EXPECT_NE(last_text(1), "Gladly.");
    pass(millis{1});
    EXPECT_EQ(last_text(1), "Gladly.");
    pass(millis{20'000});
    EXPECT_EQ(logged<events::reply_held>().back().state, events::held_state::sent);
}

TEST_F(held, the_writer_owns_the_conversation_while_the_reply_waits) {
    const auto turn = ask(1);
    const auto out = desk_->hold_reply("guest-house", reply(turn.conversation), millis{5000});
    ASSERT_TRUE(out);
    EXPECT_EQ(owner(1).owner, owner_kind::person);
    EXPECT_EQ(finish(turn, answer("answer")).value(), policy::turn_result::superseded);
}

TEST_F(held, a_reply_taken_back_never_arrives) {
    const auto id = waiting_conversation();
    const auto out = desk_->hold_reply("guest-house", reply(id), millis{5000}).value();
    EXPECT_EQ(desk_->take_back("guest-house", out.outbox, "bert").error().id, "desk.outbox.gone");
    EXPECT_TRUE(desk_->take_back("guest-house", out.outbox, "anna"));
    pass(millis{60'000});
    EXPECT_NE(last_text(1), "Gladly.");
    EXPECT_EQ(desk_->take_back("guest-house", out.outbox, "anna").error().id, "desk.outbox.gone");
}

TEST_F(held, a_crash_loses_no_held_reply_and_a_repeat_makes_no_second_one) {
    const auto id = waiting_conversation();
    const auto seq = last_seq(id);
    auto given = reply(id);
    const auto first = desk_->hold_reply("guest-house", given, millis{5000}).value();
    EXPECT_EQ(desk_->hold_reply("guest-house", given, millis{5000}).value().outbox, first.outbox);
    restart();
    pass(millis{5000});
    EXPECT_EQ(last_text(1), "Gladly.");
    EXPECT_GT(last_seq(id), seq);
    const auto all = seen(1);
    EXPECT_EQ(std::ranges::count_if(all, [](const auto& m) { return m.text == "Gladly."; }), 1);
}

TEST_F(held, a_reply_to_what_the_writer_has_not_seen_is_refused) {
    const auto id = waiting_conversation();
    auto given = reply(id);
    ask(1);
    EXPECT_EQ(desk_->hold_reply("guest-house", given, millis{5000}).error().id,
              "desk.messages.newer");
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
}

TEST_F(held, what_the_writers_own_claim_says_does_not_stand_in_the_way) {
    const auto id = waiting_conversation();
    const auto given = reply(id); // what was read before the first key claimed
    ASSERT_TRUE(desk_->claim("guest-house", id, "anna", owner(1).epoch));
    ASSERT_GT(last_seq(id), given.if_seq);
    EXPECT_TRUE(desk_->reply("guest-house", given));

    auto ahead = reply(id, "anna", "c2");
    ahead.if_seq += 1;
    EXPECT_EQ(desk_->reply("guest-house", ahead).error().id, "desk.messages.newer");
    ASSERT_TRUE(desk_->note("guest-house", reply(id, "berta", "c3")));
    ahead.if_seq -= 1;
    EXPECT_EQ(desk_->reply("guest-house", ahead).error().id, "desk.messages.newer");
}

TEST_F(held, what_a_colleague_has_taken_meanwhile_is_not_written_into) {
    const auto id = waiting_conversation();
    ASSERT_TRUE(desk_->hold_reply("guest-house", reply(id), millis{5000}));
    ASSERT_TRUE(desk_->claim("guest-house", id, "bert", owner(1).epoch, if_owned::take_over));
    pass(millis{5000});
    EXPECT_NE(last_text(1), "Gladly.");
    EXPECT_EQ(logged<events::reply_held>().back().state, events::held_state::refused);
}

TEST_F(held, a_snoozed_conversation_sleeps_until_its_time) {
    const auto id = waiting_conversation();
    ASSERT_TRUE(desk_->snooze("guest-house", id, "anna", now_.now() + millis{3'600'000}));
    EXPECT_EQ(count(view::snoozed), 1);
    EXPECT_EQ(count(view::needs_you), 0);
    pass(millis{3'599'999});
    EXPECT_EQ(count(view::snoozed), 1);
    pass(millis{1});
    EXPECT_EQ(count(view::needs_you), 1);
    EXPECT_EQ(desk_->snooze("guest-house", id, "anna", now_.now()).error().id, "desk.snooze.until");
}

TEST_F(held, a_visitors_message_wakes_a_snoozed_conversation) {
    const auto id = waiting_conversation();
    ASSERT_TRUE(desk_->snooze("guest-house", id, "anna", now_.now() + millis{3'600'000}));
    ask(1);
    EXPECT_EQ(count(view::snoozed), 0);
    EXPECT_TRUE(shown(id).at("conversation").at("snoozed_until").is_null());
}

TEST_F(held, tags_are_kept_in_order_once_each) {
    const auto id = waiting_conversation();
    ASSERT_TRUE(desk_->tag("guest-house", id, "anna", {" wifi", "bill", "wifi"}));
    restart();
    EXPECT_EQ(json::write(shown(id).at("conversation").at("tags")), R"(["bill","wifi"])");
    EXPECT_EQ(desk_->tag("guest-house", id, "anna", {""}).error().id, "desk.tags.invalid");
    EXPECT_EQ(desk_->tag("guest-house", id, "anna", {std::string(41, 'x')}).error().id,
              "desk.tags.invalid");
}

TEST_F(held, a_search_finds_words_of_any_message_and_tags) {
    const auto id = waiting_conversation(1);
    waiting_conversation(2);
    ASSERT_TRUE(desk_->tag("guest-house", id, "anna", {"Group"}));
    const auto found = [&](std::string words) {
        list_request r;
        r.project = "guest-house";
        r.person = "anna";
        r.search = std::move(words);
        return desk_->list(r).at("items").as_array().size();
    };
    EXPECT_EQ(found("BREAKFAST"), 2U);
    EXPECT_EQ(found("group"), 1U);
    EXPECT_EQ(found("sauna"), 0U);
}

TEST_F(held, who_looks_is_forgotten_after_half_a_minute) {
    const auto id = waiting_conversation();
    ASSERT_TRUE(desk_->viewing("guest-house", id, "bert", typing::yes));
    const auto viewers = [&] { return shown(id).at("context").at("viewers").as_array(); };
    ASSERT_EQ(viewers().size(), 1U);
    EXPECT_EQ(viewers()[0].at("name").as_string(), "Dr. bert");
    EXPECT_TRUE(viewers()[0].at("typing").as_bool());
    now_.advance(millis{30'001});
    EXPECT_TRUE(viewers().empty());
}

TEST_F(held, a_day_is_told_in_numbers) {
    EXPECT_TRUE(finish(ask(1), answer("answer")));
    const auto id = waiting_conversation(2);
    ASSERT_TRUE(desk_->reply("guest-house", reply(id)));
    const auto day = desk_->today("guest-house");
    EXPECT_EQ(day.at("messages").as_int64(), 2);
    EXPECT_EQ(day.at("answered").as_int64(), 1);
    EXPECT_EQ(day.at("handed_over").as_int64(), 1);
    EXPECT_EQ(day.at("replied").as_int64(), 1);
    now_.advance(millis{24LL * 3600 * 1000 + 1});
    EXPECT_EQ(desk_->today("guest-house").at("messages").as_int64(), 0);
}

} // namespace
} // namespace servery::desk
