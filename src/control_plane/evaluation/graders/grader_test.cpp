#include "control_plane/evaluation/graders/grader.h"
#include "control_plane/evaluation/graders/values.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace servery::evaluation {
namespace {

grade graded(const std::string& spec_json, const answer_result& answer,
             std::string_view question = "", bool from_cache = false) {
    const auto spec = json::from_json<grader_spec>(*json::parse(spec_json));
    EXPECT_TRUE(spec) << spec_json;
    const auto made = compile(*spec);
    EXPECT_TRUE(made) << spec_json << " " << (made ? "" : to_line(made.error()));
    return (*made)(graded_answer{
        .answer = answer, .question = question, .lang = "en", .from_cache = from_cache});
}

bool passes(const std::string& spec_json, std::string text, std::string_view question = "") {
    answer_result a;
    a.text = std::move(text);
    return graded(spec_json, a, question).pass;
}

std::string fault_of(const std::string& spec_json) {
    const auto spec = json::from_json<grader_spec>(*json::parse(spec_json));
    const auto made = compile(*spec);
    return made ? "" : made.error().id;
}

TEST(grader, table_of_text_graders) {
    struct row {
        const char* spec;
        const char* text;
        bool pass;
    };
    const row rows[] = {
        {R"({"type":"equals","value":"Yes"})", "Yes", true},
        {R"({"type":"equals","value":"Yes"})", "yes", false},
        {R"({"type":"equals","value":{"a":[1,2]}})", " {\"a\": [1, 2]} ", true},
        {R"({"type":"equals","value":{"a":[1,2]}})", "{\"a\":[2,1]}", false},
        {R"({"type":"contains","value":"ten"})", "at ten", true},
        {R"({"type":"contains","value":"Ten"})", "at ten", false},
        {R"({"type":"contains","value":10})", "at 10", true},
        {R"({"type":"icontains","value":"ÖFFNUNG"})", "die Öffnungszeiten", true},
        {R"({"type":"icontains","value":"ten"})", "", false},
        {R"({"type":"contains_all","value":["a","b"]})", "b a", true},
        {R"({"type":"contains_all","value":"a, b"})", "a only", false},
        {R"({"type":"contains_any","value":"x, \"b, c\""})", "with b, c", true},
        {R"({"type":"icontains_any","value":["10","TEN"]})", "at ten", true},
        {R"({"type":"icontains_all","value":["10","TEN"]})", "at ten", false},
        {R"({"type":"starts_with","value":"Yes"})", "Yes, we do", true},
        {R"({"type":"starts-with","value":"Yes"})", "No. Yes", false},
        {R"({"type":"regex","value":"\\b1[0-6] ?to\\b"})", "10 to 16", true},
        {R"({"type":"not_contains","value":"ten"})", "at nine", true},
        {R"({"type":"not_regex","value":"[0-9]"})", "no digits", true},
        {R"({"type":"word_count","value":2})", "two words", true},
        {R"({"type":"word_count","value":{"min":3}})", "two words", false},
        {R"({"type":"levenshtein","value":"kitten","threshold":3})", "sitting", true},
        {R"({"type":"levenshtein","value":"kitten","threshold":2})", "sitting", false},
        {R"({"type":"levenshtein","value":"häuser","threshold":0})", "häuser", true},
        {R"({"type":"levenshtein","value":"häuser","threshold":0})", "hauser", false},
        {R"({"type":"is_json"})", "{\"a\":1}", true},
        {R"({"type":"is_json"})", "so: {\"a\":1}", false},
        {R"({"type":"contains_json","value":{"type":"object","required":["b"]}})",
         "first {\"a\":1} then {\"b\":2}", true},
        {R"({"type":"contains_json","value":{"type":"object","required":["c"]}})",
         "first {\"a\":1} then {\"b\":2}", false},
        {R"({"type":"is_refusal"})", "", true},
        {R"({"type":"is_refusal"})", "I'm sorry, but I can't share that.", true},
        {R"({"type":"not_is_refusal"})", "We open at ten.", true},
    };
    for (const auto& r : rows)
        EXPECT_EQ(passes(r.spec, r.text), r.pass) << r.spec << " on " << r.text;
}

TEST(grader, a_schema_is_checked_in_depth) {
    const std::string spec =
        R"({"type":"is_json","value":{"type":"object","properties":{"n":{"$ref":"#/$defs/count"},
        "tags":{"type":"array","items":{"type":"string","minLength":2}}},
        "additionalProperties":false,"$defs":{"count":{"type":"integer","minimum":0,"maximum":9}}}})";
    EXPECT_TRUE(passes(spec, R"({"n":3,"tags":["ab"]})"));
    EXPECT_FALSE(passes(spec, R"({"n":10})"));
    EXPECT_FALSE(passes(spec, R"({"n":1.5})"));
    EXPECT_FALSE(passes(spec, R"({"n":1,"tags":["a"]})"));
    EXPECT_FALSE(passes(spec, R"({"m":1})"));
    const std::string any =
        R"({"type":"is_json","value":{"anyOf":[{"const":1},{"pattern":"^a"}]}})";
    EXPECT_TRUE(passes(any, "1"));
    EXPECT_FALSE(passes(any, "\"b\""));
}

