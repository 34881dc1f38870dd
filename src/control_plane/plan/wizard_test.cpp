#include "control_plane/plan/lint.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/wizard.h"
#include "control_plane/plan/wizard/terminal.h"

#include <gtest/gtest.h>

#include <sstream>

namespace servery::plan {
namespace {

const instant wednesday = *date_of("2026-11-25");

TEST(wizard, has_twelve_questions_of_less_than_fifteen_minutes) {
    const auto all = wizard_questions();
    ASSERT_EQ(all.size(), 12U);
    int seconds = 0;
    for (const auto& q : all)
        seconds += q.seconds_target;
    EXPECT_LE(seconds, 900);
    EXPECT_EQ(all[0].fields[0].choices.size(), 5U);
    EXPECT_EQ(all[5].id, "freedom");
}

TEST(wizard, enter_twelve_times_gives_a_valid_plan) {
    std::vector<std::string> notes;
    const auto plan = run_wizard({}, wednesday, "", &notes);
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->typed.in(phase::sandbox).start, "2026-11-30");
    EXPECT_EQ(plan->typed.in(phase::pilot).start, "2026-12-14");
    EXPECT_EQ(plan->typed.find_stage("p10")->percent, 30);
    EXPECT_EQ(plan->typed.in(phase::pilot).duration, "2mo");
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_NE(notes[0].find("30 %"), std::string::npos);
}

// REQ: A-R1
TEST(wizard, fills_in_the_sandbox_row_with_an_exact_count_and_tools_side_by_side) {
    const auto plan = load_template("faq-support");
    ASSERT_TRUE(plan);
    const auto& d = plan->typed;
    EXPECT_EQ(d.in(phase::sandbox).duration, "2w");
    EXPECT_EQ(d.in(phase::sandbox).owner, "owner");
    const auto& works = d.find_metric("poc")->targets.at("sandbox");
    EXPECT_EQ(works.rule, rule_kind::count);
    EXPECT_EQ(works.value, 5);
    EXPECT_EQ(works.min_n, 5);
    EXPECT_EQ(d.tools.size(), 3U); // two or three beside the built-in one
    EXPECT_EQ(d.tools[0].status, "control");
}

// REQ: SME-U1
TEST(wizard, each_use_has_its_template) {
    for (const auto& [use, id] :
         std::map<std::string, std::string>{{"faq_support", "faq-support"},
                                            {"marketing_drafts", "marketing-drafts"},
                                            {"report_summary", "report-summary"},
                                            {"internal_knowledge", "internal-knowledge"},
                                            {"custom", "custom"}}) {
        const auto plan = run_wizard({{"use", use}}, wednesday);
        ASSERT_TRUE(plan) << use << to_line(plan.error());
        EXPECT_EQ(plan->typed.meta.template_, id);
        EXPECT_EQ(plan->typed.use_case.type, use);
    }
}

TEST(wizard, answers_fill_the_plan) {
    const auto given = json::parse(R"({
        "id": "guest-house", "title": "Answer guests", "name": "Seaside Guest House",
        "who": {"audience": "customers", "languages": ["de"]},
        "today": {"volume": [100, 200, 300], "minutes": [1, 2, 3], "measured_days": 20},
        "never": {"out_of_scope": ["prices of groups"]},
        "people": [{"id": "anna", "hours": 5, "rate": 30}, {"id": "ben", "hours": 3}],
        "freedom": "approve",
        "data": {"legal_basis": "consent", "dpia": "screened"},
        "law": {"country": "DE", "sector": "hotel", "sensitive": true},
        "tools": [{"id": "mistral", "provider": "mistral", "model": "small"}],
        "money": {"pilot": 50, "confirm": true},
        "start": {"date": "2027-01-11"}})");
    ASSERT_TRUE(given);
    const auto plan = run_wizard(given->get_object(), wednesday);
    ASSERT_TRUE(plan) << to_line(plan.error());
    const auto& d = plan->typed;
    EXPECT_EQ(d.meta.id, "guest-house");
    EXPECT_EQ(d.meta.language, "de");
    EXPECT_EQ(d.people.size(), 2U);
    EXPECT_EQ(d.people[0].deputy, "ben");
    EXPECT_EQ(d.in(phase::production).owner, "ben");
    EXPECT_EQ(d.budget.approved_by, "anna");
    EXPECT_EQ(d.roi.stop_rule.signed_by, "anna");
    EXPECT_EQ(d.use_case.risk_class, "high");
    EXPECT_EQ(d.use_case.autonomy, "approve");
    EXPECT_EQ(d.tools.size(), 2U);
    EXPECT_EQ(read_estimate(d.roi.inputs.at("N"))->likely, 200);
    EXPECT_EQ(d.in(phase::sandbox).start, "2027-01-11");
    EXPECT_EQ(d.budget.per_phase.at("pilot"), 50);
}

