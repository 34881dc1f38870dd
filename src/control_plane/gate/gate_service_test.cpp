#include "control_plane/gate/gate_fixture.h"
#include "foundation/events/gate_passed.h"
#include "foundation/events/phase_changed.h"

#include <gtest/gtest.h>

namespace servery::gate {
namespace {

struct gate_test : testing::Test, gate_fixture {};

TEST_F(gate_test, a_new_project_is_a_draft_whose_first_gate_is_g0) {
    EXPECT_FALSE(gates.standing_of(project).phase);
    EXPECT_EQ(gates.standing_of(project).status, "draft");
    EXPECT_EQ(gates.gate_ahead(project), "G0");
    EXPECT_EQ(*gates.gates(project),
              (std::vector<std::string>{"G0", "G1", "G2", "G3", "S:p10", "S:r60"}));
    EXPECT_EQ(gates.show(project, "G9").error().id, "gate.page.unknown");
    EXPECT_EQ(gates.show("other", "G0").error().id, "plan.project.unknown");
}

// REQ: B-1, K-4
TEST_F(gate_test, g0_asks_for_the_rows_of_the_sandbox_and_nothing_that_needs_a_variant) {
    const auto r = gates.evaluate(project, "G0");
    ASSERT_TRUE(r);
    EXPECT_EQ(r->verdict, readiness::not_yet);
    std::set<std::string> ids;
    for (const auto& c : r->conditions)
        ids.insert(c.id);
    EXPECT_TRUE(ids.contains("G0/risk/R-SEC-1/answer"));
    EXPECT_TRUE(ids.contains("G0/risk/R-ACC-2/signature"));
    EXPECT_TRUE(ids.contains("G0/risk/R-BIAS-2/plan.guidelines"));
    EXPECT_TRUE(ids.contains("G0/people/owner"));
    EXPECT_TRUE(ids.contains("G0/lint/blockers"));
    EXPECT_FALSE(ids.contains("G0/risk/R-SEC-2/answer"));
    EXPECT_FALSE(ids.contains("G0/risk/R-COST-1/answer")); // due at the exit
}

TEST_F(gate_test, a_gate_that_is_not_ready_is_not_signed_and_names_what_is_open) {
    const auto refused = sign("G0");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id, "gate.sign.not_ready");
    EXPECT_FALSE(refused.error().more.empty());
    EXPECT_FALSE(refused.error().more[0].where.empty());
    EXPECT_FALSE(gates.standing_of(project).phase);
}

TEST_F(gate_test, signing_g0_opens_the_sandbox_and_serves_nobody) {
    to_sandbox();
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::sandbox);
    EXPECT_EQ(gates.standing_of(project).status, "active");
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(sign("G0").error().id, "gate.sign.order");
}

TEST_F(gate_test, signing_g1_opens_the_pilot_locks_the_targets_and_grants_the_first_stage) {
    to_staff();
    const auto live = gates.live_grants(project);
    ASSERT_EQ(live.size(), 1U);
    EXPECT_EQ(live[0].stage, "staff");
    EXPECT_EQ(live[0].audience.groups, std::vector<std::string>{"staff"});
    EXPECT_EQ(live[0].variant, candidate);
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::pilot);
    EXPECT_TRUE(plans.locked(project));
    EXPECT_EQ(count("budget.released"), 2);
    EXPECT_GT(count("evidence.recorded"), 3);
    EXPECT_EQ(gates.gate_ahead(project), "S:p10");
}

TEST_F(gate_test, the_way_up_to_all_visitors) {
    to_full();
    const auto live = gates.live_grants(project);
    ASSERT_EQ(live.size(), 5U); // lower grants stay
    EXPECT_EQ(live.front().stage, "staff");
    EXPECT_EQ(live.back().stage, "full");
    EXPECT_EQ(live.back().audience.basis, 10'000);
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::production);
    EXPECT_FALSE(gates.gate_ahead(project));
}

