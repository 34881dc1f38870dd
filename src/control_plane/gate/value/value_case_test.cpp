// From a plan to its value case: what is taken from where, and what is never invented.
#include "control_plane/gate/value/measured.h"
#include "control_plane/gate/value/value_facts.h"
#include "control_plane/gate/value/value_json.h"
#include "control_plane/gate/value/wizard_outcome.h"
#include "control_plane/plan/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace servery::gate {
namespace {

const instant today = *plan::date_of("2026-11-25");

plan::plan_document faq(const std::function<void(json::object&)>& edit = [](json::object&) {}) {
    auto tree = plan::load_template("faq-support")->tree;
    edit(tree);
    auto plan = plan::load_tree(std::move(tree));
    EXPECT_TRUE(plan) << to_line(plan.error());
    return *plan;
}

json::object& child(json::object& o, const char* key) {
    return o.at(key).get_object();
}

value_case value(const plan::plan_document& plan,
                 const value_question& asked = {
                     .set = {}, .months = {}, .ladder = {}, .measured = {}}) {
    auto v = value_of(plan, asked);
    EXPECT_TRUE(v) << to_line(v.error());
    return *v;
}

TEST(plan_inputs, what_the_plan_does_not_say_follows_from_people_tools_and_rows) {
    const auto in = inputs_of(faq());
    EXPECT_EQ(in.given.at("wage_owner").range.likely, 40); // the budget's holder
    EXPECT_EQ(in.given.at("wage_h").range.likely, 28);     // the plan's own, not the people's mean
    EXPECT_EQ(in.origin.at("wage_h"), "plan");
    EXPECT_EQ(in.origin.at("wage_owner"), "people");
    EXPECT_EQ(in.given.at("subscription").range.likely, 50); // C-TECH-1
    // 45 minutes for each of the four people who see answers
    EXPECT_DOUBLE_EQ(in.given.at("training_hours").range.likely, 3);
    // sandbox of two weeks: 2 h a week, 10 h, a third of 5 h, half of 4 h
    EXPECT_NEAR(in.given.at("setup_hours").range.likely, 4 + 10 + 5.0 / 3 + 2, 1e-9);
    EXPECT_FALSE(in.given.contains("hosting"));
}

TEST(plan_inputs, the_card_of_the_chosen_tool_gives_the_prices) {
    const auto in = inputs_of(faq([](json::object& t) {
        t.at("tools").get_array().push_back(
            json::parse(R"({"id": "x", "provider": "p", "model": "m", "status": "chosen",
                            "price": {"monthly": 20, "price_in": 0.5, "price_out": 2}})")
                .value());
    }));
    EXPECT_EQ(in.given.at("subscription").range.likely, 20);
    EXPECT_EQ(in.origin.at("price_out"), "tool card");
}

TEST(plan_inputs, the_ladder_is_time_at_an_exposure) {
    const auto plan = faq();
    const auto& d = plan.typed;
    const auto pilot = phase_segments(d, plan::phase::pilot);
    ASSERT_EQ(pilot.size(), 2U); // staff for five days, then 10 % for the rest of the month
    EXPECT_EQ(pilot[0].exposure, 0);
    EXPECT_NEAR(pilot[0].months, 5 / 30.4375, 1e-9);
    EXPECT_DOUBLE_EQ(pilot[1].exposure, .1);
    EXPECT_NEAR(pilot[0].months + pilot[1].months, 1, 1e-9);
    // one of two topics at 30 %
    EXPECT_DOUBLE_EQ(stage_exposure(d, *d.find_stage("r30")), .15);
    EXPECT_DOUBLE_EQ(stage_exposure(d, *d.find_stage("full")), 1);
    EXPECT_EQ(phase_segments(d, plan::phase::sandbox)[0].exposure, 0);
    EXPECT_EQ(phase_months(d, plan::phase::production), 12);
}

TEST(value_case, a_missing_input_is_named_and_never_zero) {
    const auto v =
        value(faq([](json::object& t) { child(child(t, "roi"), "inputs").erase("hours_kb"); }));
    EXPECT_EQ(v.incomplete, std::vector<std::string>{"hours_kb"});
    EXPECT_FALSE(v.known);
    const auto out = to_json(v);
    for (const auto* name : {"month", "project", "mc", "forward", "breakeven", "stop_rule"})
        EXPECT_TRUE(out.at(name).is_null()) << name;
    EXPECT_FALSE(out.at("inputs").as_array().empty());
}

TEST(value_case, a_name_that_is_no_input_is_a_fault) {
    const auto plan =
        faq([](json::object& t) { child(child(t, "roi"), "inputs")["hours_kbb"] = 2; });
    const auto v = value_of(plan, {.set = {}, .months = {}, .ladder = {}, .measured = {}});
    ASSERT_FALSE(v);
    EXPECT_EQ(v.error().id, "economics.input.unknown");
}

