#include "control_plane/plan/lint_fixture.h"
#include "control_plane/plan/reachability.h"

namespace servery::plan {
namespace {

TEST(lint, the_first_plan_has_nothing_that_blocks) {
    const auto plan = first_plan();
    for (const auto* gate : {"G0", "G1", "G2", "G3"})
        EXPECT_TRUE(blockers(plan, gate, today).empty())
            << lint_text(blockers(plan, gate, today), "first.plan.yaml");
}

// REQ: S1-1
TEST(lint, l1_asks_for_a_problem_that_can_be_counted) {
    EXPECT_TRUE(found("L1", first_plan()).empty());
    const auto no_unit = first_plan(
        [](json::object& t) { group(t, "problem").at("baseline").get_object()["unit"] = " "; });
    ASSERT_EQ(found("L1", no_unit).size(), 1U);
    EXPECT_EQ(found("L1", no_unit)[0].gate, "G0");
    EXPECT_EQ(found("L1", no_unit)[0].path, "problem.baseline.unit");
    const auto no_volume = first_plan([](json::object& t) {
        group(t, "problem").at("baseline").get_object()["volume_per_month"] = 0;
    });
    EXPECT_EQ(found("L1", no_volume).size(), 1U);
    const auto all_in =
        first_plan([](json::object& t) { group(t, "problem")["out_of_scope"] = json::array{""}; });
    EXPECT_EQ(found("L1", all_in).size(), 1U);
    const auto two_jobs = first_plan([](json::object& t) {
        group(t, "problem")["statement"] = "Answer questions of guests and write the newsletter.";
    });
    EXPECT_EQ(found("L1", two_jobs).size(), 1U);
}

TEST(lint, l3_names_facts_that_nobody_measures_and_the_gate_that_would_wait) {
    EXPECT_TRUE(found("L3", first_plan()).empty());
    const auto plan = load_template("faq-support");
    const auto all = found("L3", *plan);
    ASSERT_FALSE(all.empty());
    const auto row = std::ranges::find(all, "risks[8].evidence[0].ref", &finding::path);
    ASSERT_NE(row, all.end()); // R-ACC-2: desk.owner_heartbeat, due at the entry of the sandbox
    EXPECT_EQ(row->gate, "G0");
    EXPECT_EQ(row->level, level::blocker);
    EXPECT_NE(row->what.find("desk.owner_heartbeat"), std::string::npos);
    EXPECT_GT(row->line, 0);
    // solved is asked for at the end of the pilot, and only watched in production
    const auto metric = std::ranges::find(all, "metrics[2].from", &finding::path);
    ASSERT_NE(metric, all.end());
    EXPECT_EQ(metric->gate, "G2");
    const auto in_sandbox = first_plan([](json::object& t) {
        for (auto& m : t.at("metrics").get_array())
            if (m.get_object().at("id") == json::value("uptime"))
                m.get_object().at("targets").get_object()["sandbox"] =
                    json::object{{"value", 0.9}, {"rule", "point"}};
    });
    ASSERT_EQ(found("L3", in_sandbox).size(), 1U);
    EXPECT_NE(found("L3", in_sandbox)[0].what.find("cannot exist"), std::string::npos);
}

TEST(lint, l5_warns_of_a_gate_that_cannot_be_decided_in_time_and_proposes) {
    const auto slow = first_plan();
    const auto warnings = found("L5", slow);
    ASSERT_FALSE(warnings.empty());
    EXPECT_EQ(warnings[0].level, level::warning);
    EXPECT_NE(warnings[0].fix.find("serve 30 %"), std::string::npos);
    const auto busy =
        first_plan([](json::object& t) { group(t, "roi").at("inputs").get_object()["N"] = 60000; });
    EXPECT_TRUE(found("L5", busy).empty());
}

// REQ: EC-C-A, N-4
TEST(lint, l9_asks_for_estimates_of_every_phase_that_a_row_is_needed_in) {
    EXPECT_TRUE(found("L9", first_plan()).empty());
    const auto without = first_plan([](json::object& t) {
        t.at("resources").get_array()[2].get_object().at("estimate").get_object().erase("value");
    });
    ASSERT_EQ(found("L9", without).size(), 3U); // sandbox, pilot, rollout
    EXPECT_EQ(found("L9", without)[0].gate, "G0");
    const auto backwards = first_plan([](json::object& t) {
        t.at("resources").get_array()[2].get_object().at("estimate").get_object()["value"] =
            json::array{3, 2, 1};
    });
    EXPECT_EQ(found("L9", backwards).size(), 1U);
    const auto off = first_plan([](json::object& t) {
        for (auto& r : t.at("resources").get_array())
            if (r.get_object().at("id") == json::value("C-BUD-1"))
                r.get_object().at("estimate").get_object()["value"] = 470;
    });
    ASSERT_EQ(found("L9", off).size(), 1U); // 470 against 12 x 50: more than 20 % off
    EXPECT_EQ(found("L9", off)[0].gate, "G1");
}

TEST(lint, l10_asks_for_a_chain_for_every_cause) {
    EXPECT_TRUE(found("L10", first_plan()).empty());
    const auto drop = [](const char* cause) {
        return [cause](json::object& t) {
            auto& list = t.at("fallbacks").get_array();
            for (auto it = list.begin(); it != list.end(); ++it)
                if (it->get_object().at("when") == json::value(cause)) {
                    list.erase(it);
                    return;
                }
        };
    };
    ASSERT_EQ(found("L10", first_plan(drop("timeout"))).size(), 1U);
    EXPECT_EQ(found("L10", first_plan(drop("timeout")))[0].gate, "G1");
    const auto itself = first_plan([](json::object& t) {
        t.at("fallbacks")
            .get_array()
            .push_back(json::object{{"when", "killed"}, {"do", json::array{"knowledge", "fixed"}}});
    });
    ASSERT_EQ(found("L10", itself).size(), 1U);
    EXPECT_NE(found("L10", itself)[0].why.find("built-in"), std::string::npos);
}

TEST(lint, l10_asks_less_where_only_staff_are_served) {
    const auto plan = load_template("internal-knowledge");
    for (const auto& f : found("L10", *plan))
        EXPECT_EQ(f.what.find("human_request"), std::string::npos) << f.what;
}

TEST(lint, l16_asks_for_a_signed_stop_rule) {
    EXPECT_TRUE(found("L16", first_plan()).empty());
    const auto unsigned_rule = first_plan([](json::object& t) {
        group(t, "roi").at("stop_rule").get_object()["signed_by"] = nullptr;
    });
    ASSERT_EQ(found("L16", unsigned_rule).size(), 1U);
    EXPECT_EQ(found("L16", unsigned_rule)[0].gate, "G1");
    const auto both = first_plan(
        [](json::object& t) { group(t, "roi").at("stop_rule").get_object()["stop_below"] = 0.9; });
    EXPECT_EQ(found("L16", both).size(), 1U);
}

TEST(lint, what_blocks_a_later_gate_warns_today) {
    const auto plan = load_template("faq-support");
    EXPECT_EQ(found("L16", *plan, "G0")[0].level, level::warning);
    EXPECT_EQ(found("L16", *plan, "G1")[0].level, level::blocker);
    EXPECT_LT(score(lint(*plan, {.gate = "G3", .now = today})), 100);
    EXPECT_EQ(score({}), 100);
}

TEST(lint, text_and_json_name_place_reason_and_fix) {
    const auto plan = load_template("faq-support");
    const auto all = found("L16", *plan, "G1");
    EXPECT_EQ(lint_text(all, "p.yaml").find("p.yaml:"), 0U);
    EXPECT_NE(lint_text(all, "p.yaml").find("L16 blocker (G1): nobody signed the stop rule; "),
              std::string::npos);
    const auto j = lint_json(all);
    const auto& first = j.at("findings").get_array()[0].get_object();
    for (const auto* key : {"id", "level", "path", "line", "what", "why", "fix"})
        EXPECT_TRUE(first.contains(key)) << key;
}

} // namespace
} // namespace servery::plan
