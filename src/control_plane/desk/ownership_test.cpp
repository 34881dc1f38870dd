// One test for each row of the ownership table (desk, section 3).
#include "control_plane/desk/desk_fixture_test.h"

namespace servery::desk {
namespace {

using events::owner_kind;
using policy::turn_result;

class ownership_table : public desk_fixture {};

TEST_F(ownership_table, a_first_message_opens_a_conversation_that_the_ai_owns) {
    EXPECT_FALSE(desk_->look(key(1)).known);
    const auto turn = ask(1);
    EXPECT_EQ(turn.owner, owner_kind::ai);
    EXPECT_EQ(turn.msg_seq, 1);
    EXPECT_EQ(turn.epoch, 1);
    EXPECT_TRUE(turn.conversation.starts_with("cv_"));
    EXPECT_TRUE(desk_->look(key(1)).known);
    EXPECT_EQ(count(view::ai_answering), 1);
}

TEST_F(ownership_table, an_answer_is_committed_under_the_epoch_it_began_with) {
    const auto turn = ask(1);
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::committed);
    EXPECT_EQ(last_text(1), "Yes, until ten.");
    EXPECT_EQ(seen(1).back().label_version, "v1");
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::superseded);
}

TEST_F(ownership_table, asks_are_counted_as_misses_until_an_answer) {
    EXPECT_TRUE(finish(ask(1), answer("ask")));
    EXPECT_EQ(desk_->look(key(1)).misses, 1);
    EXPECT_TRUE(finish(ask(1), answer("ask")));
    EXPECT_EQ(ask(1).misses, 2);
    EXPECT_EQ(seen(1).at(1).message_kind_, events::message_kind::ask);
}

TEST_F(ownership_table, a_text_of_the_ai_without_its_label_is_refused) {
    auto a = answer("answer");
    a.label_version.clear();
    EXPECT_EQ(finish(ask(1), a).error().id, "desk.answer.no_label");
    EXPECT_EQ(finish(ask(2), answer("joke")).error().id, "desk.answer.outcome");
}

TEST_F(ownership_table, a_new_message_cancels_the_running_turn) {
    const auto first = ask(1);
    const auto second = ask(1);
    EXPECT_EQ(finish(first, answer("answer")).value(), turn_result::superseded);
    EXPECT_EQ(finish(second, answer("answer")).value(), turn_result::committed);
}

TEST_F(ownership_table, a_message_sent_twice_is_one_message) {
    auto m = message(1);
    m.client_id = "x";
    const auto first = ask(m).value();
    const auto again = ask(m).value();
    EXPECT_FALSE(first.repeated);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.message, first.message);
    EXPECT_EQ(again.turn, first.turn);
    EXPECT_EQ(seen(1).size(), 1u);
}

TEST_F(ownership_table, a_hand_over_leaves_nobody_as_owner_and_says_so_once) {
    const auto turn = ask(1);
    auto a = answer("hand_over", "");
    a.candidate = "Perhaps until ten.";
    EXPECT_EQ(finish(turn, a).value(), turn_result::committed);
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
    EXPECT_EQ(owner(1).epoch, 2);
    EXPECT_EQ(seen(1).back().message_kind_, events::message_kind::notice);
    EXPECT_EQ(ask(1).turn, "");
    EXPECT_EQ(seen(1).size(), 3u); // no second notice in the same wait
    EXPECT_EQ(count(view::needs_you), 1);
    EXPECT_EQ(count(view::needs_you, "berta"), 1);
}