TEST(value_case, what_was_measured_stands_beside_the_guess_and_takes_its_place) {
    value_question asked{.set = {}, .months = {}, .ladder = {}, .measured = {}};
    asked.measured.push_back(
        {.name = "resolve", .n = 400, .good = 300, .source = "monitoring.handed_over"});
    asked.cost_a_conversation = .02;
    const auto out = to_json(value(faq(), asked));
    for (const auto& row : out.at("inputs").as_array())
        if (row.at("name") == "resolve") {
            EXPECT_EQ(row.at("basis"), "measured");
            EXPECT_EQ(row.at("n"), 400);
            EXPECT_DOUBLE_EQ(row.at("measured").at("value").to_number<double>(), .75);
            EXPECT_EQ(row.at("guess").as_array()[1].to_number<double>(), .45);
            EXPECT_GT(row.at("used").to_number<double>(), .7);
        } else if (row.at("name") == "N") {
            EXPECT_EQ(row.at("basis"), "guess");
            EXPECT_TRUE(row.at("measured").is_null());
        }
    EXPECT_GT(value(faq(), asked).known->full_month.tokens, 0);
    EXPECT_EQ(value(faq()).known->full_month.tokens, 0);
}

TEST(value_case, money_is_a_decimal_text_and_unknown_is_null) {
    EXPECT_EQ(money_text(-142.31), "-142.310000");
    EXPECT_TRUE(money_text(std::optional<double>{}).is_null());
    EXPECT_TRUE(money_text(std::nan("")).is_null());
    EXPECT_TRUE(money_text(1e300).is_null());
}

TEST(value_case, once_the_pilot_runs_the_set_up_is_spent_and_left_out) {
    value_question asked{.set = {}, .months = {}, .ladder = {}, .measured = {}};
    const auto before = value(faq(), asked).known->forward_npv;
    asked.phase = plan::phase::pilot;
    const auto running = value(faq(), asked).known->forward_npv;
    EXPECT_GT(running, before + 500);
}

TEST(money, hours_stand_apart_from_cash_and_a_budget_line_is_not_added) {
    const auto phases = money_of(faq(), {.set = {}, .months = {}, .ladder = {}, .measured = {}});
    ASSERT_EQ(phases.size(), 4U);
    // 50 a month for one month; C-BUD-1 covers the same money
    EXPECT_NEAR(phases[1].cost.likely.cash, 50, 1e-9);
    EXPECT_NEAR(phases[3].cost.likely.cash, 600, 1e-9);
    EXPECT_GT(phases[1].cost.likely.hours, 20);
    EXPECT_NEAR(phases[1].cost.hours_p80, phases[1].cost.likely.hours, 1e-9); // all are points
    EXPECT_TRUE(phases[1].within_budget());
    const auto out = to_json(phases, faq().typed);
    EXPECT_EQ(out.at("phases").as_array()[1].at("cash"), "50.000000");
}

TEST(money, a_guess_about_volume_is_not_needed_to_know_what_a_phase_costs) {
    const auto plan = faq([](json::object& t) { child(t, "roi")["inputs"] = json::object{}; });
    EXPECT_EQ(money_of(plan, {.set = {}, .months = {}, .ladder = {}, .measured = {}}).size(), 4U);
}

TEST(questions, of_the_api_are_read_or_refused_by_name) {
    const auto id = [](const char* text) {
        const auto q = question_of(json::parse(text)->get_object());
        return q ? std::string() : q.error().id;
    };
    EXPECT_EQ(id(R"({"inputs": {"N": 3, "resolve": [0.1, 0.2, 0.3]}, "months": 24, "n": 10})"), "");
    EXPECT_EQ(id(R"({"inputs": {"N": "many"}})"), "economics.input.form");
    EXPECT_EQ(id(R"({"inputs": [1]})"), "economics.input.form");
    EXPECT_EQ(id(R"({"ladder": [[1]]})"), "economics.input.form");
    EXPECT_EQ(id(R"({"ladder": [[1, 2]]})"), "economics.input.form");
    EXPECT_EQ(id(R"({"months": 0})"), "economics.horizon.invalid");
    EXPECT_EQ(id(R"({"n": 100001})"), "economics.input.range");
    EXPECT_EQ(id(R"({"view": "rosy"})"), "economics.input.form");
}

events::fact fact(std::string key, std::int64_t n, double sum) {
    events::fact f{.key = std::move(key), .variant = "v", .phase = "pilot"};
    f.n = n;
    f.sum = sum;
    f.as_of = today;
    f.usable = n > 0;
    return f;
}

