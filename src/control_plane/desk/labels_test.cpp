#include "control_plane/desk/desk_fixture_test.h"
#include "control_plane/desk/edit_share.h"
#include "control_plane/desk/label_queue.h"

#include <cmath>
#include <set>

namespace servery::desk {
namespace {

using events::label_sampling;
using events::label_verdict;

class labels : public desk_fixture {
  protected:
    // A message of visitor n that was answered; gives the message's id.
    std::string answered(int n, policy::turn_answer a = answer("answer")) {
        const auto turn = ask(n);
        EXPECT_TRUE(finish(turn, std::move(a)));
        return turn.message;
    }
    std::string next(const std::string& person = "anna") {
        const auto item = desk_->next_label("guest-house", person);
        return item.empty() ? "" : std::string(item.at("message").as_string());
    }
    std::string label(const std::string& message, label_verdict verdict, bool harm = false,
                      const std::string& person = "anna") {
        const auto done = desk_->record_label(
            "guest-house",
            {.message = message, .person = person, .verdict = verdict, .harm = harm});
        return done ? std::string(done->at("sampling").as_string()) : done.error().id;
    }
    // Labels the next message of the queue.
    void label_next(label_verdict verdict, bool harm = false) {
        EXPECT_EQ(label(next(), verdict, harm), "random");
    }
    events::fact fact(const std::string& key, const std::string& stage = "") {
        for (const auto& f : desk_->label_facts("guest-house"))
            if (f.key == key && f.stage == stage) return f;
        return {};
    }
};

TEST_F(labels, the_reviewer_sees_the_text_but_not_what_came_of_it) {
    answered(1, answer("hand_over"));
    const auto item = desk_->next_label("guest-house", "anna");
    EXPECT_EQ(item.at("answer"), "Yes, until ten.");
    EXPECT_EQ(item.at("text"), "Is breakfast included?");
    const auto text = json::write(item);
    for (const auto* hidden : {"hand_over", "confidence", "0.9", "delivered", "low_confidence"})
        EXPECT_EQ(text.find(hidden), std::string::npos) << hidden;
}

TEST_F(labels, the_context_is_what_came_before_and_no_more_than_two_turns) {
    for (int i = 0; i < 4; ++i)
        answered(1);
    settings_.label_share = 1;
    now_.advance(millis{7LL * 24 * 3600 * 1000});
    answered(1);
    json::object item;
    std::set<std::size_t> sizes;
    for (const auto* person : {"anna", "berta"}) {
        item = desk_->next_label("guest-house", person);
        ASSERT_FALSE(item.empty());
        sizes.insert(item.at("context").as_array().size());
    }
    EXPECT_EQ(sizes, (std::set<std::size_t>{0, 4}));
}

TEST_F(labels, a_label_is_an_audit_record_with_what_the_decision_said) {
    const auto message = answered(1);
    EXPECT_EQ(next(), message);
    const auto done = desk_->record_label(
        "guest-house",
        {.message = message, .person = "anna", .verdict = label_verdict::right, .seconds = 12});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->at("message").as_string(), message);
    EXPECT_EQ(done->at("verdict"), "right");
    EXPECT_EQ(done->at("sampling"), "random");
    const auto r = logged<events::label_recorded>().at(0);
    EXPECT_EQ(done->at("id").as_string(), r.label);
    EXPECT_EQ(r.variant, "ab12");
    EXPECT_EQ(r.stage, "p10");
    EXPECT_EQ(r.phase_at, "pilot");
    EXPECT_EQ(r.delivered, "answer");
    EXPECT_EQ(r.visitor, visitor(1));
    EXPECT_TRUE(r.eligible);
    EXPECT_EQ(r.q, 1.0);
    for (const auto& e : log_.all())
        if (events::is<events::label_recorded>(e)) {
            EXPECT_EQ(e.cls, events::record_class::audit);
            EXPECT_EQ(e.object_type, "label");
            EXPECT_EQ(e.object_id, r.label);
            EXPECT_EQ(e.by.id, "anna");
        }
    EXPECT_EQ(next(), "");
}

TEST_F(labels, a_message_is_locked_for_a_quarter_of_an_hour) {
    const auto message = answered(1);
    EXPECT_EQ(next("anna"), message);
    EXPECT_EQ(next("anna"), message);
    EXPECT_EQ(next("berta"), "");
    EXPECT_EQ(label(message, label_verdict::right, false, "berta"), "desk.label.locked");
    now_.advance(millis{15LL * 60 * 1000});
    EXPECT_EQ(next("berta"), message);
    EXPECT_EQ(label(message, label_verdict::right, false, "anna"), "desk.label.locked");
    EXPECT_EQ(label(message, label_verdict::right, false, "berta"), "random");
}

TEST_F(labels, the_third_skip_is_unsure) {
    const auto message = answered(1);
    for (const auto* person : {"anna", "berta", "carla"}) {
        EXPECT_EQ(next(person), message);
        ASSERT_TRUE(desk_->skip_label("guest-house", message, person));
        EXPECT_EQ(next(person), "");
    }
    EXPECT_EQ(logged<events::label_recorded>().at(0).verdict, label_verdict::unsure);
    EXPECT_EQ(desk_->skip_label("guest-house", "msg_none", "anna").error().id,
              "desk.label.message_unknown");
}

TEST_F(labels, what_a_person_chose_by_himself_is_targeted_and_counts_nowhere) {
    const auto message = answered(1);
    EXPECT_EQ(label(message, label_verdict::right), "targeted");
    EXPECT_TRUE(desk_->label_facts("guest-house").empty());
    EXPECT_EQ(next(), message); // still in the queue
    EXPECT_EQ(label("msg_none", label_verdict::right), "desk.label.message_unknown");
    EXPECT_EQ(label(message, label_verdict::right, true), "desk.label.harm_needs_wrong");
}

TEST_F(labels, accuracy_and_harm_follow_their_definitions) {
    for (int n = 1; n <= 6; ++n)
        answered(n);
    label_next(label_verdict::right);
    label_next(label_verdict::right);
    label_next(label_verdict::wrong, true);
    label_next(label_verdict::out_of_scope);
    label_next(label_verdict::missing);
    label_next(label_verdict::unsure);
    for (const auto* stage : {"", "p10"}) {
        const auto accuracy = fact("desk.answer_accuracy", stage);
        EXPECT_EQ(accuracy.n, 5);
        EXPECT_EQ(accuracy.sum, 2);
        EXPECT_EQ(accuracy.value, 0.4);
        EXPECT_EQ(accuracy.missing, 1);
        EXPECT_EQ(accuracy.variant, "ab12");
        EXPECT_EQ(accuracy.phase, "pilot");
        const auto harm = fact("desk.harm_rate", stage);
        EXPECT_EQ(harm.n, 5);
        EXPECT_EQ(harm.sum, 1);
    }
    EXPECT_EQ(fact("desk.answer_accuracy").note, "1 unsure, left out");
    // Emitted with each label; the last one stands in the log.
    const auto emitted = logged<events::fact>();
    ASSERT_GE(emitted.size(), 4u);
    EXPECT_EQ(emitted.back().n, 5);
}

TEST_F(labels, a_visitor_counts_once_with_his_first_verdict) {
    answered(1);
    label_next(label_verdict::wrong);
    now_.advance(millis{7LL * 24 * 3600 * 1000});
    answered(1);
    label_next(label_verdict::right);
    EXPECT_EQ(fact("desk.answer_accuracy").n, 1);
    EXPECT_EQ(fact("desk.answer_accuracy").sum, 0);
}

TEST_F(labels, a_later_label_corrects_the_earlier) {
    const auto message = answered(1);
    label_next(label_verdict::wrong);
    EXPECT_EQ(label(message, label_verdict::right), "random");
    EXPECT_EQ(fact("desk.answer_accuracy").sum, 1);
    EXPECT_EQ(fact("desk.answer_accuracy").n, 1);
}

TEST_F(labels, messages_that_were_handed_over_count_in_no_accuracy) {
    answered(1, answer("hand_over"));
    label_next(label_verdict::right);
    EXPECT_TRUE(desk_->label_facts("guest-house").empty());
}

TEST_F(labels, colleagues_sandbox_and_fallbacks_are_not_drawn) {
    auto m = message(1);
    m.staff = true;
    ASSERT_TRUE(finish(ask(m).value(), answer("answer")));
    auto sandbox = answer("answer");
    sandbox.phase = "sandbox";
    answered(2, sandbox);
    auto fallback = answer("fallback");
    fallback.recommended.clear();
    answered(3, fallback);
    EXPECT_EQ(next(), "");
    EXPECT_EQ(desk_->label_progress("guest-house").at("drawn"), 0);
}

TEST_F(labels, a_visitor_is_drawn_once_a_week) {
    // 2026-11-25 is a Wednesday: the week ends on Sunday night.
    for (int i = 0; i < 5; ++i)
        answered(1);
    EXPECT_EQ(desk_->label_progress("guest-house").at("drawn"), 1);
    const std::int64_t monday = 1'795'996'800'000;
    now_.set({monday});
    ASSERT_EQ(to_date(now_.now()), "2026-11-30");
    answered(1);
    EXPECT_EQ(desk_->label_progress("guest-house").at("drawn"), 2);
    now_.set({monday + 6LL * 86'400'000});
    answered(1);
    EXPECT_EQ(desk_->label_progress("guest-house").at("drawn"), 2);
}

TEST_F(labels, the_share_drawn_is_q_and_the_draw_survives_a_restart) {
    settings_.label_share = 0.3;
    constexpr int n = 600;
    for (int i = 0; i < n; ++i) {
        auto m = message(0);
        m.conversation = hash16{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)};
        m.visitor = m.conversation;
        ASSERT_TRUE(finish(ask(m).value(), answer(i % 2 == 0 ? "answer" : "hand_over")));
    }
    const auto drawn = desk_->label_progress("guest-house").at("drawn").as_int64();
    EXPECT_LT(std::abs(static_cast<double>(drawn) - 0.3 * n), 4 * std::sqrt(n * 0.3 * 0.7));
    settings_.label_share = 0.9; // a new share draws nothing anew
    restart();
    EXPECT_EQ(desk_->label_progress("guest-house").at("drawn").as_int64(), drawn);
}

