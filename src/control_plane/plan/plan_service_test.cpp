#include "control_plane/plan/load.h"
#include "control_plane/plan/plan_service.h"
#include "foundation/events/plan_locked.h"
#include "foundation/events/plan_revised.h"
#include "foundation/events/signature.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace servery::plan {
namespace {

struct plan_service_test : testing::Test {
    manual_clock time{*date_of("2026-11-25")};
    events::memory_log log;
    plan_service plans{time, log};
    editor owner{.person = "anna", .may_loosen = true, .source = "console", .reason = ""};
    editor colleague{.person = "ben", .may_loosen = false, .source = "console", .reason = ""};

    void SetUp() override {
        log.add_fold([this](const events::event& e) { plans.apply(e); });
        ASSERT_TRUE(plans.create(*load_template("faq-support"), owner));
    }

    plan_document edited(const std::function<void(json::object&)>& make) {
        auto tree = plans.head("faq-support")->plan->tree;
        make(tree);
        auto plan = load_tree(tree);
        EXPECT_TRUE(plan) << to_line(plan.error());
        return *plan;
    }
    plan_document with_target(double value) {
        return edited([&](json::object& t) {
            t.at("metrics")
                .get_array()[1]
                .get_object()
                .at("targets")
                .get_object()
                .at("pilot")
                .get_object()["value"] = value;
        });
    }
    void lock() {
        auto e = plans.lock_event("faq-support", {events::actor_kind::person, "anna"});
        ASSERT_TRUE(e);
        ASSERT_TRUE(log.commit({*e}));
    }
};

TEST_F(plan_service_test, the_first_revision_makes_the_project) {
    const auto head = plans.head("faq-support");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->revision, 1);
    EXPECT_EQ(head->hash, content_hash(head->plan->tree));
    EXPECT_EQ(plans.create(*load_template("faq-support"), owner).error().id, "plan.project.exists");
    EXPECT_EQ(plans.head("other").error().id, "plan.project.unknown");
}

TEST_F(plan_service_test, an_edit_on_an_old_revision_is_refused_with_what_changed) {
    ASSERT_TRUE(plans.put("faq-support", 1, with_target(0.85), owner));
    const auto late = plans.put("faq-support", 1, with_target(0.9), owner);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().id, "plan.edit.stale");
    EXPECT_NE(late.error().message.find("raised from 80 % to 85 %"), std::string::npos);
    EXPECT_EQ(plans.head("faq-support")->revision, 2);
}

TEST_F(plan_service_test, revisions_are_chained_by_hash_and_can_be_read_again) {
    ASSERT_TRUE(plans.put("faq-support", 1, with_target(0.85), owner));
    const auto list = plans.revisions("faq-support");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[1].parent, list[0].hash);
    EXPECT_EQ(
        plans.at("faq-support", 1)->plan->typed.find_metric("accuracy")->targets.at("pilot").value,
        0.8);
    EXPECT_EQ(plans.at("faq-support", 9).error().id, "plan.revision.unknown");
    EXPECT_EQ(plans.diff("faq-support", 1, 2)->size(), 1U);
}

TEST_F(plan_service_test, a_replay_of_the_log_gives_the_same_plans) {
    ASSERT_TRUE(plans.put("faq-support", 1, with_target(0.85), owner));
    lock();
    plan_service again(time, log);
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_EQ(json::value(again.head("faq-support")->plan->tree),
              json::value(plans.head("faq-support")->plan->tree));
    EXPECT_TRUE(again.locked("faq-support"));
}

TEST_F(plan_service_test, loosening_needs_an_owner) {
    const auto refused = plans.put("faq-support", 1, with_target(0.7), colleague);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "plan.edit.loosens");
    ASSERT_EQ(refused.error().more.size(), 1U);
    EXPECT_EQ(refused.error().more[0].where, "metrics.accuracy.targets.pilot.value");
    EXPECT_TRUE(plans.put("faq-support", 1, with_target(0.9), colleague)); // tightens
    EXPECT_TRUE(plans.put("faq-support", 2, with_target(0.7), owner));
}