TEST_F(gate_test, a_signature_binds_to_what_was_shown) {
    measured("sandbox");
    answer_and_sign_all();
    const auto page = *gates.show(project, "G0");
    ASSERT_EQ(page.verdict, readiness::ready);
    sign_request request{.run_hash = page.run_hash,
                         .statement = "Go.",
                         .comment = "",
                         .person = "owner",
                         .method = "code"};
    time.advance(millis{11 * 60'000});
    EXPECT_EQ(gates.sign(project, "G0", request).error().id, "gate.sign.stale");
    (void)gates.show(project, "G0");
    request.run_hash = std::string(64, '0');
    EXPECT_EQ(gates.sign(project, "G0", request).error().id, "gate.sign.stale");
    request.run_hash = page.run_hash;
    ASSERT_TRUE(plans.set_activity(project, "S1-1", plan::activity_status::doing, "", owner()));
    EXPECT_EQ(gates.sign(project, "G0", request).error().id, "gate.sign.stale"); // other revision
    request.run_hash = gates.show(project, "G0")->run_hash;
    request.statement = " ";
    EXPECT_EQ(gates.sign(project, "G0", request).error().id, "gate.sign.statement");
    request.statement = "Go.";
    request.person = "team-lead";
    EXPECT_EQ(gates.sign(project, "G0", request).error().id, "gate.sign.not_allowed");
    request.person = "owner";
    EXPECT_TRUE(gates.sign(project, "G0", request));
}

TEST_F(gate_test, without_a_variant_nothing_goes_to_visitors) {
    to_sandbox();
    candidate.clear();
    EXPECT_EQ(sign("G1").error().id, "gate.sign.no_variant");
    EXPECT_EQ(state_of("G1", "variant/frozen"), state::not_enough_data);
}

TEST_F(gate_test, evidence_of_another_variant_does_not_count) {
    to_sandbox();
    finish(plan::phase::sandbox);
    poc();
    labels();
    drill();
    EXPECT_EQ(state_of("G1", "variant/frozen"), state::pass);
    candidate = std::string(64, 'b');
    EXPECT_EQ(state_of("G1", "variant/frozen"), state::not_enough_data);
    EXPECT_EQ(state_of("G1", "metric/poc"), state::not_enough_data);
    EXPECT_EQ(of(*gates.evaluate(project, "G1"), "G1/metric/poc").why,
              "measured on another variant only");
    EXPECT_EQ(sign("G1").error().id, "gate.sign.not_ready");
    frozen = false;
    EXPECT_EQ(state_of("G1", "variant/frozen"), state::fail);
}

TEST_F(gate_test, a_failed_proof_of_concept_fails_the_gate) {
    to_sandbox();
    poc(4);
    EXPECT_EQ(state_of("G1", "metric/poc"), state::fail);
    EXPECT_EQ(gates.evaluate(project, "G1")->conditions.front().state, state::fail);
}

TEST_F(gate_test, before_public_traffic_sandbox_coverage_counts_from_20_conversations) {
    to_sandbox();
    labels(1, 19);
    EXPECT_EQ(state_of("G1", "risk/R-TRANS-1/guardrails.label_coverage"), state::not_enough_data);
    labels(1, 20);
    EXPECT_EQ(state_of("G1", "risk/R-TRANS-1/guardrails.label_coverage"), state::pass);
    // at the next gate only live traffic counts
    EXPECT_EQ(state_of("G2", "risk/R-TRANS-1/guardrails.label_coverage"), state::not_enough_data);
    labels(0.5, 40, "pilot");
    EXPECT_EQ(state_of("G2", "risk/R-TRANS-1/guardrails.label_coverage"), state::fail);
}

TEST_F(gate_test, evidence_expires_by_the_shorter_of_both_ages) {
    to_sandbox();
    labels();
    const auto id = "risk/R-TRANS-1/guardrails.label_coverage";
    EXPECT_EQ(state_of("G1", id), state::pass);
    time.advance(a_day - millis{1});
    EXPECT_EQ(state_of("G1", id), state::pass);
    time.advance(millis{1});
    EXPECT_EQ(state_of("G1", id), state::expired);
    const auto c = of(*gates.evaluate(project, "G1"), std::string("G1/") + id);
    EXPECT_EQ(*c.age, "1d");
    EXPECT_TRUE(c.expires);
}

TEST_F(gate_test, a_drill_is_asked_for_and_ages) {
    to_sandbox();
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::not_enough_data);
    drill(0);
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::fail);
    time.advance(an_hour);
    drill();
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::pass);
    EXPECT_EQ(state_of("G1", "risk/R-REL-1/gateway.fallback_drill"), state::pass);
    time.advance(91 * a_day);
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::expired);
}