TEST(measured, facts_become_measurements_of_the_inputs_they_belong_to) {
    fact_store facts;
    facts.apply("p", fact("monitoring.handed_over", 200, 50));
    facts.apply("p", fact("desk.harm_rate", 60, 1));
    auto volume = fact("monitoring.ai_share", 900, 700);
    volume.variant.clear();
    volume.window_from = today - millis{30LL * 86'400'000};
    facts.apply("p", volume);
    const auto open_for = [&](std::int64_t days) {
        std::map<std::string, measured_input> out;
        for (const auto& m :
             measured_inputs(facts, "p", "v", today - millis{days * 86'400'000}, today))
            out[m.name] = m;
        return out;
    };
    const auto m = open_for(60);
    EXPECT_EQ(m.at("resolve").good, 150);
    EXPECT_EQ(m.at("resolve").n, 200);
    EXPECT_EQ(m.at("harm_rate").good, 1);
    EXPECT_DOUBLE_EQ(m.at("N").days, 30);
    // ten days old: the month is not over, and the guess stays
    EXPECT_DOUBLE_EQ(open_for(10).at("N").days, 10);
    EXPECT_TRUE(measured_inputs(facts, "other", "v", today, today).empty());
}

TEST(wizard_outcome, ends_with_the_date_of_the_decision_and_one_next_step) {
    const auto out = wizard_outcome({}, today, "", "en");
    ASSERT_TRUE(out) << to_line(out.error());
    std::string date;
    for (const auto& g : out->at("reachability").at("gates").as_array())
        if (g.at("phase") == "pilot") {
            EXPECT_TRUE(g.at("decidable").as_bool());
            date = json::text_or(g.as_object(), "date80").substr(0, 10);
        }
    EXPECT_NE(json::text_or(*out, "headline").find(date), std::string::npos);
    EXPECT_EQ(out->at("notes").as_array().size(), 2U);
    EXPECT_EQ(out->at("forecast").at("phases").as_array().size(), 4U);
    EXPECT_FALSE(json::text_or(out->at("next").as_object(), "words").empty());
    const auto text = outcome_text(*out);
    EXPECT_NE(text.find(date), std::string::npos);
    EXPECT_NE(text.find("next: "), std::string::npos);
    EXPECT_NE(json::text_or(*wizard_outcome({}, today, "", "de"), "headline").find("entschieden"),
              std::string::npos);
}

TEST(wizard_outcome, a_sensitive_area_asks_for_a_lawyer_first) {
    const auto out = wizard_outcome(
        json::parse(R"({"law": {"country": "DE", "sensitive": true}})")->get_object(), today, "",
        "en");
    ASSERT_TRUE(out);
    EXPECT_EQ(out->at("next").at("what"), "legal");
}

const events::fact* of_key(const std::vector<events::fact>& all, std::string_view key) {
    const auto it = std::ranges::find(all, key, &events::fact::key);
    return it == all.end() ? nullptr : &*it;
}

value_question at(std::optional<plan::phase> phase) {
    value_question asked;
    asked.phase = phase;
    return asked;
}

TEST(value_facts, say_what_the_case_says) {
    const auto plan = faq();
    const auto asked = at(plan::phase::pilot);
    const auto facts = value_facts(plan, asked, "ab12", today);
    const auto* chance = of_key(facts, "economics.p_npv_positive");
    ASSERT_NE(chance, nullptr);
    EXPECT_EQ(chance->value, value_of(plan, asked)->known->forward.p_positive);
    EXPECT_EQ(chance->variant, "ab12");
    EXPECT_EQ(chance->phase, "pilot");
    EXPECT_EQ(chance->n, economics::usual_draws);
    // Three months of rollout with a subscription of 50 and nothing that varies.
    EXPECT_NEAR(*of_key(facts, "economics.next_phase_forecast_p80")->value, 150, 1e-6);
}

TEST(value_facts, the_next_phase_of_a_draft_is_the_sandbox_and_production_has_none) {
    const auto draft = value_facts(faq(), at({}), "", today);
    EXPECT_EQ(of_key(draft, "economics.next_phase_forecast_p80")->note.substr(0, 8), "sandbox:");
    const auto last = value_facts(faq(), at(plan::phase::production), "", today);
    EXPECT_EQ(of_key(last, "economics.next_phase_forecast_p80"), nullptr);
}

TEST(value_facts, a_case_that_lacks_an_input_is_not_usable_and_says_which) {
    const auto facts = value_facts(
        faq([](json::object& t) { child(child(t, "roi"), "inputs").erase("hours_kb"); }),
        at(plan::phase::sandbox), "", today);
    const auto* chance = of_key(facts, "economics.p_npv_positive");
    EXPECT_FALSE(chance->usable);
    EXPECT_FALSE(chance->value);
    EXPECT_EQ(chance->why_not, "inputs are missing: hours_kb");
    // What a phase costs in cash does not depend on it.
    EXPECT_TRUE(of_key(facts, "economics.next_phase_forecast_p80")->usable);
}

} // namespace
} // namespace servery::gate