TEST_F(plan_service_test, a_change_after_the_lock_needs_a_signed_reason_and_stays_marked) {
    lock();
    EXPECT_TRUE(plans.head("faq-support")->plan->typed.find_metric("accuracy")->locked_at);
    EXPECT_TRUE(plans.head("faq-support")->plan->typed.roi.locked_at);
    const auto refused = plans.put("faq-support", 1, with_target(0.75), owner);
    EXPECT_EQ(refused.error().id, "plan.edit.locked");
    // even to a stricter target
    EXPECT_EQ(plans.put("faq-support", 1, with_target(0.9), owner).error().id, "plan.edit.locked");
    EXPECT_EQ(plans.put("faq-support", 1, with_target(0.9), colleague).error().id,
              "plan.edit.loosens");
    owner.reason = "The first weeks showed that 80 % is out of reach.";
    const auto done = plans.put("faq-support", 1, with_target(0.75), owner);
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->changes[0].after_lock);
    EXPECT_TRUE(plans.revisions("faq-support")[1].after_lock);
    EXPECT_TRUE(plans.head("faq-support")->plan->typed.find_metric("accuracy")->locked_at);
    // texts and people are free
    owner.reason.clear();
    EXPECT_TRUE(plans.put("faq-support", 2, edited([](json::object& t) {
                              t.at("meta").get_object()["title"] = "Another title";
                          }),
                          colleague));
}

TEST_F(plan_service_test, a_row_of_the_checklist_goes_only_with_a_reason_that_stays) {
    const auto without = edited([](json::object& t) {
        auto& rows = t.at("risks").get_array();
        for (auto it = rows.begin(); it != rows.end(); ++it)
            if (it->get_object().at("id") == json::value("R-SEC-2")) {
                rows.erase(it);
                break;
            }
    });
    EXPECT_EQ(plans.put("faq-support", 1, without, owner).error().id, "plan.edit.removed_required");
    owner.reason = "No visitor can write free text to this assistant.";
    ASSERT_TRUE(plans.put("faq-support", 1, without, owner));
    const auto& removed = plans.head("faq-support")
                              ->plan->tree.at("extra")
                              .get_object()
                              .at("removed")
                              .get_array()[0]
                              .get_object();
    EXPECT_EQ(removed.at("reason"), json::value(owner.reason));
    EXPECT_EQ(removed.at("by"), json::value("anna"));
}

TEST_F(plan_service_test, the_servers_own_fields_are_not_taken_from_a_file) {
    const auto forged = edited([](json::object& t) {
        t.at("metrics").get_array()[0].get_object()["locked_at"] = "2026-01-01";
    });
    EXPECT_EQ(plans.put("faq-support", 1, forged, owner).error().id, "plan.edit.server_field");
    const auto signed_by_file = edited([](json::object& t) {
        t.at("roi").get_object().at("stop_rule").get_object()["signed_by"] = "owner";
    });
    EXPECT_EQ(plans.put("faq-support", 1, signed_by_file, owner).error().id,
              "plan.edit.server_field");
    lock();
    // a file from before the lock is welcome: empty means "as the server has it"
    const auto old_file = edited([](json::object& t) {
        t.at("metrics").get_array()[0].get_object()["locked_at"] = nullptr;
        t.at("meta").get_object()["title"] = "Another title";
    });
    ASSERT_TRUE(plans.put("faq-support", 1, old_file, owner));
    EXPECT_TRUE(plans.head("faq-support")->plan->typed.metrics[0].locked_at);
}