TEST(wizard, answers_that_do_not_fit_are_named_together) {
    const auto plan = run_wizard({{"use", "chess"}, {"people", "anna"}}, wednesday);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().id, "plan.wizard.invalid");
    EXPECT_EQ(plan.error().where, "use");
    ASSERT_EQ(plan.error().more.size(), 1U);
    EXPECT_EQ(plan.error().more[0].where, "people");
}

// A fault's path and what to do, in the language that was asked for.
std::vector<std::string> faults_of(const char* answers, std::string_view question,
                                   std::string_view language = "en") {
    std::vector<std::string> out;
    for (const auto& e : check_answers(json::parse(answers)->get_object(), question, language))
        out.push_back(e.where + ": " + e.remedy);
    return out;
}

TEST(wizard, says_what_is_wrong_with_each_answer) {
    using list = std::vector<std::string>;
    EXPECT_EQ(faults_of(R"({"today": {"volume": [9, 2, 3]}})", "today"),
              list{"today.volume: write the three numbers from low to high"});
    EXPECT_EQ(faults_of(R"({"today": {"minutes": [-1, 2, 3]}})", "today"),
              list{"today.minutes: write 0 or more"});
    EXPECT_EQ(faults_of(R"({"today": 4})", "today"), list{"today: answer with its fields"});
    EXPECT_EQ(faults_of(R"({"start": {"date": "soon"}})", "start"),
              list{"start.date: write a day such as 2026-11-30"});
    EXPECT_EQ(
        faults_of(R"({"people": [{"id": "anna", "deputy": "anna"}, {"id": "anna"}]})", "people"),
        (list{"people[1].id: every short name may stand only once",
              "people[0].deputy: name one of the other people as the one who stands in"}));
    EXPECT_EQ(faults_of(R"({"money": {"go_above": 0.3, "stop_below": 0.4}})", "money"),
              list{"money.stop_below: the stop line must lie below the go line"});
    EXPECT_EQ(faults_of(R"({"who": {"languages": ["English"]}})", "who"),
              list{"who.languages: write languages as two letters, such as en or de"});
    EXPECT_EQ(faults_of(R"({"id": "Guest House"})", "use"),
              list{"id: use small letters, digits and hyphens"});
    EXPECT_TRUE(faults_of(R"({"today": {"volume": [1, 2, 3]}})", "today").empty());
    // another question's fault is not this one's
    EXPECT_TRUE(faults_of(R"({"start": {"date": "soon"}})", "today").empty());
}

TEST(wizard, speaks_german) {
    EXPECT_EQ(faults_of(R"({"start": {"date": "bald"}})", "start", "de"),
              std::vector<std::string>{"start.date: einen Tag wie 2026-11-30 schreiben"});
    const auto german = wizard_questions("de");
    EXPECT_EQ(german[0].question, "Was soll die KI für Sie tun?");
    EXPECT_EQ(wizard_questions("xx")[0].question, wizard_questions("en")[0].question);
    const auto plan =
        run_wizard(json::parse(R"({"who": {"languages": ["de"]}})")->get_object(), wednesday);
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_NE(plan->typed.texts.at("label").at("de").find("KI-Assistent"), std::string::npos);
}