TEST_F(ownership_table, the_wait_for_a_person_runs_from_the_hand_over_to_the_reply) {
    const auto wait_and_answer = [&](int n, millis wait) {
        ASSERT_TRUE(finish(ask(n), answer("hand_over", "")));
        const auto id = owner(n).conversation;
        // Claiming alone answers nobody, and a reply claims by itself.
        if (n != 2) ASSERT_TRUE(desk_->claim("guest-house", id, "anna", owner(n).epoch));
        now_.advance(wait);
        ASSERT_TRUE(desk_->reply("guest-house", reply(id)));
    };
    const auto fact = [&] { return desk_->wait_fact("guest-house"); };
    EXPECT_FALSE(fact().value);
    wait_and_answer(1, millis{60'000});
    wait_and_answer(2, millis{300'000});
    EXPECT_EQ(fact().n, 2);
    EXPECT_EQ(fact().value, 180);
    wait_and_answer(3, millis{100'000});
    EXPECT_EQ(fact().value, 100);
    // Closing without a word is no reply.
    ASSERT_TRUE(finish(ask(4), answer("hand_over", "")));
    ASSERT_TRUE(desk_->close("guest-house", owner(4).conversation, "anna", "spam"));
    EXPECT_EQ(fact().n, 3);
    restart();
    EXPECT_EQ(fact().value, 100);
    now_.advance(millis{8LL * 24 * 3'600'000});
    EXPECT_EQ(fact().n, 0);
}

TEST_F(ownership_table, a_hand_over_with_a_good_candidate_leaves_it_as_a_suggestion) {
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("hand_over")));
    const auto draft = pending_draft(turn.conversation);
    ASSERT_NE(draft, "");
    const auto sent =
        desk_->approve("guest-house", {.draft = draft, .person = "anna", .epoch = owner(1).epoch});
    ASSERT_TRUE(sent) << to_line(sent.error());
    // Nobody's conversation: the person speaks.
    EXPECT_EQ(sent->author, events::author_kind::person);
    EXPECT_TRUE(sent->drafted);
}

TEST_F(ownership_table, a_fallback_text_leaves_the_owner_and_is_no_text_of_the_ai) {
    auto a = answer("fallback", "Breakfast is from seven to ten.");
    a.recommended.clear();
    a.label_version.clear();
    ASSERT_TRUE(finish(ask(1), a));
    EXPECT_EQ(seen(1).back().author, events::author_kind::system);
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
}

TEST_F(ownership_table, a_draft_waits_while_the_ai_stays_the_owner) {
    settings_.autonomy = "approve";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
    EXPECT_EQ(last_text(1), "A person checks the answer before you get it.");
    EXPECT_EQ(count(view::drafts), 1);
    EXPECT_EQ(count(view::ai_answering), 0);
    EXPECT_EQ(count(view::needs_you), 0);
}

TEST_F(ownership_table, approving_sends_the_draft_as_the_ai_and_tells_the_second_who_was_first) {
    settings_.autonomy = "approve";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    const draft_decision decision{
        .draft = pending_draft(turn.conversation), .person = "anna", .epoch = 1};
    const auto sent = desk_->approve("guest-house", decision);
    ASSERT_TRUE(sent) << to_line(sent.error());
    EXPECT_EQ(sent->author, events::author_kind::ai);
    EXPECT_EQ(sent->approved_by, "anna");
    EXPECT_EQ(sent->label_version, "v1");
    EXPECT_EQ(sent->variant, "ab12");
    auto second = decision;
    second.person = "berta";
    const auto late = desk_->approve("guest-house", second);
    EXPECT_EQ(late.error().id, "desk.draft.gone");
    EXPECT_NE(late.error().message.find("Dr. anna"), std::string::npos);
    EXPECT_EQ(desk_->approve("shop", decision).error().id, "desk.draft.unknown");
}

TEST_F(ownership_table, under_autonomy_draft_the_person_speaks) {
    settings_.autonomy = "draft";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    const auto sent = desk_->approve(
        "guest-house", {.draft = pending_draft(turn.conversation), .person = "anna", .epoch = 1});
    EXPECT_EQ(sent->author, events::author_kind::person);
    EXPECT_EQ(sent->author_id, "anna");
    EXPECT_TRUE(sent->drafted);
}

TEST_F(ownership_table, an_edit_above_a_fifth_labels_the_draft_wrong) {
    settings_.autonomy = "approve";
    for (const auto& [text, verdict] :
         {std::pair<std::string, events::label_verdict>{"Yes, until ten!",
                                                        events::label_verdict::right},
          {"No, it is twelve euros.", events::label_verdict::wrong}}) {
        const auto turn = ask(1);
        ASSERT_TRUE(finish(turn, answer("draft")));
        ASSERT_TRUE(desk_->approve("guest-house", {.draft = pending_draft(turn.conversation),
                                                   .person = "anna",
                                                   .epoch = 1,
                                                   .text = text}));
        const auto label = logged<events::label_recorded>().back();
        EXPECT_EQ(label.verdict, verdict) << text;
        EXPECT_EQ(label.sampling, events::label_sampling::staff_action);
        EXPECT_EQ(last_text(1), text);
    }
}

TEST_F(ownership_table, rejecting_makes_that_person_the_owner) {
    settings_.autonomy = "approve";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    draft_decision decision{
        .draft = pending_draft(turn.conversation), .person = "anna", .epoch = 1, .reason = "rude"};
    EXPECT_EQ(desk_->reject("guest-house", decision).error().id, "desk.draft.reason");
    decision.reason = "not_ours";
    const auto after = desk_->reject("guest-house", decision).value();
    EXPECT_EQ(after.owner, owner_kind::person);
    EXPECT_EQ(after.person, "anna");
    EXPECT_EQ(after.epoch, 2);
    EXPECT_EQ(logged<events::label_recorded>().back().verdict, events::label_verdict::out_of_scope);
}

TEST_F(ownership_table, a_new_message_supersedes_a_pending_draft) {
    settings_.autonomy = "approve";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    const auto draft = pending_draft(turn.conversation);
    EXPECT_NE(ask(1).turn, "");
    EXPECT_EQ(pending_draft(turn.conversation), "");
    EXPECT_EQ(
        desk_->approve("guest-house", {.draft = draft, .person = "anna", .epoch = 1}).error().id,
        "desk.draft.gone");
}

TEST_F(ownership_table, an_undecided_draft_goes_to_a_person_after_three_minutes) {
    settings_.autonomy = "approve";
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("draft")));
    now_.advance(millis{179'999});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
    now_.advance(millis{1});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
    // The draft stays as a suggestion under the new epoch.
    EXPECT_TRUE(desk_->approve(
        "guest-house",
        {.draft = pending_draft(turn.conversation), .person = "anna", .epoch = owner(1).epoch}));
}

TEST_F(ownership_table, a_claim_silences_the_running_answer) {
    const auto turn = ask(1);
    const auto claimed = desk_->claim("guest-house", turn.conversation, "anna", 1);
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->epoch, 2);
    EXPECT_EQ(last_text(1), "Dr. anna has joined.");
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::superseded);
    EXPECT_EQ(ask(1).turn, "");
    EXPECT_EQ(count(view::needs_you, "anna"), 1);
    EXPECT_EQ(count(view::needs_you, "berta"), 0);
}

TEST_F(ownership_table, a_claim_under_an_old_epoch_or_over_a_colleague_is_refused) {
    const auto turn = ask(1);
    EXPECT_EQ(desk_->claim("guest-house", turn.conversation, "anna", 0).error().id,
              "desk.epoch.moved");
    ASSERT_TRUE(desk_->claim("guest-house", turn.conversation, "anna", 1));
    EXPECT_EQ(desk_->claim("guest-house", turn.conversation, "anna", 1)->epoch, 2); // his already
    EXPECT_EQ(desk_->claim("guest-house", turn.conversation, "berta", 2).error().id,
              "desk.conversation.owned");
    const auto taken =
        desk_->claim("guest-house", turn.conversation, "berta", 2, if_owned::take_over);
    EXPECT_EQ(taken->person, "berta");
    EXPECT_EQ(taken->epoch, 3);
    EXPECT_EQ(desk_->claim("shop", turn.conversation, "anna", 3).error().id,
              "desk.conversation.unknown");
}

TEST_F(ownership_table, a_reply_claims_in_the_same_step) {
    const auto turn = ask(1);
    const auto sent = desk_->reply("guest-house", reply(turn.conversation));
    ASSERT_TRUE(sent);
    EXPECT_EQ(owner(1).owner, owner_kind::person);
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::superseded);
    EXPECT_EQ(last_text(1), "Gladly.");
    EXPECT_EQ(count(view::waiting), 1);
}

TEST_F(ownership_table, a_reply_to_an_older_state_is_refused_and_the_same_reply_is_one) {
    const auto turn = ask(1);
    auto r = reply(turn.conversation);
    ask(1);
    EXPECT_EQ(desk_->reply("guest-house", r).error().id, "desk.messages.newer");
    r.if_seq = last_seq(turn.conversation);
    const auto first = desk_->reply("guest-house", r).value();
    EXPECT_EQ(desk_->reply("guest-house", r)->message, first.message);
    EXPECT_EQ(desk_->reply("guest-house", reply(turn.conversation, "berta", "c2")).error().id,
              "desk.conversation.owned");
}

TEST_F(ownership_table, a_note_is_for_staff_only) {
    const auto turn = ask(1);
    ASSERT_TRUE(desk_->note("guest-house", reply(turn.conversation)));
    EXPECT_EQ(seen(1).size(), 1u);
    EXPECT_EQ(shown(turn.conversation).at("messages").as_array().size(), 2u);
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::committed);
}

