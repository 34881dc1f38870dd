#include "data_plane/assistant/decide/decide.h"
#include "data_plane/assistant/decide/decision_record.h"
#include "data_plane/assistant/decide/serving.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace servery::assistant {
namespace {

std::shared_ptr<const knowledge_index> house() {
    release base;
    const auto add = [&](const char* key, const char* question, const char* answer) {
        release_entry e;
        e.key = key;
        e.question = question;
        e.answer = answer;
        e.topic = "house";
        base.entries.push_back(std::move(e));
    };
    add("checkin", "What time is check-in there?", "From 3:30pm to 9:00pm.");
    add("parking", "Is there a charge for parking?", "Parking is **10 GBP** per day.");
    add("pets", "Can I bring my pet?", "No, pets are not allowed.");
    add("wifi", "Is there wifi available?", "There is free wifi.");
    return *compile(base, {});
}

decision decided(std::string text, int misses = 0, std::vector<std::string> offered = {},
                 std::string lang = "") {
    query asked;
    asked.text = std::move(text);
    asked.misses = misses;
    asked.offered = std::move(offered);
    asked.lang_hint = std::move(lang);
    static const auto index = house();
    return decide(*index, sandbox_thresholds(), asked);
}

TEST(decide, reaches_every_reason) {
    EXPECT_EQ(decided("what time is check-in").why, reason::confident);
    EXPECT_EQ(decided("what time is check-in").key, "checkin");
    EXPECT_EQ(decided("can my pet sleep in the wifi room").why, reason::unsure);
    EXPECT_EQ(decided("2", 0, {"pets", "wifi"}).why, reason::choice);
    EXPECT_EQ(decided("Hello there!").why, reason::small_talk);
    EXPECT_EQ(decided("\xF0\x9F\x91\x8D").why, reason::starter);
    EXPECT_EQ(decided("I'd rather speak to a real person please").why, reason::human_request);
    EXPECT_EQ(decided("my son has a severe nut allergy").why, reason::sensitive);
    EXPECT_EQ(decided("is there parking", 2).why, reason::misses);
    EXPECT_EQ(decided("Wann gibt es bei Ihnen das Essen und wie viel kostet es?").why,
              reason::language);
    EXPECT_EQ(decided("write me a poem about quantum physics").why, reason::low_confidence);
    static const auto index = house();
    query asked;
    asked.text = "what time is check-in";
    EXPECT_EQ(
        decide(*index, sandbox_thresholds(), asked, std::chrono::steady_clock::time_point::min())
            .why,
        reason::timeout);
}

TEST(decide, takes_a_visitors_choice_by_number_or_by_its_words) {
    const auto by_number = decided("1", 0, {"pets", "wifi"});
    EXPECT_EQ(by_number.recommended, outcome::answer);
    EXPECT_EQ(by_number.key, "pets");
    EXPECT_TRUE(by_number.picked_by_visitor);
    EXPECT_EQ(decided("is there wifi available?", 0, {"pets", "wifi"}).why, reason::choice);
    EXPECT_NE(decided("3", 0, {"pets", "wifi"}).why, reason::choice);
    EXPECT_NE(decided("1").why, reason::choice);
}

TEST(decide, asks_with_at_most_three_choices_that_come_near_the_best) {
    const auto made = decided("can my pet sleep in the wifi room");
    ASSERT_EQ(made.recommended, outcome::ask);
    ASSERT_FALSE(made.choices.empty());
    EXPECT_LE(made.choices.size(), 3U);
    for (std::size_t i = 0; i < made.choices.size(); ++i)
        EXPECT_GE(made.top[i].score, 0.4 * made.top[0].score);
}

TEST(decide, knows_small_talk_only_as_a_whole_short_message) {
    EXPECT_EQ(small_talk_of("Thank you very much!"), small_talk::thanks);
    EXPECT_EQ(small_talk_of("Auf Wiedersehen"), small_talk::goodbye);
    EXPECT_EQ(small_talk_of("yes"), small_talk::greeting);
    EXPECT_FALSE(small_talk_of("hello is there parking"));
    EXPECT_FALSE(small_talk_of("thanks where is the car park"));
}

TEST(decide, hands_over_to_a_person_only_who_asks_for_one) {
    for (const char* text : {"can I talk to someone about my stay", "I want to speak with a human",
                             "Ich m\xC3\xB6"
                             "chte mit einem Menschen sprechen"})
        EXPECT_TRUE(asks_for_a_person(text)) << text;
    for (const char* text : {"do you pick people up from the airport",
                             "do your staff speak russian", "can someone dry clean my suit"})
        EXPECT_FALSE(asks_for_a_person(text)) << text;
}

TEST(decide, adds_the_projects_own_phrases_to_the_sensitive_ones) {
    const std::vector<std::string> more{"group * booking", "mold-"};
    EXPECT_TRUE(is_sensitive("we need a group discount booking", &more));
    EXPECT_TRUE(is_sensitive("there are molds in the bath", &more));
    EXPECT_FALSE(is_sensitive("there are towels in the bath", &more));
    EXPECT_TRUE(is_sensitive("You have charged my card twice!!"));
}

RC_GTEST_PROP(decide, is_pure_and_never_answers_unasked_without_a_threshold,
              (const std::string& noise)) {
    static const auto index = house();
    query asked;
    asked.text = *rc::gen::element<std::string>("what time is check-in", "parking cost", "pets?",
                                                "wifi", "hello", "") +
                 noise;
    thresholds never;
    ASSERT_EQ(never.t_answer, std::numeric_limits<double>::infinity());
    const auto once = decide(*index, never, asked);
    const auto again = decide(*index, never, asked);
    RC_ASSERT(once.recommended == again.recommended && once.why == again.why &&
              once.confidence == again.confidence && once.key == again.key);
    RC_ASSERT(once.recommended != outcome::answer || once.why == reason::small_talk);
    RC_ASSERT(once.confidence >= 0 && once.confidence <= 1);
}

TEST(record, keeps_the_decision_with_its_evidence) {
    static const auto index = house();
    query asked;
    asked.text = "what time is check-in";
    const auto made = decide(*index, sandbox_thresholds(), asked);
    const auto row = record_of(*index, made, "exc_1", "msg_1", "draft");
    EXPECT_EQ(row.recommended, "answer");
    EXPECT_EQ(row.reason, "confident");
    EXPECT_EQ(row.top.at(0), "checkin");
    EXPECT_EQ(row.release, index->release_id());
    EXPECT_EQ(row.features.size(), 11U);
    EXPECT_EQ(row.legs, "AB");
}

TEST(delivery, follows_the_plans_autonomy_and_the_calibration) {
    decision answer;
    answer.recommended = outcome::answer;
    answer.why = reason::confident;
    EXPECT_EQ(deliver(answer, autonomy::automatic, true), delivery::send);
    EXPECT_EQ(deliver(answer, autonomy::automatic, false), delivery::draft_for_person);
    EXPECT_EQ(deliver(answer, autonomy::approve, true), delivery::draft_after_approval);
    EXPECT_EQ(deliver(answer, autonomy::draft, true), delivery::suggestion);
    auto picked = answer;
    picked.picked_by_visitor = true;
    EXPECT_EQ(deliver(picked, autonomy::automatic, false), delivery::send);
    decision ask;
    ask.recommended = outcome::ask;
    EXPECT_EQ(deliver(ask, autonomy::automatic, false), delivery::choices);
    EXPECT_EQ(deliver(ask, autonomy::draft, true), delivery::suggestion);
    EXPECT_EQ(deliver(decision{}, autonomy::automatic, true), delivery::hand_over);
    EXPECT_EQ(autonomy_from("anything else"), autonomy::draft);
}

RC_GTEST_PROP(verbatim, sends_the_bytes_that_were_approved, (const std::string& answer)) {
    release base;
    release_entry e;
    e.key = "one";
    e.question = "the only question";
    e.answer = answer;
    e.source_title = "House book";
    base.entries.push_back(e);
    const auto index = compile(base, {});
    RC_ASSERT(index.has_value());
    decision made;
    made.recommended = outcome::answer;
    made.key = "one";
    made.release = (*index)->release_id();
    RC_ASSERT(verbatim(**index, made).text == answer);
    RC_ASSERT(verbatim(**index, made).sources.at(0).title == "House book");
    made.release = "kr_other";
    RC_ASSERT(verbatim(**index, made).text.empty());
    made.release = (*index)->release_id();
    made.recommended = outcome::ask;
    RC_ASSERT(verbatim(**index, made).text.empty());
}

TEST(verbatim, names_the_source_with_its_address_only_if_it_is_one) {
    release base;
    release_entry e;
    e.key = "one";
    e.question = "the only question";
    e.answer = "x";
    e.source_locator = "https://house.example/faq";
    e.checked_on = "2026-11-01";
    base.entries.push_back(e);
    const auto index = *compile(base, {});
    decision made;
    made.recommended = outcome::answer;
    made.key = "one";
    made.release = index->release_id();
    const auto sent = verbatim(*index, made);
    ASSERT_EQ(sent.sources.size(), 1U);
    EXPECT_EQ(sent.sources[0].url, "https://house.example/faq");
    EXPECT_EQ(sent.sources[0].checked_on, "2026-11-01");
}

TEST(render, keeps_the_subset_and_shows_everything_else_as_text) {
    EXPECT_EQ(render_html("Parking is **10 GBP** per *day*."),
              "<p>Parking is <strong>10 GBP</strong> per <em>day</em>.</p>");
    EXPECT_EQ(render_html("- a\n- b"), "<ul><li>a</li><li>b</li></ul>");
    EXPECT_EQ(render_html("[mail](mailto:a@b.c)"),
              "<p><a href=\"mailto:a@b.c\" rel=\"noopener noreferrer\">mail</a></p>");
    EXPECT_EQ(render_html("[x](javascript:alert(1))"), "<p>x</p>");
    EXPECT_EQ(render_html("a <b>b</b>"), "<p>a &lt;b&gt;b&lt;/b&gt;</p>");
    EXPECT_EQ(render_html("<script>alert(1)</script>"),
              "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    EXPECT_EQ(render_html("![alt](https://x/y.png)"), "<p>alt</p>");
}

TEST(serving_board, shows_a_reader_what_was_published_last) {
    serving_board board;
    serving_reader reader(board);
    EXPECT_EQ(reader.find("p"), nullptr);
    auto table = std::make_shared<serving_table>();
    auto serving = std::make_shared<assistant_serving>();
    serving->index = house();
    table->projects["p"][""] = serving;
    board.publish(table);
    ASSERT_NE(reader.find("p"), nullptr);
    EXPECT_EQ(reader.find("p", "kr_unknown"), nullptr);
    // Without an active calibration drafts are recommended by the sandbox's threshold.
    EXPECT_EQ(reader.find("p")->limits().t_answer, sandbox_t_answer);
}

} // namespace
} // namespace servery::assistant
