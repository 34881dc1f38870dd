// The built-in assistant behind the gateway: what is sent by itself, offered, kept as a draft or
// handed over, and where it must stay silent.
#include "data_plane/gateway/gateway_fixture.h"

#include <gtest/gtest.h>

#include <limits>

namespace servery::gateway {

namespace {

assistant::release_entry entry(std::string key, std::string question, std::string answer) {
    assistant::release_entry e;
    e.key = std::move(key);
    e.question = std::move(question);
    e.answer = std::move(answer);
    e.source_title = "House rules";
    e.source_locator = "https://house.example/rules";
    e.checked_on = "2026-01-02";
    return e;
}

std::shared_ptr<const assistant::knowledge_index> house() {
    assistant::release r;
    r.entries = {entry("breakfast", "When is breakfast served?", "Breakfast is from 7 to 10."),
                 entry("parking", "Where can I park my car?", "Parking is behind the house."),
                 entry("pets", "May I bring my dog?", "Dogs are welcome.")};
    r.id = assistant::release_id_of(r);
    return assistant::compile(r, {}).value();
}

constexpr auto breakfast =
    R"({"messages":[{"role":"user","content":"When is breakfast served?"}]})";

// The variant is the assistant itself.
struct assistant_world : gateway_world {
    // none: no calibration is active.
    explicit assistant_world(std::optional<double> t_answer, double t_ask = 0.30) {
        policy::provider_view faq;
        faq.id = "faq";
        faq.kind = "assistant";
        policy.providers.push_back(faq);
        policy.variants[0].targets = {{"faq", "verbatim"}};
        publish();
        auto serving = std::make_shared<assistant::assistant_serving>();
        serving->project = "shop";
        serving->index = house();
        if (t_answer)
            serving->active = assistant::thresholds{
                .calibration_id = "cal_1", .t_answer = *t_answer, .t_ask = t_ask};
        knowledge = std::move(serving);
    }
    answer ask(std::string body, bool inside = true, headers more = {}) {
        more.emplace_back("x-servery-visitor", visitor(inside));
        return chat(live_key, std::move(body), std::move(more));
    }
};

constexpr double never = std::numeric_limits<double>::infinity();

} // namespace

TEST(assistant, a_calibrated_answer_is_the_approved_text_with_its_source_and_label) {
    assistant_world w(0.0);
    const auto a = w.ask(breakfast);
    EXPECT_EQ(a.content(), "Breakfast is from 7 to 10.");
    EXPECT_EQ(a.header("x-servery-answered-by"), "faq");
    EXPECT_EQ(a.header("x-servery-label"), "1abe11abe11a");
    EXPECT_EQ(a.header("x-servery-cost"), "EUR 0.000000000");
    const auto& ours = a.json().at("servery").get_object();
    EXPECT_EQ(json::text_or(ours.at("sources").get_array()[0].get_object(), "title"),
              "House rules");
    EXPECT_EQ(w.row().decision, "answer");
    EXPECT_EQ(w.row().entries, "breakfast");
    EXPECT_EQ(w.row().answer, "Breakfast is from 7 to 10.");
    EXPECT_EQ(w.row().spend, events::spend_state::settled);
    EXPECT_EQ(w.count("decision.made"), 1u);
    EXPECT_EQ(w.count("label.shown"), 1u);
}

TEST(assistant, the_same_answer_streams) {
    assistant_world w(0.0);
    const auto a = w.ask(
        R"({"stream":true,"messages":[{"role":"user","content":"When is breakfast served?"}]})");
    EXPECT_NE(a.body.find("Breakfast is from 7 to 10."), std::string::npos);
    EXPECT_TRUE(a.body.ends_with("data: [DONE]\n\n"));
}

TEST(assistant, without_a_calibration_the_answer_waits_for_a_person) {
    assistant_world w(std::nullopt);
    const auto a = w.ask(breakfast);
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.body.find("7 to 10"), std::string::npos);
    EXPECT_EQ(a.header("x-servery-served"), "draft");
    EXPECT_EQ(a.header("x-servery-label"), "") << "a person answers";
    ASSERT_EQ(w.book.closed.size(), 1u);
    EXPECT_EQ(w.book.closed[0].outcome, "draft");
    EXPECT_EQ(w.book.closed[0].text, "Breakfast is from 7 to 10.");
    EXPECT_EQ(w.book.closed[0].recommended, "answer");
    EXPECT_EQ(w.book.closed[0].entries, std::vector<std::string>{"breakfast"});
    EXPECT_EQ(w.book.opened[0].channel, "api");
    EXPECT_EQ(w.count("person.requested"), 0u);
}

TEST(assistant, approve_keeps_a_calibrated_answer_too) {
    assistant_world w(0.0);
    w.policy.projects[0].autonomy = "approve";
    w.publish();
    EXPECT_EQ(w.ask(breakfast).header("x-servery-served"), "draft");
    EXPECT_EQ(w.book.closed.at(0).outcome, "draft");
}