// REQ: R-COST-1
TEST_F(gate_test, the_next_phase_must_cost_no_more_than_was_approved) {
    to_sandbox();
    const auto forecast = [&](double cash, const std::string& phase) {
        record({.key = "economics.next_phase_forecast_p80",
                .variant = candidate,
                .phase = phase,
                .n = 20'000,
                .value = cash});
        return state_of("G1", "risk/R-COST-1/economics.next_phase_forecast_p80");
    };
    // The plan approves 100 for the pilot, 300 for the rollout and 1,200 for production.
    EXPECT_EQ(forecast(100, "sandbox"), state::pass);
    EXPECT_EQ(forecast(101, "sandbox"), state::fail);
    record({.key = "economics.next_phase_forecast_p80",
            .variant = candidate,
            .phase = "sandbox",
            .n = 20'000,
            .usable = false,
            .why_not = "an input is out of range"});
    EXPECT_EQ(state_of("G1", "risk/R-COST-1/economics.next_phase_forecast_p80"),
              state::not_enough_data);
    // After a fall from the rollout the pilot's gate is ahead again: the forecast is of production.
    time.advance(millis{1000});
    EXPECT_EQ(forecast(1200, "rollout"), state::pass);
    EXPECT_EQ(forecast(1201, "rollout"), state::fail);
}

// REQ: B-2
TEST_F(gate_test, answers_decide_rows) {
    EXPECT_EQ(state_of("G0", "risk/R-SEC-1/answer"), state::not_enough_data);
    ASSERT_TRUE(plans.answer_risk(project, "R-SEC-1", plan::answer_kind::no, "Shared password", "",
                                  owner()));
    EXPECT_EQ(state_of("G0", "risk/R-SEC-1/answer"), state::fail);
    ASSERT_TRUE(plans.answer_risk(project, "R-SEC-1", plan::answer_kind::na, "",
                                  "There is no platform.", owner()));
    EXPECT_EQ(state_of("G0", "risk/R-SEC-1/answer"), state::pass);
    // every piece of evidence passes and nobody has to sign: the machine answers
    EXPECT_EQ(state_of("G1", "risk/R-REL-1/answer"), state::not_enough_data);
    drill();
    EXPECT_EQ(state_of("G1", "risk/R-REL-1/answer"), state::pass);
}

// REQ: B-2
TEST_F(gate_test, a_row_that_changed_after_it_was_signed_is_unsigned) {
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::not_enough_data);
    sign_row("R-BIAS-2");
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::pass);
    ASSERT_TRUE(
        plans.answer_risk(project, "R-BIAS-2", plan::answer_kind::yes, "Reworded", "", owner()));
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::expired);
    sign_row("R-BIAS-2");
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::pass);
    time.advance(180 * a_day);
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::expired);
}

TEST_F(gate_test, signatures_are_for_those_who_may_and_for_what_was_shown) {
    const auto hash = *gates.object_hash(project, "risk/R-BIAS-2");
    EXPECT_EQ(
        gates.add_signature(project, "risk/R-BIAS-2", "00", "Read.", "owner", "code").error().id,
        "gate.signature.changed");
    EXPECT_EQ(
        gates.add_signature(project, "risk/R-BIAS-2", hash, "Read.", "it-ops", "code").error().id,
        "gate.signature.not_allowed");
    EXPECT_EQ(gates.add_signature(project, "row/9", hash, "Read.", "owner", "code").error().id,
              "gate.signature.unknown");
    const auto id = gates.add_signature(project, "risk/R-BIAS-2", hash, "Read.", "owner", "code");
    ASSERT_TRUE(id);
    EXPECT_EQ(gates.revoke_signature(project, *id, "", "it-ops").error().id,
              "gate.signature.not_allowed");
    ASSERT_TRUE(gates.revoke_signature(project, *id, "Mistake", "owner"));
    EXPECT_EQ(state_of("G0", "risk/R-BIAS-2/signature"), state::not_enough_data);
    EXPECT_EQ(gates.revoke_signature(project, *id, "", "owner").error().id,
              "gate.signature.unknown");
}

