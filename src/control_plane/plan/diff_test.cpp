#include "control_plane/plan/diff.h"
#include "control_plane/plan/load.h"

#include <gtest/gtest.h>

#include <functional>

namespace servery::plan {
namespace {

using edit = std::function<void(json::object&)>;

std::vector<change> changes(const edit& make, const char* id = "faq-support") {
    const auto before = load_template(id);
    auto tree = before->tree;
    make(tree);
    const auto after = load_tree(tree);
    EXPECT_TRUE(after) << to_line(after.error());
    return diff(*before, *after);
}

json::object& row(json::object& tree, const char* list, const char* id) {
    for (auto& r : tree.at(list).get_array())
        if (json::text_or(r.get_object(), "id", json::text_or(r.get_object(), "when")) == id)
            return r.get_object();
    throw std::runtime_error(id);
}
json::object& stage(json::object& tree, const char* id) {
    return row(tree.at("rollout").get_object(), "stages", id);
}
json::object& target(json::object& tree, const char* metric, const char* phase) {
    return row(tree, "metrics", metric).at("targets").get_object().at(phase).get_object();
}
json::object& evidence(json::object& tree, const char* risk, std::size_t i) {
    return row(tree, "risks", risk).at("evidence").get_array()[i].get_object();
}

TEST(diff, equal_plans_have_no_changes) {
    EXPECT_TRUE(changes([](json::object&) {}).empty());
    EXPECT_TRUE(changes([](json::object& t) {
                    t.at("meta").get_object()["revision"] = 7;
                    row(t, "metrics", "accuracy")["locked_at"] = "2026-01-01";
                }).empty());
}

// REQ: K-1
TEST(diff, a_lowered_target_is_said_in_words) {
    const auto all =
        changes([](json::object& t) { target(t, "accuracy", "pilot")["value"] = 0.75; });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].words, "target of accuracy in pilot lowered from 80 % to 75 %");
    EXPECT_EQ(all[0].path, "metrics.accuracy.targets.pilot.value");
    EXPECT_EQ(all[0].op, "replace");
    EXPECT_EQ(all[0].effect, effect::loosens);
}

TEST(diff, an_inserted_row_is_one_change) {
    const auto all = changes([](json::object& t) {
        auto& people = t.at("people").get_array();
        people.insert(people.begin(), json::object{{"id", "anna"}, {"role", "Guest"}});
    });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].path, "people.anna");
    EXPECT_EQ(all[0].op, "add");
}

struct loosening {
    const char* name;
    edit make;
    effect expected;
};