TEST(wizard, has_a_reason_and_words_for_every_field_in_every_language) {
    for (const auto& language : wizard_languages())
        for (const auto& q : wizard_questions(language)) {
            EXPECT_GT(q.question.size(), 10U) << language << q.id;
            EXPECT_GT(q.why.size(), 30U) << language << " " << q.id;
            EXPECT_FALSE(q.fields.empty());
            for (const auto& f : q.fields) {
                EXPECT_FALSE(f.label.empty()) << language << " " << f.path;
                for (const auto& c : f.columns)
                    EXPECT_FALSE(c.label.empty()) << language << " " << c.path;
                for (const auto& c : f.choices)
                    EXPECT_FALSE(c.label.empty()) << language << " " << c.value;
            }
        }
}

TEST(wizard, offers_the_defaults_of_the_template_that_was_chosen) {
    const auto field = [](const json::object& answers, std::string_view path) {
        for (const auto& q : wizard_questions("en", answers))
            for (const auto& f : q.fields)
                if (f.path == path) return f.default_;
        return json::value("no such field");
    };
    EXPECT_EQ(field({}, "freedom"), "auto");
    EXPECT_EQ(field({{"use", "marketing_drafts"}}, "freedom"), "approve");
    EXPECT_EQ(field({}, "today.volume"), (json::value{450, 600, 800}));
    EXPECT_EQ(field({}, "law.country"), "EU");
    EXPECT_EQ(field({}, "money.pilot"), 100);
    EXPECT_TRUE(field({}, "start.date").is_null());
}

TEST(wizard, a_default_typed_in_again_changes_nothing) {
    json::object again;
    for (const auto& q : wizard_questions())
        for (const auto& f : q.fields)
            if (!f.default_.is_null()) set_answer(again, f.path, f.default_);
    EXPECT_TRUE(check_answers(again).empty());
    const auto typed = run_wizard(again, wednesday);
    const auto left = run_wizard({}, wednesday);
    ASSERT_TRUE(typed) << to_line(typed.error());
    EXPECT_EQ(typed->typed.roi.inputs, left->typed.roi.inputs);
    EXPECT_EQ(json::to_json(typed->typed.phases), json::to_json(left->typed.phases));
    EXPECT_EQ(json::to_json(typed->typed.metrics), json::to_json(left->typed.metrics));
    EXPECT_EQ(json::to_json(typed->typed.people), json::to_json(left->typed.people));
}

TEST(wizard, a_tool_with_a_price_enters_the_value_case) {
    const auto plan =
        run_wizard(json::parse(R"({"tools": [{"id": "a", "provider": "p", "model": "m"},
                         {"id": "b", "provider": "p", "model": "m", "monthly": 30,
                          "price_in": 0.5, "price_out": 2}]})")
                       ->get_object(),
                   wednesday);
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->typed.roi.inputs.at("subscription"), 30);
    EXPECT_EQ(plan->typed.roi.inputs.at("price_out"), 2);
}

// REQ: C-TIP
TEST(wizard, shoestring_costs_nothing_outside_the_pilot) {
    const auto plan = run_wizard({}, wednesday, "shoestring");
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->typed.use_case.topics.size(), 1U);
    EXPECT_EQ(plan->typed.budget.per_phase.at("production"), 0);
    EXPECT_EQ(plan->typed.budget.per_phase.at("pilot"), 100);
}