TEST_F(gate_test, a_stage_waits_for_its_dwell_and_then_opens_by_itself) {
    to_staff();
    labels(1, 40, "pilot");
    auto early = gates.issue(project, "p10", candidate, controller);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().id, "gate.issue.not_ready");
    EXPECT_EQ(early.error().more[0].where, "S:p10/rollout/dwell");
    const auto c = of(*gates.evaluate(project, "S:p10"), "S:p10/rollout/dwell");
    EXPECT_EQ(*c.needs->date, time.now() + 5 * a_day);
    time.advance(5 * a_day);
    EXPECT_TRUE(gates.issue(project, "p10", candidate, controller));
    EXPECT_EQ(top(), "p10");
    EXPECT_EQ(gates.dwell_start(project, "p10", candidate), time.now());
}

TEST_F(gate_test, after_a_stage_of_staff_a_metric_need_only_not_fail) {
    to_staff();
    time.advance(5 * a_day);
    EXPECT_EQ(state_of("S:p10", "metric/accuracy"), state::pass);
    rate("desk.answer_accuracy", 60, 120);
    EXPECT_EQ(state_of("S:p10", "metric/accuracy"), state::fail);
    EXPECT_EQ(gates.issue(project, "p10", candidate, controller).error().id,
              "gate.issue.not_ready");
}

TEST_F(gate_test, stages_are_opened_in_order_and_phases_by_people) {
    to_staff();
    time.advance(20 * a_day);
    EXPECT_EQ(gates.issue(project, "r30", candidate, controller).error().id,
              "gate.issue.not_next"); // its phase is not reached
    EXPECT_EQ(gates.issue(project, "staff", candidate, controller).error().id,
              "gate.issue.not_next"); // serves already
    EXPECT_EQ(gates.issue(project, "nowhere", candidate, controller).error().id,
              "gate.issue.not_next");
    EXPECT_EQ(sign("G2").error().id, "gate.sign.order"); // p10 has not served
    EXPECT_EQ(gates.issue(project, "p10", std::string(64, 'b'), controller).error().id,
              "gate.issue.not_next"); // another variant climbs its own ladder
}

TEST_F(gate_test, a_stage_that_asks_for_approval_is_opened_by_a_person) {
    auto tree = plans.head(project)->plan->tree;
    tree.at("rollout").get_object().at("stages").get_array()[1].get_object()["approve"] = true;
    ASSERT_TRUE(plans.put(project, 1, *plan::load_tree(tree), owner()));
    to_staff();
    time.advance(5 * a_day);
    EXPECT_EQ(gates.issue(project, "p10", candidate, controller).error().id, "gate.issue.approval");
    EXPECT_TRUE(gates.issue(project, "p10", candidate, anna));
}

TEST_F(gate_test, a_pass_is_kept_although_later_numbers_are_weaker_and_ages) {
    to_p10();
    rate("desk.answer_accuracy", 190, 200);
    EXPECT_EQ(state_of("G2", "metric/accuracy"), state::pass);
    rate("desk.answer_accuracy", 198, 230); // 86 %: not enough by itself
    const auto c = of(*gates.evaluate(project, "G2"), "G2/metric/accuracy");
    EXPECT_EQ(c.state, state::pass);
    EXPECT_NE(c.why.find("200 observations"), std::string::npos);
    time.advance(30 * a_day);
    rate("desk.answer_accuracy", 198, 230);
    EXPECT_EQ(state_of("G2", "metric/accuracy"), state::expired);
}

TEST_F(gate_test, a_target_changed_after_the_lock_starts_from_nothing) {
    to_p10();
    rate("desk.answer_accuracy", 190, 200);
    ASSERT_EQ(state_of("G2", "metric/accuracy"), state::pass);
    auto tree = plans.head(project)->plan->tree;
    for (auto& m : tree.at("metrics").get_array())
        if (m.get_object().at("id") == json::value("accuracy"))
            m.get_object().at("targets").get_object().at("pilot").get_object()["value"] = 0.75;
    ASSERT_TRUE(plans.put(project, plans.head(project)->revision, *plan::load_tree(tree),
                          owner("The target was set without looking at past labels.")));
    auto c = of(*gates.evaluate(project, "G2"), "G2/metric/accuracy");
    EXPECT_EQ(c.state, state::not_enough_data);
    EXPECT_EQ(c.n, 0);
    rate("desk.answer_accuracy", 200, 210); // ten more since then
    c = of(*gates.evaluate(project, "G2"), "G2/metric/accuracy");
    EXPECT_EQ(c.n, 10);
    EXPECT_EQ(c.state, state::not_enough_data);
}