TEST(draw, is_uniform_and_fixed_by_seed_and_message) {
    const hash32 seed{5};
    double sum = 0;
    constexpr int n = 4000;
    for (int i = 0; i < n; ++i) {
        const auto u = draw(seed, "msg_" + std::to_string(i));
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        sum += u;
    }
    EXPECT_NEAR(sum / n, 0.5, 4 / std::sqrt(12.0 * n));
    EXPECT_EQ(draw(seed, "msg_1"), draw(seed, "msg_1"));
    EXPECT_NE(draw(seed, "msg_1"), draw(hash32{6}, "msg_1"));
}

TEST(edit_share, is_edit_distance_in_code_points_over_the_longer_text) {
    EXPECT_EQ(edit_share("", ""), 0);
    EXPECT_EQ(edit_share("abc", "abc"), 0);
    EXPECT_EQ(edit_share("abc", ""), 1);
    EXPECT_EQ(edit_share("kitten", "sitting"), 3.0 / 7);
    EXPECT_EQ(edit_share("größe", "grösse"), 2.0 / 6);
    EXPECT_EQ(edit_share("äöü", "äöu"), 1.0 / 3);
}

TEST_F(labels, thumbs_stay_with_the_answer_and_belong_to_its_visitor) {
    const auto turn = ask(1);
    ASSERT_TRUE(finish(turn, answer("answer")));
    const auto answer_id = seen(1).back().message;
    std::optional<status> out;
    const auto give = [&](int n, thumb t) {
        desk_->feedback("guest-house", key(n), std::move(t), [&](status s) { out = s; });
        run();
        return out->has_value() ? std::string("ok") : out->error().id;
    };
    EXPECT_EQ(give(1, {.message = answer_id, .direction = "down", .reason = "wrong"}), "ok");
    EXPECT_EQ(shown(turn.conversation).at("messages").at(1).at("thumb"), "down");
    EXPECT_EQ(logged<events::feedback_given>().at(0).variant, "ab12");
    EXPECT_EQ(give(2, {.message = answer_id, .direction = "up"}), "desk.message.unknown");
    EXPECT_EQ(give(1, {.message = turn.message, .direction = "up"}), "desk.message.unknown");
    EXPECT_EQ(give(1, {.message = answer_id, .direction = "left"}), "desk.thumb.invalid");
}

} // namespace
} // namespace servery::desk