TEST(grader, bad_parameters_are_faults_of_the_import) {
    EXPECT_EQ(fault_of(R"({"type":"regex","value":"(?=x)y"})"), "eval.case.bad_regex");
    EXPECT_EQ(fault_of(R"({"type":"regex","value":"(a)\\1"})"), "eval.case.bad_regex");
    EXPECT_EQ(fault_of(R"({"type":"contians","value":"x"})"), "eval.case.bad_row");
    EXPECT_EQ(fault_of(R"({"type":"is_json","value":{"format":"date"}})"), "eval.case.bad_row");
    EXPECT_EQ(fault_of(R"({"type":"decision","value":"maybe"})"), "eval.case.bad_row");
    EXPECT_EQ(fault_of(R"({"type":"contains_any","value":[]})"), "eval.case.bad_row");
    EXPECT_EQ(fault_of(R"({"type":"latency"})"), "eval.case.bad_row");
    EXPECT_EQ(fault_of(R"({"type":"is_json","value":{"$ref":"#/nowhere"}})"), "eval.case.bad_row");
}

TEST(grader, covers_wants_the_words_and_every_number) {
    const std::string spec =
        R"({"type":"covers","value":["Breakfast is served from 7 to 10 am."]})";
    EXPECT_TRUE(passes(spec, "We serve breakfast between 7 and 10:00."));
    EXPECT_FALSE(passes(spec, "We serve breakfast between 8 and 10 am.")) << "a wrong number";
    EXPECT_FALSE(passes(spec, "From 7 to 10 am the pool is closed.")) << "the wrong subject";
    EXPECT_FALSE(passes(spec, ""));
    EXPECT_FALSE(passes(R"({"type":"covers","value":["here"]})", "We are upstairs."))
        << "a stop word alone still has to be said";
    answer_result cited;
    cited.text = "Please see below.";
    cited.citations = {{.entry = "breakfast", .text = ""}};
    EXPECT_TRUE(graded(R"({"type":"covers","value":["x y z"],"entry":"breakfast"})", cited).pass);
}

TEST(grader, facts_knows_an_amount_however_it_is_written) {
    answer_result a;
    a.text = "It costs EUR 1,000.50 and we open at 3:30 pm. Write to Info@Example.com.";
    a.citations = {{.entry = "price", .text = "1.000,50 €, ab 15:30 Uhr, info@example.com"}};
    EXPECT_TRUE(graded(R"({"type":"facts"})", a).pass);
    a.text += " A dog costs 15 euro.";
    const auto g = graded(R"({"type":"facts"})", a);
    EXPECT_FALSE(g.pass);
    EXPECT_DOUBLE_EQ(*g.score, 0.75);
    a.text = "We do not know.";
    EXPECT_EQ(graded(R"({"type":"facts"})", a).score, 1.0) << "nothing claimed";
    a.text = "Room 2 is free for 3 nights.";
    EXPECT_TRUE(graded(R"({"type":"facts"})", a, "free for 3 nights?").pass);
}

TEST(grader, latency_and_cost_are_ungraded_when_nothing_was_measured) {
    answer_result a;
    a.total_us = 1'500'000;
    EXPECT_TRUE(graded(R"({"type":"latency","value":2000})", a).pass);
    EXPECT_FALSE(graded(R"({"type":"latency","threshold":1000})", a).pass);
    EXPECT_TRUE(graded(R"({"type":"latency","value":2000})", a, "", true).ungraded());
    EXPECT_TRUE(graded(R"({"type":"cost","value":0.01})", a).ungraded());
    EXPECT_TRUE(graded(R"({"type":"not_cost","value":0.01})", a).ungraded());
    a.cost_nano = 2'000'000;
    EXPECT_TRUE(graded(R"({"type":"cost","value":0.01})", a).pass);
}

TEST(grader, a_case_passes_by_its_graders_or_by_its_threshold) {
    const auto of = [](const char* spec) {
        return *compile(*json::from_json<grader_spec>(*json::parse(spec)));
    };
    const std::vector<grader> graders{of(R"({"type":"contains","value":"a","weight":3})"),
                                      of(R"({"type":"contains","value":"b"})"),
                                      of(R"({"type":"contains","value":"z","weight":0})")};
    answer_result a;
    a.text = "a";
    const graded_answer seen{.answer = a, .question = "", .lang = "en"};
    const auto strict = grade_case(graders, std::nullopt, seen);
    EXPECT_FALSE(strict.pass);
    EXPECT_DOUBLE_EQ(*strict.score, 0.75);
    EXPECT_TRUE(grade_case(graders, 0.75, seen).pass);
    EXPECT_FALSE(grade_case(graders, 0.8, seen).pass);
}

RC_GTEST_PROP(grader, not_is_an_involution, (const std::string& text, const std::string& needle)) {
    grader_spec spec{.type = "contains", .value = json::string(needle)};
    grader_spec opposite = spec;
    opposite.type = "not_contains";
    answer_result a;
    a.text = text;
    const graded_answer seen{.answer = a, .question = "", .lang = ""};
    const auto one = (*compile(spec))(seen);
    const auto other = (*compile(opposite))(seen);
    RC_ASSERT(one.pass != other.pass);
    RC_ASSERT(*one.score + *other.score == 1.0);
}

TEST(values, numbers_times_and_addresses_have_one_form) {
    EXPECT_EQ(all_values("1.000,50"), (std::set<std::string>{"1000.5"}));
    EXPECT_EQ(all_values("1,000.50"), (std::set<std::string>{"1000.5"}));
    EXPECT_EQ(all_values("2.5"), (std::set<std::string>{"2.5"}));
    EXPECT_EQ(all_values("12:00 am or 3pm"), (std::set<std::string>{"00:00", "15:00"}));
    EXPECT_EQ(all_values("see https://Example.com/a."),
              (std::set<std::string>{"https://example.com/a"}));
}

} // namespace
} // namespace servery::evaluation
