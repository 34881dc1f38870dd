// Rules about people, hours, law and words: each fires, and does not where nothing is wrong.
#include "control_plane/plan/lint_fixture.h"

namespace servery::plan {
namespace {

json::object& row_of(json::object& t, const char* list, std::string_view id) {
    for (auto& r : t.at(list).get_array())
        if (r.get_object().at("id") == json::value(id)) return r.get_object();
    ADD_FAILURE() << id;
    return t.at(list).get_array().front().get_object();
}

// REQ: S1-1, EC-ROI
TEST(lint, l2_asks_for_a_baseline_measured_on_fourteen_days) {
    EXPECT_TRUE(found("L2", first_plan()).empty());
    const auto guessed = first_plan([](json::object& t) {
        group(t, "problem").at("baseline").get_object()["measured_days"] = 13;
    });
    ASSERT_EQ(found("L2", guessed).size(), 1U);
    EXPECT_EQ(found("L2", guessed)[0].gate, "G1");
    EXPECT_EQ(found("L2", guessed, "G0")[0].level, level::warning);
    const auto unmeasured = first_plan([](json::object& t) {
        auto& m = t.at("metrics").get_array()[1].get_object();
        m.at("targets").get_object().at("pilot").get_object()["compare"] = "baseline";
        m.at("targets").get_object().at("pilot").get_object()["rule"] = "noninferior";
    });
    ASSERT_EQ(found("L2", unmeasured).size(), 1U);
    EXPECT_EQ(found("L2", unmeasured)[0].path, "metrics[1].baseline");
}

TEST(lint, l6_wants_more_than_one_owner_and_a_deputy_for_each) {
    EXPECT_TRUE(found("L6", first_plan()).empty());
    const auto alone = first_plan([](json::object& t) {
        for (auto& p : t.at("phases").get_array())
            p.get_object()["owner"] = "owner";
    });
    ASSERT_EQ(found("L6", alone).size(), 1U);
    EXPECT_EQ(found("L6", alone)[0].gate, "G2");
    const auto nobody =
        first_plan([](json::object& t) { row_of(t, "people", "it-ops").erase("deputy"); });
    ASSERT_EQ(found("L6", nobody).size(), 1U);
    EXPECT_NE(found("L6", nobody)[0].what.find("it-ops"), std::string::npos);
}

TEST(lint, l7_wants_something_to_compare_with) {
    EXPECT_TRUE(found("L7", first_plan()).empty());
    const auto single = first_plan([](json::object& t) {
        t.at("tools").get_array().erase(t.at("tools").get_array().begin());
    });
    ASSERT_EQ(found("L7", single).size(), 1U);
    EXPECT_EQ(found("L7", single)[0].level, level::warning);
}

TEST(lint, l8_counts_the_hours_of_each_person) {
    EXPECT_TRUE(found("L8", first_plan()).empty());
    const auto busy =
        first_plan([](json::object& t) { row_of(t, "people", "it-ops")["hours_per_week"] = 4.9; });
    // ten hours in the two weeks of the sandbox are five a week
    ASSERT_EQ(found("L8", busy).size(), 1U);
    EXPECT_NE(found("L8", busy)[0].what.find("5.0 h a week in sandbox"), std::string::npos);
    EXPECT_EQ(found("L8", busy)[0].gate, "G2");
    const auto bought = first_plan([](json::object& t) {
        row_of(t, "people", "it-ops")["hours_per_week"] = 1;
        row_of(t, "resources", "C-PERS-2")["source"] = "external";
    });
    EXPECT_TRUE(found("L8", bought).empty());
}

// No text for the hours without anybody, and nothing that would show it.
void forget_hours(json::object& tree) {
    group(tree, "texts").erase("out_of_hours");
    auto& steps = tree.at("fallbacks").get_array();
    for (auto& step : steps)
        if (auto* text = step.get_object().if_contains("text"); text && *text == "out_of_hours")
            *text = "handoff";
}

TEST(lint, l11_wants_a_way_to_a_person_for_customers) {
    EXPECT_TRUE(found("L11", first_plan()).empty());
    const auto without = first_plan(forget_hours);
    ASSERT_EQ(found("L11", without).size(), 1U);
    EXPECT_EQ(found("L11", without)[0].gate, "G1");
    const auto checked = first_plan([](json::object& t) {
        forget_hours(t);
        group(t, "use_case")["autonomy"] = "approve"; // a person answers anyway
    });
    EXPECT_TRUE(found("L11", checked).empty());
}

TEST(lint, l12_wants_a_legal_basis_for_personal_data) {
    EXPECT_TRUE(found("L12", first_plan()).empty());
    const auto open = first_plan([](json::object& t) {
        group(t, "privacy")["legal_basis"] = "undecided";
        group(t, "privacy")["dpia"] = "undecided";
    });
    EXPECT_EQ(found("L12", open).size(), 2U);
    EXPECT_EQ(found("L12", open)[0].gate, "G1");
    const auto none = first_plan([](json::object& t) {
        group(t, "privacy")["legal_basis"] = "undecided";
        group(t, "privacy")["personal_data"] = json::array{};
    });
    EXPECT_TRUE(found("L12", none).empty());
}

TEST(lint, l13_reads_the_terms_of_the_chosen_tool) {
    const auto chosen = [](json::value trains, bool personal) {
        return first_plan([&](json::object& t) {
            json::object tool{{"id", "x"}, {"provider", "p"}, {"model", "m"}, {"status", "chosen"}};
            if (!trains.is_null()) tool["trains_on_data"] = trains;
            t.at("tools").get_array().push_back(std::move(tool));
            if (!personal) group(t, "privacy")["personal_data"] = json::array{};
        });
    };
    EXPECT_TRUE(found("L13", chosen(false, true)).empty());
    ASSERT_EQ(found("L13", chosen(true, true)).size(), 1U);
    EXPECT_EQ(found("L13", chosen(nullptr, true))[0].gate, "G1");
    EXPECT_EQ(found("L13", chosen(nullptr, false))[0].level, level::warning);
}

// REQ: A-R3
TEST(lint, l15_the_rollout_row_asks_for_half_the_volume_and_warns_of_ninety_percent_uptime) {
    const auto plan = load_template("faq-support");
    ASSERT_TRUE(plan);
    const auto& d = plan->typed;
    EXPECT_EQ(d.in(phase::rollout).duration, "3mo");
    EXPECT_EQ(d.in(phase::rollout).owner, "it-ops");
    EXPECT_EQ(d.find_metric("share")->from, "monitoring.ai_share");
    EXPECT_EQ(d.find_metric("share")->targets.at("rollout").value, .5);
    EXPECT_EQ(d.find_metric("uptime")->targets.at("rollout").value, .9);
    const auto low = found("L15", *plan);
    ASSERT_EQ(low.size(), 1U);
    EXPECT_NE(low[0].why.find("three days a month"), std::string::npos);
}

TEST(lint, l15_advises_more_than_ninety_percent_of_uptime) {
    const auto low = found("L15", first_plan());
    ASSERT_FALSE(low.empty());
    EXPECT_EQ(low[0].level, level::advice);
    const auto high = first_plan([](json::object& t) {
        for (auto& target : row_of(t, "metrics", "uptime").at("targets").get_object())
            target.value().get_object()["value"] = 0.99;
    });
    EXPECT_TRUE(found("L15", high).empty());
}

TEST(lint, l18_wants_the_texts_of_every_language_served) {
    EXPECT_TRUE(found("L18", first_plan()).empty());
    const auto two = first_plan(
        [](json::object& t) { group(t, "use_case")["languages"] = json::array{"en", "de"}; });
    EXPECT_EQ(found("L18", two).size(), 3U); // label, limits, handoff
    EXPECT_EQ(found("L18", two)[0].gate, "G1");
    const auto asked = first_plan([](json::object& t) {
        group(t, "privacy")["legal_basis"] = "consent";
        group(t, "texts").erase("consent");
    });
    EXPECT_EQ(found("L18", asked).size(), 1U);
}

TEST(lint, l19_stops_areas_that_need_a_lawyer_before_the_sandbox) {
    EXPECT_TRUE(found("L19", first_plan()).empty());
    for (const auto* statement : {"Rank people who apply: recruiting takes three days a week.",
                                  "Die Kreditwürdigkeit von Kunden wird heute von Hand geprüft.",
                                  "Les candidatures sont lues une par une par trois personnes."}) {
        const auto area =
            first_plan([&](json::object& t) { group(t, "problem")["statement"] = statement; });
        ASSERT_EQ(found("L19", area).size(), 1U) << statement;
        EXPECT_EQ(found("L19", area)[0].gate, "G0");
    }
    const auto high =
        first_plan([](json::object& t) { group(t, "use_case")["risk_class"] = "high"; });
    EXPECT_EQ(found("L19", high).size(), 1U);
}

TEST(lint, l20_wants_an_owner_for_every_row) {
    EXPECT_TRUE(found("L20", first_plan()).empty());
    const auto lost = first_plan([](json::object& t) {
        t.at("risks").get_array()[0].get_object().erase("owner");
        auto& phase = t.at("phases").get_array()[0].get_object();
        phase.at("activities").get_array()[0].get_object().erase("owner");
    });
    ASSERT_EQ(found("L20", lost).size(), 2U);
    EXPECT_EQ(found("L20", lost)[0].gate, "G2");
}

} // namespace
} // namespace servery::plan