TEST_F(ownership_table, release_assign_and_return_belong_to_the_owner) {
    const auto id = ask(1).conversation;
    EXPECT_EQ(desk_->release("guest-house", id, "anna").error().id, "desk.conversation.of_ai");
    ASSERT_TRUE(desk_->claim("guest-house", id, "anna", 1));
    EXPECT_EQ(desk_->release("guest-house", id, "berta").error().id, "desk.conversation.owned");
    EXPECT_EQ(desk_->assign("guest-house", id, "anna", "berta")->person, "berta");
    EXPECT_EQ(desk_->release("guest-house", id, "berta")->owner, owner_kind::nobody);
    EXPECT_EQ(desk_->return_to_ai("guest-house", id, "anna", 0).error().id, "desk.epoch.moved");
    const auto back = desk_->return_to_ai("guest-house", id, "anna", owner(1).epoch).value();
    EXPECT_EQ(back.owner, owner_kind::ai);
    EXPECT_TRUE(last_text(1).starts_with("The assistant is answering again."));
    EXPECT_NE(ask(1).turn, "");
}

TEST_F(ownership_table, a_closed_conversation_opens_a_new_segment_with_the_next_message) {
    const auto turn = ask(1);
    EXPECT_EQ(desk_->close("guest-house", turn.conversation, "anna", "bored").error().id,
              "desk.close.reason");
    ASSERT_TRUE(desk_->close("guest-house", turn.conversation, "anna", "solved"));
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::superseded);
    EXPECT_EQ(count(view::closed), 1);
    const auto again = ask(1);
    EXPECT_EQ(again.conversation, turn.conversation);
    EXPECT_EQ(again.owner, owner_kind::ai);
    EXPECT_EQ(shown(turn.conversation).at("conversation").at("segment"), 2);
    EXPECT_EQ(finish(again, answer("answer")).value(), turn_result::committed);
}

