#include "control_plane/plan/data/embedded.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/registry.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <sstream>

namespace servery::plan {
namespace {

std::string file_text(const std::string& path) {
    std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/" + path, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string faq() {
    return std::string(embedded_text("templates/faq-support.plan.yaml"));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

bool has_fault(const error& e, const std::string& where, const std::string& words) {
    const auto fits = [&](const error& f) {
        return f.where.find(where) != std::string::npos &&
               (f.message + " " + f.remedy).find(words) != std::string::npos;
    };
    if (fits(e)) return true;
    for (const auto& f : e.more)
        if (fits(f)) return true;
    return false;
}

std::string all_faults(const error& e) {
    auto out = to_line(e) + "\n";
    for (const auto& f : e.more)
        out += to_line(f) + "\n";
    return out;
}

TEST(load, the_embedded_data_are_the_files_byte_for_byte) {
    ASSERT_GE(embedded_files().size(), 10U);
    for (const auto& f : embedded_files())
        EXPECT_EQ(file_text("src/control_plane/plan/data/" + std::string(f.name)), f.text)
            << f.name << ": run tools/embed_files.py";
}

TEST(load, every_template_is_a_valid_plan) {
    for (const auto& id : template_ids()) {
        const auto plan = load_template(id);
        ASSERT_TRUE(plan) << id << "\n" << all_faults(plan.error());
        EXPECT_EQ(plan->typed.meta.template_, id);
        EXPECT_EQ(plan->typed.risks.size(), 15U);
        EXPECT_EQ(plan->typed.resources.size(), 14U);
    }
    EXPECT_EQ(load_template("nothing").error().id, "plan.template.unknown");
}

TEST(load, canonical_yaml_reads_back_as_the_same_tree_and_writes_the_same_bytes) {
    for (const auto& id : template_ids()) {
        const auto plan = load_template(id);
        ASSERT_TRUE(plan);
        const auto text = to_yaml(plan->tree);
        const auto again = load_yaml(text);
        ASSERT_TRUE(again) << all_faults(again.error());
        EXPECT_EQ(json::value(again->tree), json::value(plan->tree)) << id;
        EXPECT_EQ(to_yaml(again->tree), text) << id;
        EXPECT_EQ(content_hash(again->tree), content_hash(plan->tree));
        const auto from_json = load_tree(plan->tree);
        ASSERT_TRUE(from_json);
        EXPECT_EQ(to_yaml(from_json->tree), text);
    }
}

TEST(load, typed_members_hold_what_the_file_says) {
    const auto plan = load_template("faq-support");
    ASSERT_TRUE(plan);
    const auto& d = plan->typed;
    EXPECT_EQ(d.find_metric("accuracy")->targets.at("pilot").min_n, 82);
    EXPECT_EQ(d.fallbacks[0].steps, (std::vector<std::string>{"knowledge", "person", "fixed"}));
    EXPECT_EQ(d.find_risk("R-ACC-2")->signature->by, "named_owner");
    EXPECT_EQ(d.find_risk("R-ACC-2")->signature->covers_text, "accepts the duty");
    EXPECT_EQ(d.rollout.stages[0].min_dwell, "5d");
    EXPECT_EQ(d.in(phase::rollout).owner, "it-ops");
    EXPECT_EQ(plan->line_of("metrics[1].targets.pilot.rule"), 96);
    EXPECT_EQ(read_estimate(d.problem.baseline.minutes_each)->likely, 5);
}

struct broken {
    const char* name;
    const char* from;
    const char* to;
    const char* where;
    const char* words;
};

TEST(load, a_broken_plan_names_the_line_the_path_and_the_remedy) {
    const std::vector<broken> table{
        {"wrong word", "role: both", "role: owner", "organisation.role",
         "provider, deployer, both"},
        {"near word", "audience: customers", "audience: customer", "use_case.audience",
         "did you mean 'customers'?"},
        {"unknown key", "  sticky: visitor", "  stiky: visitor", "rollout.stiky",
         "did you mean 'sticky'?"},
        {"missing key", "  currency: EUR\n", "", "meta.currency", "missing"},
        {"wrong type", "staff: 20", "staff: many", "organisation.staff", "a whole number"},
        {"not whole", "staff: 20", "staff: 2.5", "organisation.staff", "a whole number"},
        {"too small", "retention_days: 90", "retention_days: -1", "privacy.retention_days",
         "at least 0"},
        {"too large", "percent: 100", "percent: 101", "rollout.stages[0].percent", "at most 100"},
        {"bad id", "id: faq-support", "id: FAQ support", "meta.id", "form"},
        {"bad currency", "currency: EUR", "currency: euro", "meta.currency", "form"},
        {"bad duration", "duration: 2w", "duration: two weeks", "phases[0].duration",
         "a duration such as"},
        {"short statement",
         "statement: Customers wait hours for answers to repeated questions "
         "and staff retype the same replies.",
         "statement: Too short", "problem.statement", "shorter than 20"},
        {"empty list", "languages: [en]", "languages: []", "use_case.languages", "at least 1"},
        {"twice in list", "languages: [en]", "languages: [en, en]", "use_case.languages[1]",
         "twice"},
        {"bad language", "languages: [en]", "languages: [English]", "use_case.languages[0]",
         "form"},
        {"two numbers", "N: [450, 600, 800]", "N: [450, 600]", "roi.inputs.N",
         "[low, likely, high]"},
        {"confidence", "confidence: 0.95", "confidence: 0.4", "confidence", "more than 0.5"},
        {"fact form", "from: desk.answer_accuracy", "from: shop.accuracy", "metrics[1].from",
         "form"},
        {"unknown fact", "from: desk.answer_accuracy", "from: desk.answer_acuracy",
         "metrics[1].from", "did you mean 'desk.answer_accuracy'?"},
        {"rule does not fit", "rule: lower_bound", "rule: count", "metrics[1].targets.pilot.rule",
         "lower_bound or noninferior"},
        {"upper for higher", "rule: lower_bound", "rule: upper_bound",
         "metrics[1].targets.pilot.rule", "does not fit"},
        {"unknown person", "owner: team-lead", "owner: team-leader", "phases[1].owner",
         "did you mean 'team-lead'?"},
        {"own deputy", "deputy: team-lead", "deputy: owner", "people[0].deputy", "own deputy"},
        {"same id", "id: solved", "id: accuracy", "metrics[2].id", "twice"},
        {"phases order", "  - id: sandbox\n    owner: owner", "  - id: pilot\n    owner: owner",
         "phases[0].id", "out of order"},
        {"phase cap", "id: p10\n      phase: pilot\n      percent: 10",
         "id: p10\n      phase: pilot\n      percent: 31", "rollout.stages[1].percent",
         "at most 30 %"},
        {"rollout cap",
         "id: r60\n      phase: rollout\n      percent: 60\n      topics: [general, "
         "order-status]",
         "id: r60\n      phase: rollout\n      percent: 100", "rollout.stages[3].percent",
         "fewer than all"},
        {"falls", "id: r60\n      phase: rollout\n      percent: 60",
         "id: r60\n      phase: rollout\n      percent: 20", "rollout.stages[3].percent", "falls"},
        {"steps", "id: p10\n      phase: pilot\n      percent: 10",
         "id: p10\n      phase: pilot\n      percent: 10.005", "rollout.stages[1].percent", "0.01"},
        {"stage order", "id: r30\n      phase: rollout", "id: r30\n      phase: sandbox",
         "rollout.stages[2].phase", "order of the phases"},
        {"unknown trigger", "rollback_on: [harm, error_rate]", "rollback_on: [harms]",
         "rollout.rollback_on[0]", "did you mean 'harm'?"},
        {"unknown text", "text: out_of_hours", "text: out_of_hour", "fallbacks[5].text",
         "did you mean 'out_of_hours'?"},
        {"unknown row", "covers: [C-TECH-1, C-TECH-2]", "covers: [C-TECH-9]", "covers[0]",
         "resource row"},
        {"range order", "volume_per_month: [450, 600, 800]", "volume_per_month: [800, 600, 450]",
         "problem.baseline.volume_per_month", "out of order"},
        {"seven decimals", "monthly_cap: 100", "monthly_cap: 100.0000001", "budget.monthly_cap",
         "six decimals"},
        {"zone", "timezone: Europe/Paris", "timezone: Europe/Atlantis", "meta.timezone", "IANA"},
        {"no such day", "start: null", "start: 2026-02-30", "phases[0].start", "not a date"},
        {"op without value", "op: ==\n        value: pass\n        max_age: 90d",
         "op: ==\n        max_age: 90d", "risks[0].evidence[0].value", "compare with"},
        {"answer", "answer: open", "answer: maybe", "risks[0].answer", "yes, no, na, open"},
        {"three phases", "  - id: production\n    owner: ops-lead",
         "  - id: produktion\n    owner: "
         "ops-lead",
         "phases[3].id", "did you mean 'production'?"},
    };
    for (const auto& row : table) {
        const auto plan = load_yaml(replaced(faq(), row.from, row.to));
        ASSERT_FALSE(plan) << row.name;
        EXPECT_TRUE(has_fault(plan.error(), row.where, row.words)) << row.name << "\n"
                                                                   << all_faults(plan.error());
    }
}

TEST(load, all_faults_come_at_once_in_the_order_of_the_file) {
    auto text = replaced(faq(), "role: both", "role: x");
    text = replaced(text, "staff: 20", "staff: many");
    text = replaced(text, "horizon_months: 12", "horizon_months: 99");
    const auto plan = load_yaml(text);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().where, "plan.yaml:15, organisation.staff");
    ASSERT_EQ(plan.error().more.size(), 2U) << all_faults(plan.error());
    EXPECT_EQ(plan.error().more[0].where, "plan.yaml:16, organisation.role");
    EXPECT_NE(plan.error().more[1].where.find("roi.horizon_months"), std::string::npos);
}

TEST(load, more_than_200_faults_are_cut) {
    std::string text = "api_version: servery/v1\n";
    for (int i = 0; i < 400; ++i)
        text += "wrong" + std::to_string(i) + ": 1\n";
    const auto plan = load_yaml(text);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().more.size(), 199U);
}

TEST(load, a_text_that_cannot_be_read_says_why) {
    const auto id = [](const std::string& text) {
        const auto plan = load_yaml(text);
        return plan ? std::string("read") : plan.error().id;
    };
    EXPECT_EQ(id(std::string(1'000'001, '#')), "plan.import.too_large");
    EXPECT_EQ(id("a: \xFF"), "plan.import.encoding");
    EXPECT_EQ(id("a: [1, 2"), "plan.import.syntax");
    EXPECT_EQ(id("- a\n- b\n"), "plan.import.syntax");
    EXPECT_EQ(id(""), "plan.import.syntax");
    EXPECT_EQ(id(replaced(faq(), "  title:", "  id: twice\n  title:")),
              "plan.import.duplicate_key");
    EXPECT_EQ(id("a: !secret x"), "plan.import.tag");
    EXPECT_EQ(id("a: !!binary aGk="), "plan.import.tag");
    EXPECT_EQ(id("a: &x [1]\nb: *x"), "plan.import.alias");
    EXPECT_EQ(id("a: &x [*x]"), "plan.import.alias");
    EXPECT_EQ(id(faq() + "---\nkind: Plan\n"), "plan.import.documents");
    EXPECT_EQ(id(replaced(faq(), "servery/v1", "servery/v2")), "plan.import.version");
    EXPECT_EQ(id("extra: " + std::string(40, '[') + std::string(40, ']')), "plan.import.too_large");
    EXPECT_EQ(id("extra: " + std::string(100'000, '[')), "plan.import.syntax");
    std::string many = "extra:\n";
    for (int i = 0; i < 10'001; ++i)
        many += "  k" + std::to_string(i) + ": 1\n";
    EXPECT_EQ(id(many), "plan.import.too_large");
    EXPECT_EQ(load_yaml("a: ok\nb: \xC3\x28").error().where, "plan.yaml, byte 9");
}

// Puts a group of keys in the place of each value in turn: no place of a plan takes anything.
void each_place(json::value& v, const std::string& path,
                const std::function<void(const std::string&)>& visit) {
    if (v.is_object()) {
        for (auto& [key, element] : v.get_object()) {
            const auto child = path.empty() ? std::string(key) : path + "." + std::string(key);
            auto kept = element;
            element = json::object{{"surprise", json::array{nullptr}}};
            visit(child);
            element = std::move(kept);
            each_place(element, child, visit);
        }
    } else if (v.is_array()) {
        for (auto& element : v.get_array())
            each_place(element, path + "[]", visit);
    }
}

TEST(load, no_place_of_a_plan_takes_a_value_of_another_shape) {
    const auto plan = load_template("marketing-drafts");
    ASSERT_TRUE(plan);
    json::value tree(plan->tree);
    int places = 0;
    each_place(tree, "", [&](const std::string& path) {
        ++places;
        if (places % 7 == 0) // a sample: each load checks the whole plan
            EXPECT_FALSE(load_tree(tree.get_object())) << path;
    });
    EXPECT_GT(places, 500);
}

TEST(load, words_of_yaml_1_1_stay_words) {
    const auto tree = parse_yaml("extra: {a: no, b: on, c: NO, d: 012, e: 2026-01-02, f: 1.0, "
                                 "g: 1e3, h: ~, i: .5, j: '1'}",
                                 "p");
    ASSERT_TRUE(tree);
    const auto& e = tree->root.at("extra").get_object();
    EXPECT_EQ(e.at("a"), json::value("no"));
    EXPECT_EQ(e.at("b"), json::value("on"));
    EXPECT_EQ(e.at("c"), json::value("NO"));
    EXPECT_EQ(e.at("d"), json::value("012"));
    EXPECT_EQ(e.at("e"), json::value("2026-01-02"));
    EXPECT_EQ(e.at("f"), json::value(1));
    EXPECT_EQ(e.at("g"), json::value(1000));
    EXPECT_TRUE(e.at("h").is_null());
    EXPECT_EQ(e.at("i"), json::value(0.5));
    EXPECT_EQ(e.at("j"), json::value("1"));
}

TEST(load, any_text_survives_the_canonical_form) {
    static const std::vector<std::string> hard{"",
                                               " ",
                                               "no",
                                               "NO",
                                               "~",
                                               "null",
                                               "1",
                                               "1.5",
                                               "0x1F",
                                               "1e5",
                                               "12:30:45",
                                               "2026-01-02",
                                               "- a",
                                               "a: b",
                                               "a #b",
                                               "#a",
                                               "'",
                                               "\"",
                                               "\\",
                                               "a\nb",
                                               "\r",
                                               "\t",
                                               "[a]",
                                               "{a}",
                                               "a,b",
                                               "%a",
                                               "@a",
                                               "`a",
                                               "!a",
                                               "&a",
                                               "*a",
                                               "|",
                                               ">",
                                               "?",
                                               ":",
                                               "-",
                                               "---",
                                               "...",
                                               "<<",
                                               "=",
                                               ".inf",
                                               "-.inf",
                                               ".nan",
                                               "+1",
                                               "1_000",
                                               "010",
                                               "0o7",
                                               "y",
                                               "Ærø",
                                               "a:",
                                               ":a",
                                               "a\x01",
                                               "a\x7F",
                                               "\xC2\x85",
                                               "\xE2\x80\xA8",
                                               "\xEF\xBB\xBF",
                                               "a ",
                                               " a",
                                               "\xF0\x9F\x98\x80",
                                               "\xC2\xA0",
                                               "a: ",
                                               "x]y"};
    json::object extra;
    json::array list;
    for (const auto& text : hard)
        list.push_back(json::value(text));
    extra["list"] = list;
    for (std::size_t i = 0; i < hard.size(); ++i)
        extra["k" + hard[i]] = json::value(hard[i]);
    json::object tree;
    tree["extra"] = extra;
    const auto back = parse_yaml(to_yaml(tree), "p");
    ASSERT_TRUE(back) << to_line(back.error()) << to_yaml(tree);
    EXPECT_EQ(json::value(back->root), json::value(tree)) << to_yaml(tree);
}

TEST(load, generated_texts_survive_the_canonical_form) {
    EXPECT_TRUE(rc::check("round trip", [] {
        const auto points = *rc::gen::container<std::vector<char>>(
            rc::gen::elementOf(std::string("ab:#-[]{},'\"\\ \n\r\t?!&*|>%@`0123456789.~=yn")));
        const std::string text(points.begin(), points.end());
        json::object tree;
        tree["extra"] = json::object{{"text", text}, {"list", json::array{text, text}}};
        const auto back = parse_yaml(to_yaml(tree), "p");
        RC_ASSERT(back.has_value());
        RC_ASSERT(json::value(back->root) == json::value(tree));
    }));
}

TEST(load, durations_step_the_calendar_and_clamp) {
    const auto day = [](const char* text) { return *date_of(text); };
    EXPECT_EQ(add_duration(day("2026-01-31"), "1mo"), day("2026-02-28"));
    EXPECT_EQ(add_duration(day("2024-02-29"), "1y"), day("2025-02-28"));
    EXPECT_EQ(add_duration(day("2026-12-15"), "2w"), day("2026-12-29"));
    EXPECT_EQ(*duration_of("1mo"), millis{2'629'800'000});
    EXPECT_EQ(duration_of("5 d").error().id, "plan.duration.invalid");
    EXPECT_EQ(date_of("2026-13-01").error().id, "plan.date.invalid");
}

TEST(registry, facts_and_tables_are_complete) {
    EXPECT_GT(facts().size(), 80U);
    EXPECT_EQ(checklist_rows().size(), 15U);
    EXPECT_EQ(resource_rows().size(), 14U);
    EXPECT_EQ(roadmap_rows().size(), 4U);
    EXPECT_EQ(wizard_rows().size(), 12U);
    EXPECT_EQ(find_fact("evaluation.quality.faithfulness")->kind, fact_kind::mean);
    EXPECT_EQ(find_fact("evaluation.quality.tone_of_voice")->ref, "evaluation.quality.*");
    EXPECT_EQ(find_fact("evaluation.quality."), nullptr);
    EXPECT_TRUE(find_fact("desk.harm_rate")->emitted);
    EXPECT_FALSE(find_fact("backup.restore_age")->emitted);
    EXPECT_EQ(nearest_fact("monitoring.answer_accuracy"), "desk.answer_accuracy");
}

// REQ: B-3
TEST(registry, templates_ask_what_the_checklist_asks) {
    for (const auto& id : template_ids()) {
        const auto plan = load_template(id);
        for (const auto& row : checklist_rows()) {
            const auto* risk = plan->typed.find_risk(row.id);
            ASSERT_NE(risk, nullptr) << row.id;
            EXPECT_EQ(risk->question, row.cells.at("question"));
            EXPECT_EQ(risk->phases, row.phases) << row.id;
        }
        for (const auto& row : resource_rows()) {
            const auto it = std::ranges::find(plan->typed.resources, row.id, &resource::id);
            ASSERT_NE(it, plan->typed.resources.end()) << row.id;
            EXPECT_EQ(it->details, row.cells.at("details"));
        }
    }
}

} // namespace
} // namespace servery::plan
