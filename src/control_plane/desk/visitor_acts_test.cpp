// What visitors do beside writing, and what they are told of a colleague.
#include "control_plane/desk/desk_fixture_test.h"

namespace servery::desk {
namespace {

using visitor_acts = desk_fixture;

std::optional<status> reported(desk_service& desk, int n, const std::string& message,
                               const std::function<void()>& run, std::string project,
                               hash16 conversation) {
    std::optional<status> out;
    desk.report(std::move(project), conversation, message, "It is wrong " + std::to_string(n),
                [&](status done) { out = std::move(done); });
    run();
    return out;
}

TEST_F(visitor_acts, a_report_is_a_note_for_staff_and_a_thumb_down_and_no_message_for_the_visitor) {
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("answer")));
    const auto before = seen(1);
    const auto run_all = [this] { run(); };
    const auto done = reported(*desk_, 1, before.back().message, run_all, "guest-house", key(1));
    ASSERT_TRUE(done && *done);
    EXPECT_EQ(seen(1).size(), before.size());
    const auto notes = logged<events::message_added>();
    EXPECT_TRUE(notes.back().staff_only);
    EXPECT_NE(notes.back().text.find("It is wrong 1"), std::string::npos);
    const auto given = logged<events::feedback_given>();
    ASSERT_EQ(given.size(), 1u);
    EXPECT_EQ(given[0].thumb, "report");
    EXPECT_EQ(given[0].variant, "ab12");
}

TEST_F(visitor_acts, only_an_answer_of_this_conversation_can_be_reported) {
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("answer")));
    ask(2);
    const auto mine = seen(1).front().message;
    const auto answered = seen(1).back().message;
    const auto run_all = [this] { run(); };
    const auto id = [&](const std::string& message, const std::string& project, int n) {
        const auto done = reported(*desk_, n, message, run_all, project, key(n));
        return done && !*done ? done->error().id : "";
    };
    EXPECT_EQ(id(answered, "guest-house", 2), "desk.message.unknown") << "another visitor's";
    EXPECT_EQ(id(answered, "other", 1), "desk.message.unknown");
    EXPECT_EQ(id(mine, "guest-house", 1), "desk.message.unknown") << "one's own words";
    EXPECT_EQ(id("msg_none", "guest-house", 1), "desk.message.unknown");
    EXPECT_TRUE(logged<events::feedback_given>().empty());
}

TEST_F(visitor_acts, a_visitor_is_told_the_name_of_whoever_answers_also_after_a_restart) {
    ask(1);
    const auto s = desk_->look(key(1));
    ASSERT_TRUE(desk_->claim("guest-house", s.id, "anna", s.epoch));
    EXPECT_EQ(desk_->look(key(1)).person, "anna");
    EXPECT_EQ(desk_->name_of("anna"), "Dr. anna");
    EXPECT_EQ(desk_->name_of("berta"), "");
    restart();
    EXPECT_EQ(desk_->name_of("anna"), "Dr. anna");
}

TEST_F(visitor_acts, text_that_is_delivered_gives_a_turn_ten_seconds_more_and_no_others) {
    const auto turn = ask(1);
    now_.advance(millis{15'000});
    desk_->extend_turn(turn.turn, now_.now());
    desk_->extend_turn("trn_none", now_.now());
    now_.advance(millis{9'000});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, events::owner_kind::ai);
    now_.advance(millis{1'000});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, events::owner_kind::nobody);
}

} // namespace
} // namespace servery::desk