TEST_F(ownership_table, a_visitor_silent_for_two_days_is_closed) {
    ASSERT_TRUE(finish(ask(1), answer("answer")));
    now_.advance(millis{48LL * 3600 * 1000});
    desk_->on_tick(now_.now());
    EXPECT_EQ(count(view::closed), 1);
}

TEST_F(ownership_table, the_kill_switch_hands_running_turns_over) {
    const auto running = ask(1);
    ASSERT_TRUE(finish(ask(2), answer("answer")));
    ASSERT_TRUE(desk_->on_kill("shop", ""));
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
    ASSERT_TRUE(desk_->on_kill("guest-house", ""));
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
    EXPECT_EQ(owner(2).owner, owner_kind::ai); // others at their next message
    EXPECT_EQ(finish(running, answer("answer")).value(), turn_result::superseded);
}

TEST_F(ownership_table, the_watchdog_hands_over_after_twenty_seconds) {
    const auto turn = ask(1);
    now_.advance(millis{19'999});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
    desk_->extend_turn(turn.turn, now_.now());
    now_.advance(millis{9'999});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::ai); // it is delivering text
    now_.advance(millis{1});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
    EXPECT_EQ(last_text(1), "I could not answer in time. A person will take over here.");
}

TEST_F(ownership_table, a_visitor_who_keeps_writing_does_not_put_the_watchdog_off) {
    ask(1);
    now_.advance(millis{15'000});
    ask(1);
    now_.advance(millis{5'000});
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
}

TEST_F(ownership_table, turns_left_open_by_a_crash_are_handed_over_at_the_start) {
    const auto turn = ask(1);
    restart();
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
    EXPECT_EQ(seen(1).back().message_kind_, events::message_kind::notice);
    EXPECT_EQ(finish(turn, answer("answer")).value(), turn_result::superseded);
}

TEST_F(ownership_table, the_watchdog_tries_again_when_the_store_was_away) {
    ask(1);
    now_.advance(millis{20'000});
    log_.set_down(true);
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::ai);
    log_.set_down(false);
    desk_->on_tick(now_.now());
    EXPECT_EQ(owner(1).owner, owner_kind::nobody);
}

TEST_F(ownership_table, a_message_that_cannot_be_stored_does_not_look_sent) {
    log_.set_down(true);
    const auto refused = ask(message(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "audit.store.down");
    EXPECT_TRUE(seen(1).empty());
    EXPECT_FALSE(desk_->look(key(1)).known);
}

TEST_F(ownership_table, a_german_visitor_reads_german) {
    auto m = message(1);
    m.lang = "de";
    ASSERT_TRUE(ask(m));
    now_.advance(millis{20'000});
    desk_->on_tick(now_.now());
    EXPECT_EQ(last_text(1), "Ich konnte nicht rechtzeitig antworten. Ein Mensch übernimmt hier.");
}

TEST_F(ownership_table, talk_to_a_person_hands_over_without_a_message) {
    ASSERT_TRUE(finish(ask(1), answer("answer")));
    std::optional<result<ownership>> out;
    const auto press = [&](int n) {
        desk_->ask_for_person("guest-house", key(n), [&](auto r) { out = std::move(r); });
        run();
        return *out;
    };
    EXPECT_EQ(press(1)->owner, owner_kind::nobody);
    EXPECT_EQ(press(1)->epoch, 2); // pressing again changes nothing
    EXPECT_EQ(press(2).error().id, "desk.conversation.unknown");
}

TEST_F(ownership_table, a_person_requested_elsewhere_becomes_a_conversation) {
    events::person_requested r;
    r.exchange_id = "exc_9";
    r.conversation_hash = key(5);
    r.visitor = visitor(5);
    r.cause = "provider_down";
    r.question = "Can I come late?";
    r.lang = "en";
    const auto e = events::make_event(r, {.at = now_.now(), .project = "guest-house"});
    ASSERT_TRUE(log_.commit({e}));
    EXPECT_EQ(owner(5).owner, owner_kind::nobody);
    EXPECT_EQ(last_text(5), "Can I come late?");
    EXPECT_EQ(count(view::needs_you), 1);
    const auto id = owner(5).conversation;
    restart();
    EXPECT_EQ(owner(5).conversation, id); // the same id, however often the log is read
    ASSERT_TRUE(desk_->reply("guest-house", reply(id)));
    EXPECT_EQ(seen(5).size(), 3u);
}

} // namespace
} // namespace servery::desk