TEST(diff, the_table_of_what_loosens_and_what_tightens) {
    const std::vector<loosening> table{
        {"target up", [](json::object& t) { target(t, "accuracy", "pilot")["value"] = 0.9; },
         effect::tightens},
        {"harm limit up", [](json::object& t) { target(t, "harm", "pilot")["value"] = 0.05; },
         effect::loosens},
        {"harm limit down", [](json::object& t) { target(t, "harm", "pilot")["value"] = 0.02; },
         effect::tightens},
        {"confidence down",
         [](json::object& t) { target(t, "accuracy", "pilot")["confidence"] = 0.9; },
         effect::loosens},
        {"min_n down", [](json::object& t) { target(t, "accuracy", "pilot")["min_n"] = 30; },
         effect::loosens},
        {"min_n gone", [](json::object& t) { target(t, "accuracy", "pilot").erase("min_n"); },
         effect::loosens},
        {"margin up", [](json::object& t) { target(t, "response", "pilot")["margin"] = 0.1; },
         effect::loosens},
        {"target gone",
         [](json::object& t) {
             row(t, "metrics", "accuracy").at("targets").get_object().erase("rollout");
         },
         effect::loosens},
        {"metric gone",
         [](json::object& t) {
             auto& list = t.at("metrics").get_array();
             list.erase(list.begin() + 2);
         },
         effect::loosens},
        {"guardrail off", [](json::object& t) { row(t, "metrics", "harm")["guardrail"] = false; },
         effect::loosens},
        {"percent up", [](json::object& t) { stage(t, "p10")["percent"] = 20; }, effect::loosens},
        {"percent down", [](json::object& t) { stage(t, "p10")["percent"] = 5; }, effect::tightens},
        {"dwell shorter", [](json::object& t) { stage(t, "p10")["min_dwell"] = "7d"; },
         effect::loosens},
        {"dwell in other words", [](json::object& t) { stage(t, "p10")["min_dwell"] = "2w"; },
         effect::neutral},
        {"dwell gone", [](json::object& t) { stage(t, "p10").erase("min_dwell"); },
         effect::loosens},
        {"shift off", [](json::object& t) { stage(t, "p10")["human_on_shift"] = false; },
         effect::loosens},
        {"topic added",
         [](json::object& t) { stage(t, "r30")["topics"] = json::array{"general", "x"}; },
         effect::loosens},
        {"topics all", [](json::object& t) { stage(t, "r30").erase("topics"); }, effect::loosens},
        {"visitor cap", [](json::object& t) { stage(t, "p10")["max_visitors"] = 50; },
         effect::tightens},
        {"approval asked", [](json::object& t) { stage(t, "r60")["approve"] = true; },
         effect::tightens},
        {"stage gone",
         [](json::object& t) {
             auto& list = t.at("rollout").get_object().at("stages").get_array();
             list.erase(list.begin() + 2);
         },
         effect::loosens},
        {"trigger gone",
         [](json::object& t) { t.at("rollout").get_object()["rollback_on"] = json::array{"harm"}; },
         effect::loosens},
        {"budget up",
         [](json::object& t) {
             t.at("budget").get_object().at("per_phase").get_object()["pilot"] = 101;
         },
         effect::loosens},
        {"cap gone", [](json::object& t) { t.at("budget").get_object().erase("monthly_cap"); },
         effect::loosens},
        {"hard stop off", [](json::object& t) { t.at("budget").get_object()["hard_stop"] = false; },
         effect::loosens},
        {"max_age up", [](json::object& t) { evidence(t, "R-SEC-2", 0)["max_age"] = "120d"; },
         effect::loosens},
        {"max_age down", [](json::object& t) { evidence(t, "R-SEC-2", 0)["max_age"] = "30d"; },
         effect::tightens},
        {"evidence weaker", [](json::object& t) { evidence(t, "R-SEC-2", 0)["value"] = 0.9; },
         effect::loosens},
        {"evidence stricter", [](json::object& t) { evidence(t, "R-REL-2", 0)["value"] = 5000; },
         effect::tightens},
        {"evidence gone",
         [](json::object& t) {
             auto& list = row(t, "risks", "R-SEC-2").at("evidence").get_array();
             list.erase(list.begin());
         },
         effect::loosens},
        {"mark gone",
         [](json::object& t) { row(t, "risks", "R-SEC-2")["phases"] = json::array{"rollout"}; },
         effect::loosens},
        {"signature gone",
         [](json::object& t) { row(t, "risks", "R-ACC-2")["signature"] = nullptr; },
         effect::loosens},
        {"row gone",
         [](json::object& t) {
             auto& list = t.at("risks").get_array();
             list.erase(list.begin());
         },
         effect::loosens},
        {"fallback gone",
         [](json::object& t) {
             auto& list = t.at("fallbacks").get_array();
             list.erase(list.begin());
         },
         effect::loosens},
        {"drill rarer",
         [](json::object& t) { row(t, "fallbacks", "provider_down")["drill_every"] = "180d"; },
         effect::loosens},
        {"drill gone",
         [](json::object& t) { row(t, "fallbacks", "provider_down").erase("drill_every"); },
         effect::loosens},
        {"person out of chain",
         [](json::object& t) { row(t, "fallbacks", "timeout")["do"] = json::array{"fixed"}; },
         effect::loosens},
        {"goes alone less",
         [](json::object& t) { t.at("use_case").get_object()["autonomy"] = "draft"; },
         effect::tightens},
        {"go easier",
         [](json::object& t) {
             t.at("roi").get_object().at("stop_rule").get_object()["go_above"] = 0.6;
         },
         effect::loosens},
        {"rule gone",
         [](json::object& t) {
             t.at("guidelines").get_object()["must_not"] = json::array{"claim to be human"};
         },
         effect::loosens},
        {"answer", [](json::object& t) { row(t, "risks", "R-SEC-2")["answer"] = "yes"; },
         effect::neutral},
        {"text", [](json::object& t) { t.at("meta").get_object()["title"] = "Other"; },
         effect::neutral},
    };
    for (const auto& entry : table) {
        const auto all = changes(entry.make);
        ASSERT_EQ(all.size(), 1U) << entry.name;
        EXPECT_EQ(all[0].effect, entry.expected) << entry.name << ": " << all[0].words;
    }
}

TEST(diff, autonomy_upwards_loosens) {
    const auto all =
        changes([](json::object& t) { t.at("use_case").get_object()["autonomy"] = "auto"; },
                "report-summary");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].effect, effect::loosens);
}

TEST(diff, a_new_order_of_stages_is_reported) {
    const auto all = changes([](json::object& t) {
        auto& list = t.at("reviews").get_array();
        std::swap(list[0], list[1]);
    });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].words, "order of reviews changed");
}

} // namespace
} // namespace servery::plan