TEST_F(plan_service_test, a_signed_stop_rule_is_signed_until_it_changes) {
    EXPECT_FALSE(plans.head("faq-support")->plan->typed.roi.stop_rule.signed_by);
    events::signature_added s;
    s.signature = "sig_1";
    s.person = "anna";
    s.what = "stop_rule";
    s.object_hash = *plans.stop_rule_hash("faq-support");
    ASSERT_TRUE(log.commit({events::make_event(s, {.at = time.now(), .project = "faq-support"})}));
    EXPECT_EQ(plans.head("faq-support")->plan->typed.roi.stop_rule.signed_by, "anna");
    const auto other = edited([](json::object& t) {
        auto& roi = t.at("roi").get_object();
        roi.at("stop_rule").get_object()["go_above"] = 0.9;
        roi.at("stop_rule").get_object()["signed_by"] = nullptr;
    });
    ASSERT_TRUE(plans.put("faq-support", 1, other, owner));
    EXPECT_FALSE(plans.head("faq-support")->plan->typed.roi.stop_rule.signed_by);
}

TEST_F(plan_service_test, rows_are_answered_and_activities_done_as_revisions) {
    ASSERT_TRUE(plans.answer_risk("faq-support", "R-SEC-1", answer_kind::yes, "Two factors on.", "",
                                  colleague));
    EXPECT_EQ(plans.head("faq-support")->plan->typed.find_risk("R-SEC-1")->answer,
              answer_kind::yes);
    EXPECT_EQ(plans.head("faq-support")->revision, 2);
    EXPECT_EQ(
        plans.answer_risk("faq-support", "R-SEC-1", answer_kind::na, "", " ", colleague).error().id,
        "plan.risk.na_reason");
    EXPECT_EQ(
        plans.answer_risk("faq-support", "R-X", answer_kind::yes, "", "", colleague).error().id,
        "plan.risk.unknown");
    ASSERT_TRUE(plans.set_activity("faq-support", "S1-1", activity_status::done, "", colleague));
    EXPECT_EQ(plans.head("faq-support")->plan->typed.in(phase::sandbox).activities[0].status,
              activity_status::done);
    EXPECT_EQ(plans.set_activity("faq-support", "S1-2", activity_status::skipped, "", colleague)
                  .error()
                  .id,
              "plan.activity.reason");
    EXPECT_EQ(
        plans.set_activity("faq-support", "Z9", activity_status::done, "", colleague).error().id,
        "plan.activity.unknown");
}

TEST_F(plan_service_test, nothing_changes_while_the_store_is_down) {
    log.set_down(true);
    EXPECT_FALSE(plans.put("faq-support", 1, with_target(0.9), owner));
    EXPECT_EQ(plans.head("faq-support")->revision, 1);
}

TEST_F(plan_service_test, a_plan_has_facts_of_its_own) {
    const auto own = plans.own_facts("faq-support", "G0");
    ASSERT_EQ(own.size(), 3U);
    EXPECT_EQ(own[0].object_id, "plan.lint_blockers");
    EXPECT_GT(own[0].body.at("value").to_number<double>(), 0);
    EXPECT_EQ(own[1].object_id, "plan.guidelines");
}

// REQ: EC-C-A
TEST_F(plan_service_test, says_how_many_rows_of_the_phase_ahead_are_estimated) {
    const auto share = [&](const char* gate) {
        for (const auto& e : plans.own_facts("faq-support", gate))
            if (e.object_id == "plan.estimates_complete")
                return json::number_or(e.body, "value", -1);
        return -1.0;
    };
    EXPECT_EQ(share("G1"), 1);
    EXPECT_EQ(share("S:p10"), -1); // a stage opens no phase
    auto tree = plans.head("faq-support")->plan->tree;
    std::int64_t in_pilot = 0;
    for (auto& row : tree.at("resources").get_array()) {
        auto& o = row.get_object();
        for (const auto& p : o.at("phases").get_array())
            if (p == "pilot") ++in_pilot;
        if (o.at("id") == "C-TECH-1") o.at("estimate").get_object().erase("value");
    }
    ASSERT_TRUE(plans.put("faq-support", 1, load_tree(tree).value(), owner));
    EXPECT_DOUBLE_EQ(share("G1"), 1 - 1.0 / static_cast<double>(in_pilot));
}

} // namespace
} // namespace servery::plan