TEST(assistant, the_sandbox_shows_the_behaviour_without_a_calibration) {
    assistant_world w(std::nullopt);
    const auto a = w.chat(w.sandbox_key, breakfast);
    EXPECT_EQ(a.content(), "Breakfast is from 7 to 10.");
    EXPECT_EQ(w.row().env, events::environment::sandbox);
    EXPECT_EQ(w.count("label.shown"), 1u) << "the label is proved before there is public traffic";
}

TEST(assistant, an_unsure_one_offers_choices_and_a_number_picks_one) {
    assistant_world w(never, 0.0);
    const gateway_world::headers talk{{"x-servery-conversation", "talk-1"}};
    const auto a = w.ask(
        R"({"messages":[{"role":"user","content":"breakfast and parking please"}]})", true, talk);
    const auto& ours = a.json().at("servery").get_object();
    ASSERT_TRUE(ours.contains("choices")) << a.body;
    const auto& choices = ours.at("choices").get_array();
    ASSERT_GE(choices.size(), 2u);
    EXPECT_EQ(a.header("x-servery-answered-by"), "ai");
    EXPECT_EQ(w.row().decision, "ask");
    const auto wanted = json::text_or(choices[1].get_object(), "key");
    const auto b = w.ask(R"({"messages":[{"role":"user","content":"2"}]})", true, talk);
    EXPECT_EQ(w.row().decision_reason, "choice");
    EXPECT_EQ(w.row().entries, wanted);
    EXPECT_NE(b.content(), "");
}

TEST(assistant, who_asks_for_a_person_gets_one) {
    assistant_world w(0.0);
    const auto a =
        w.ask(R"({"messages":[{"role":"user","content":"I want to talk to a person"}]})");
    EXPECT_EQ(a.content(), "A colleague will answer.");
    EXPECT_EQ(w.row().fallback_cause, "human_request");
    EXPECT_EQ(w.row().decision, "hand_over");
    EXPECT_EQ(w.count("person.requested"), 1u);
}

TEST(assistant, nobody_meets_it_by_the_back_door) {
    assistant_world w(0.0);
    w.policy.projects[0].fallbacks = {{"not_admitted", {"knowledge", "person", "fixed"}, ""},
                                      {"killed", {"knowledge", "fixed"}, ""}};
    w.publish();
    EXPECT_EQ(w.ask(breakfast, false).content(), "A colleague will answer.");
    w.kills.set_project("shop", policy::kill_word::killed);
    EXPECT_EQ(w.ask(breakfast).content(), "Please call us.");
    EXPECT_EQ(w.row().fallback_step, "fixed");
}

TEST(assistant, as_the_fallback_of_another_provider_it_answers_what_it_may) {
    assistant_world w(0.0);
    w.policy.variants[0].targets = {{"main", "large-1"}};
    w.publish();
    w.upstream.next = {dead()};
    const auto a = w.ask(breakfast);
    EXPECT_EQ(a.content(), "Breakfast is from 7 to 10.");
    EXPECT_EQ(w.row().fallback_cause, "provider_down");
    EXPECT_EQ(w.row().fallback_step, "knowledge");
    EXPECT_EQ(w.row().fallback_ref, "breakfast");
    EXPECT_EQ(a.header("x-servery-answered-by"), "faq");
    EXPECT_EQ(a.header("x-servery-label"), "1abe11abe11a");

    assistant_world unproven(std::nullopt);
    unproven.policy.variants[0].targets = {{"main", "large-1"}};
    unproven.publish();
    unproven.upstream.next = {dead()};
    EXPECT_EQ(unproven.ask(breakfast).content(), "A colleague will answer.");
}

TEST(assistant, without_published_knowledge_a_person_answers) {
    assistant_world w(0.0);
    w.knowledge = nullptr;
    EXPECT_EQ(w.ask(breakfast).content(), "A colleague will answer.");
    EXPECT_EQ(w.row().fallback_cause, "provider_down");
}

TEST(assistant, a_project_without_a_label_text_serves_nobody) {
    assistant_world w(0.0);
    std::erase_if(w.policy.projects[0].texts, [](const auto& t) { return t.key == "label"; });
    w.publish();
    const auto a = w.ask(breakfast);
    EXPECT_EQ(a.content(), "A colleague will answer.");
    EXPECT_EQ(w.row().reason, "label");
}

TEST(assistant, an_evaluation_sees_what_would_be_said) {
    assistant_world w(std::nullopt);
    turn_question q;
    q.project = "shop";
    q.turns = {{"user", "When is breakfast served?"}};
    q.purpose = events::purpose::evaluation;
    q.variant = w.policy.variants[0].hash;
    turn_reply said;
    start(w.gate->answer_turn(nullptr, std::move(q)), [&](turn_reply r) { said = std::move(r); });
    EXPECT_EQ(said.answer.outcome, "answer");
    EXPECT_EQ(said.answer.text, "Breakfast is from 7 to 10.");
    EXPECT_EQ(said.recommended, "answer");
    EXPECT_GT(said.answer.confidence, 0.5);
    EXPECT_EQ(said.row.cost_nano, 0);
}

} // namespace servery::gateway