TEST_F(gate_test, a_blocking_finding_blocks) {
    auto tree = plans.head(project)->plan->tree;
    tree.at("problem").get_object().at("baseline").get_object()["unit"] = "";
    ASSERT_TRUE(plans.put(project, 1, *plan::load_tree(tree), owner()));
    answer_and_sign_all();
    EXPECT_EQ(state_of("G0", "lint/blockers"), state::fail);
    EXPECT_EQ(sign("G0").error().id, "gate.sign.not_ready");
}

// REQ: P2-5
TEST_F(gate_test, the_page_is_what_scripts_rely_on) {
    const auto page = gates.show(project, "G0");
    const auto j = json::to_json(*page).get_object();
    for (const auto* member : {"gate", "verdict", "run_hash", "conditions"})
        EXPECT_TRUE(j.contains(member)) << member;
    const auto& c = j.at("conditions").get_array()[0].get_object();
    for (const auto* member : {"id", "state", "value", "n", "interval", "target", "needs", "age",
                               "expires", "why", "fix"})
        EXPECT_TRUE(c.contains(member)) << member;
    EXPECT_EQ(j.at("verdict"), json::value("not_yet"));
    EXPECT_NE(to_text(*page, true, true).find("gate G0 of first: not yet"), std::string::npos);
    // looking again at an unchanged gate writes nothing
    const auto before = log.last_seq();
    (void)gates.show(project, "G0");
    EXPECT_EQ(log.last_seq(), before);
    EXPECT_EQ(gates.runs(project, "G0").size(), 2U);
}

TEST_F(gate_test, nothing_is_signed_while_the_store_is_down) {
    measured("sandbox");
    answer_and_sign_all();
    const auto page = *gates.show(project, "G0");
    log.set_down(true);
    const auto refused = gates.sign(project, "G0",
                                    {.run_hash = page.run_hash,
                                     .statement = "Go.",
                                     .comment = "",
                                     .person = "owner",
                                     .method = "code"});
    EXPECT_EQ(refused.error().id, "gate.store.down");
    EXPECT_FALSE(gates.standing_of(project).phase);
}

TEST_F(gate_test, a_waiver_sets_one_condition_aside_for_a_while) {
    to_sandbox();
    finish(plan::phase::sandbox);
    poc();
    labels();
    const std::string id = "G1/drill/provider_down";
    const std::string reason = "The provider's own drill of last week is accepted.";
    EXPECT_EQ(gates.waive(project, id, "short", time.now() + a_day, "owner").error().id,
              "gate.waive.reason");
    EXPECT_EQ(gates.waive(project, id, reason, time.now() + 31 * a_day, "owner").error().id,
              "gate.waive.expiry");
    EXPECT_EQ(gates
                  .waive(project, "G1/risk/R-TRANS-1/guardrails.label_coverage", reason,
                         time.now() + a_day, "owner")
                  .error()
                  .id,
              "gate.waive.not_allowed");
    ASSERT_TRUE(gates.waive(project, id, reason, time.now() + a_day, "owner"));
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::waived);
    time.advance(a_day);
    EXPECT_EQ(state_of("G1", "drill/provider_down"), state::expired);
    gates.on_tick(time.now());
    EXPECT_EQ(count("waiver.ended"), 1);
    gates.on_tick(time.now());
    EXPECT_EQ(count("waiver.ended"), 1);
    for (const auto* row : {"S1-1", "S1-2"})
        ASSERT_TRUE(plans.set_activity(project, row, plan::activity_status::todo, "", owner()));
    ASSERT_TRUE(gates.waive(project, "G1/activity/S1-1", reason, time.now() + a_day, "owner"));
    ASSERT_TRUE(gates.waive(project, "G1/activity/S1-2", reason, time.now() + a_day, "owner"));
    ASSERT_TRUE(gates.waive(project, "G1/metric/poc", reason, time.now() + a_day, "owner"));
    EXPECT_EQ(gates.waive(project, id, reason, time.now() + a_day, "owner").error().id,
              "gate.waive.too_many");
    ASSERT_TRUE(gates.end_waiver(project, "G1/activity/S1-1", "owner"));
    EXPECT_EQ(state_of("G1", "activity/S1-1"), state::not_enough_data);
}

} // namespace
} // namespace servery::gate