// What was typed at the prompts, one line each; the answers and what stood on the screen.
struct talk {
    wizard_end end = wizard_end::left;
    json::object answers;
    std::string screen;
    std::vector<std::size_t> kept; // questions answered at each keeping
};
talk type(const std::string& lines, std::string language = "en", json::object known = {}) {
    std::istringstream in(lines);
    std::ostringstream out;
    talk t;
    wizard_session with{in, out, std::move(language), std::move(known), [&](const json::object& a) {
                            t.kept.push_back(
                                static_cast<std::size_t>(json::int_or(a, "answered", 0)));
                        }};
    t.end = ask_in_terminal(with);
    t.answers = std::move(with.answers);
    t.screen = out.str();
    return t;
}

// Enter, so many times.
std::string enters(std::size_t n) {
    return std::string(n, '\n');
}
std::size_t field_count(std::size_t from = 0) {
    std::size_t n = 0;
    for (const auto& q : wizard_questions())
        if (static_cast<std::size_t>(q.n) > from) n += q.fields.size();
    return n;
}

TEST(wizard_terminal, enter_at_every_prompt_gives_the_plan_of_the_defaults) {
    const auto t = type(enters(field_count()));
    EXPECT_EQ(t.end, wizard_end::done);
    EXPECT_TRUE(t.answers.empty());
    EXPECT_EQ(t.kept.size(), 12U);
    EXPECT_NE(t.screen.find("12/12"), std::string::npos);
    EXPECT_NE(t.screen.find("[450, 600, 800]"), std::string::npos);
}

TEST(wizard_terminal, asks_again_what_does_not_fit_and_says_why) {
    // use, title, id; audience, languages; then the volume backwards and again
    const auto t = type("\n\n\n\n\n9 2 3\n\n\n2, 3, 9\n4\n\n" + enters(field_count(3)));
    EXPECT_EQ(t.end, wizard_end::done);
    EXPECT_NE(t.screen.find("! today.volume: write the three numbers from low to high"),
              std::string::npos);
    EXPECT_EQ(t.answers.at("today").at("volume"), (json::value{2.0, 3.0, 9.0}));
    EXPECT_EQ(t.answers.at("today").at("minutes"), 4.0);
}

TEST(wizard_terminal, goes_back_and_changes_an_earlier_answer) {
    const auto t = type("1\n\n\n<\n2\n\n\n" + enters(field_count(1)));
    EXPECT_EQ(t.end, wizard_end::done);
    EXPECT_EQ(t.answers.at("use"), "marketing_drafts");
    // the defaults after it are those of the template that was chosen then
    EXPECT_NE(t.screen.find("[10, 25, 40]"), std::string::npos);
}

TEST(wizard_terminal, can_be_left_and_gone_on_with) {
    const auto first = type("4\n\n\nq\n");
    EXPECT_EQ(first.end, wizard_end::left);
    EXPECT_EQ(json::int_or(first.answers, "answered", 0), 1);
    const auto second = type(enters(field_count(1)), "en", first.answers);
    EXPECT_EQ(second.end, wizard_end::done);
    EXPECT_EQ(second.answers.at("use"), "internal_knowledge");
    const auto first_of_twelve = second.screen.find("1/12");
    EXPECT_EQ(first_of_twelve, second.screen.find("11/12") + 1) << "the first is not asked again";
    EXPECT_EQ(type("").end, wizard_end::left); // the input ended
}

TEST(wizard_terminal, takes_people_row_by_row) {
    const auto t = type(enters(field_count() - field_count(4)) +
                        "anna, Anna Berg, Lead, 2, 40; ben, Ben, , 3\n" + enters(field_count(5)));
    ASSERT_EQ(t.end, wizard_end::done) << t.screen;
    const auto& people = t.answers.at("people").as_array();
    ASSERT_EQ(people.size(), 2U);
    EXPECT_EQ(people[0].at("rate"), 40.0);
    EXPECT_EQ(people[1].at("hours"), 3.0);
    EXPECT_TRUE(run_wizard(t.answers, wednesday));
}

} // namespace
} // namespace servery::plan
