#include "control_plane/plan/lint.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/tables.h"
#include "control_plane/plan/wizard.h"

#include <gtest/gtest.h>

namespace servery::plan {
namespace {

const instant wednesday = *date_of("2026-11-25");

TEST(wizard, has_twelve_questions_of_less_than_fifteen_minutes) {
    const auto& all = wizard_questions();
    ASSERT_EQ(all.size(), 12U);
    int seconds = 0;
    for (const auto& q : all)
        seconds += q.seconds_target;
    EXPECT_LE(seconds, 900);
    EXPECT_EQ(all[0].choices.size(), 5U);
    EXPECT_EQ(all[5].id, "freedom");
}

TEST(wizard, enter_twelve_times_gives_a_valid_plan) {
    std::vector<std::string> notes;
    const auto plan = run_wizard({}, wednesday, "", &notes);
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->typed.in(phase::sandbox).start, "2026-11-30");
    EXPECT_EQ(plan->typed.in(phase::pilot).start, "2026-12-14");
    EXPECT_EQ(plan->typed.find_stage("p10")->percent, 30);
    EXPECT_EQ(plan->typed.in(phase::pilot).duration, "3mo");
    ASSERT_EQ(notes.size(), 3U);
    EXPECT_NE(notes[0].find("30 %"), std::string::npos);
}

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

TEST(wizard, shoestring_costs_nothing_outside_the_pilot) {
    const auto plan = run_wizard({}, wednesday, "shoestring");
    ASSERT_TRUE(plan) << to_line(plan.error());
    EXPECT_EQ(plan->typed.use_case.topics.size(), 1U);
    EXPECT_EQ(plan->typed.budget.per_phase.at("production"), 0);
    EXPECT_EQ(plan->typed.budget.per_phase.at("pilot"), 100);
}

TEST(tables, show_the_columns_of_the_templates) {
    const auto plan = load_template("faq-support");
    EXPECT_NE(show(plan->typed, table::roadmap).find("[ ] S1-1 Define the problem"),
              std::string::npos);
    EXPECT_NE(show(plan->typed, table::checklist, 160).find("[o]S [X]P [X]R [X]Pr"),
              std::string::npos);
    EXPECT_NE(show(plan->typed, table::resources, 160).find("C-TECH-1"), std::string::npos);
    EXPECT_NE(show(plan->typed, table::metrics, 140).find("accuracy"), std::string::npos);
    EXPECT_NE(show(plan->typed, table::money).find("100.00 EUR"), std::string::npos);
}

} // namespace
} // namespace servery::plan
