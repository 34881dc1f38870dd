#include "control_plane/gate/gate_fixture.h"
#include "foundation/events/gate_passed.h"
#include "foundation/events/phase_changed.h"
#include "foundation/store/backup.h"

#include <gtest/gtest.h>

namespace servery::gate {
namespace {

struct grant_test : testing::Test, gate_fixture {
    grant newest() const { return gates.grants(project).back(); }
};

// REQ: I-W1
TEST(caps, a_phase_means_how_many_it_may_serve) {
    const auto cap = [](plan::phase p, std::int64_t basis, std::vector<std::string> groups = {},
                        bool staff = false) {
        return check_cap(p,
                         {.basis = basis,
                          .groups = std::move(groups),
                          .regions = {},
                          .topics = {},
                          .max_visitors = {}},
                         staff)
            .has_value();
    };
    EXPECT_FALSE(cap(plan::phase::sandbox, 1));
    EXPECT_TRUE(cap(plan::phase::sandbox, 10'000, {"staff"}));
    EXPECT_TRUE(cap(plan::phase::pilot, 3'000));
    EXPECT_FALSE(cap(plan::phase::pilot, 3'001));
    EXPECT_TRUE(cap(plan::phase::pilot, 10'000, {"staff"}));
    EXPECT_FALSE(cap(plan::phase::pilot, 10'000, {"vip"}));
    EXPECT_TRUE(cap(plan::phase::pilot, 10'000, {"vip"}, true));
    EXPECT_TRUE(cap(plan::phase::rollout, 9'999));
    EXPECT_FALSE(cap(plan::phase::rollout, 10'000));
    EXPECT_TRUE(cap(plan::phase::production, 10'000));
}

TEST_F(grant_test, a_grant_lives_as_long_as_its_evidence) {
    to_p10();
    // label coverage of the pilot is good for a day
    EXPECT_EQ(newest().until, time.now() + a_day);
    EXPECT_EQ(gates.next_expiry(), time.now() + a_day);
}

TEST_F(grant_test, renewed_evidence_renews_a_grant_and_never_enlarges_it) {
    to_p10();
    const auto before = newest();
    for (int hour = 0; hour < 30; ++hour) {
        time.advance(an_hour);
        labels(1, 40, "pilot");
        gates.on_tick(time.now());
    }
    ASSERT_EQ(gates.live_grants(project).size(), 2U);
    const auto after = newest();
    EXPECT_EQ(after.id, before.id);
    EXPECT_GT(after.until, before.until);
    EXPECT_EQ(after.audience, before.audience);
    EXPECT_GT(count("grant.renewed"), 10);
}

// Security design, section 14: live grants come back suspended until an owner confirms.
TEST_F(grant_test, a_restore_suspends_every_live_grant_until_an_owner_resumes_it) {
    to_p10();
    const auto live = gates.live_grants(project).size();
    ASSERT_GT(live, 0U);
    ASSERT_TRUE(log.commit(
        {events::make_event(store::store_restored{.backup = "2026-11-25T00:00:00Z", .last_seq = 9},
                            {.at = time.now(), .object_type = "store"})}));
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_TRUE(gates.standing_of(project).suspended);
    ASSERT_TRUE(gates.resume(project, "checked after the restore", anna));
    EXPECT_EQ(gates.live_grants(project).size(), live);
}

TEST_F(grant_test, expired_evidence_ends_the_grant_and_the_next_lower_one_serves) {
    to_staff(); // nothing live was measured: the staff grant does not rest on live coverage
    time.advance(5 * a_day);
    ASSERT_TRUE(gates.issue(project, "p10", candidate, controller));
    labels(1, 40, "pilot");
    time.advance(an_hour);
    gates.on_tick(time.now());
    time.advance(a_day);
    const auto changed = gates.on_tick(time.now());
    EXPECT_EQ(changed, std::vector<std::string>{project});
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(newest().end_reason, "keep");
    EXPECT_GE(count("evidence.expired"), 1);
}

TEST_F(grant_test, a_grant_ends_at_its_time_even_if_nobody_ticks) {
    to_p10();
    time.advance(a_day);
    EXPECT_EQ(gates.standing_of(project).stage, "staff");
    gates.on_tick(time.now());
    EXPECT_GE(count("grant.ended"), 1);
}

TEST_F(grant_test, a_clock_set_back_revives_nothing) {
    to_p10();
    time.advance(2 * a_day);
    gates.on_tick(time.now());
    ASSERT_TRUE(gates.live_grants(project).empty());
    time.advance(-3 * a_day);
    gates.on_tick(time.now());
    EXPECT_TRUE(gates.live_grants(project).empty());
}

TEST_F(grant_test, a_clock_set_back_between_two_looks_revives_nothing) {
    to_p10();
    time.advance(2 * a_day); // no tick
    ASSERT_EQ(top(), "staff");
    time.advance(-2 * a_day);
    EXPECT_EQ(top(), "staff");
}

TEST_F(grant_test, a_clock_set_back_before_anybody_noticed_revives_nothing_after_a_tick) {
    to_p10();
    time.advance(a_day);
    gates.on_tick(time.now());
    ASSERT_EQ(top(), "");
    time.advance(-a_day);
    EXPECT_EQ(top(), "");
    gate_service again(environment());
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_TRUE(again.live_grants(project).empty());
}

TEST_F(grant_test, what_fell_for_evidence_comes_back_on_the_earlier_signature) {
    to_p10();
    time.advance(2 * a_day);
    gates.on_tick(time.now());
    ASSERT_TRUE(gates.live_grants(project).empty());
    EXPECT_FALSE(gates.issue(project, "staff", candidate, controller)); // G1 does not pass
    labels();
    poc();
    drill();
    const auto back = gates.issue(project, "staff", candidate, controller);
    ASSERT_TRUE(back) << to_line(back.error());
    labels(1, 40, "pilot");
    ASSERT_TRUE(gates.issue(project, "p10", candidate, controller));
    const auto& all = log.all();
    const auto passed = std::ranges::find_if(all.rbegin(), all.rend(), [](const events::event& e) {
        return events::is<events::gate_passed>(e);
    });
    EXPECT_TRUE(events::read<events::gate_passed>(*passed).on_earlier);
    EXPECT_TRUE(events::read<events::gate_passed>(*passed).signature.starts_with("sig_"));
}

TEST_F(grant_test, after_seven_days_a_person_signs_again) {
    to_p10();
    time.advance(2 * a_day);
    gates.on_tick(time.now());
    time.advance(8 * a_day);
    labels();
    poc();
    drill();
    EXPECT_EQ(gates.issue(project, "staff", candidate, controller).error().id,
              "gate.issue.needs_signature");
    EXPECT_TRUE(sign("G1"));
    EXPECT_EQ(top(), "staff");
}

// REQ: R-TRANS-1
TEST_F(grant_test, a_label_that_is_missing_ends_the_grant_at_once) {
    to_p10();
    time.advance(an_hour);
    labels(0.9, 40, "pilot");
    gates.on_tick(time.now());
    EXPECT_TRUE(gates.live_grants(project).empty());
}

TEST_F(grant_test, harm_ends_the_grant_at_once) {
    to_p10();
    rate("desk.harm_rate", 20, 100);
    gates.on_tick(time.now());
    EXPECT_TRUE(gates.live_grants(project).empty());
}

TEST_F(grant_test, a_row_answered_no_ends_the_grant_after_a_day) {
    to_p10();
    ASSERT_TRUE(plans.answer_risk(project, "R-SEC-1", plan::answer_kind::no, "", "", owner()));
    // the row changed, so that its signature is gone, and that is an expiry
    gates.on_tick(time.now());
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(newest().end_reason, "keep");
}

TEST_F(grant_test, a_failed_drill_ends_the_grant_after_a_day_of_alarm) {
    to_p10();
    time.advance(millis{1});
    drill(0);
    gates.on_tick(time.now());
    EXPECT_EQ(top(), "p10");
    for (int hour = 0; hour < 23; ++hour) {
        time.advance(an_hour);
        labels(1, 40, "pilot");
        gates.on_tick(time.now());
    }
    EXPECT_EQ(top(), "p10");
    time.advance(an_hour);
    labels(1, 40, "pilot");
    gates.on_tick(time.now());
    EXPECT_EQ(top(), "");
}

TEST_F(grant_test, not_enough_data_ends_nothing) {
    to_staff();
    labels(1, 0, "pilot"); // a quiet weekend
    gates.on_tick(time.now());
    time.advance(an_hour);
    labels(1, 0, "pilot");
    gates.on_tick(time.now());
    EXPECT_EQ(top(), "staff");
}

TEST_F(grant_test, a_row_edited_in_the_log_is_not_published) {
    to_p10();
    auto forged = log.all();
    for (auto& e : forged)
        if (events::is<events::grant_issued>(e) && json::text_or(e.body, "stage") == "p10")
            e.body.at("audience").get_object()["basis"] = 9'000;
    gate_service again(environment());
    for (const auto& e : forged)
        again.apply(e);
    const auto live = again.live_grants(project);
    ASSERT_EQ(live.size(), 1U); // the next lower grant serves
    EXPECT_EQ(live[0].stage, "staff");
    EXPECT_EQ(again.grants(project).back().state, grant_state::invalid);
    again.on_tick(time.now());
    const auto& last = log.all().back();
    const auto refused = std::ranges::find(log.all(), "grant.refused", &events::event::kind);
    ASSERT_NE(refused, log.all().end()) << last.kind;
    EXPECT_EQ(json::text_or(refused->body, "id"), "grant.invalid");
}

TEST_F(grant_test, a_longer_life_written_into_the_log_is_not_believed) {
    to_p10();
    const events::grant_renewed longer{newest().id, time.now() + 300 * a_day, std::string(64, '0')};
    must(log.commit({events::make_event(
        longer, {.at = time.now(), .project = project, .object_id = newest().id})}));
    EXPECT_EQ(newest().state, grant_state::invalid);
    EXPECT_EQ(top(), "staff");
}

TEST_F(grant_test, stepping_back_ends_what_is_above_and_needs_no_gate) {
    to_r60();
    EXPECT_EQ(gates.step_back(project, "r30", "", anna).error().id, "gate.step_back.reason");
    EXPECT_EQ(gates.step_back(project, "nowhere", "Why not", anna).error().id,
              "gate.step_back.unknown");
    ASSERT_TRUE(gates.step_back(project, "r30", "Too many hand-overs", anna));
    EXPECT_EQ(top(), "r30");
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::rollout);
    ASSERT_TRUE(gates.step_back(project, "pilot", "Back to the pilot", anna));
    EXPECT_EQ(top(), "p10");
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::pilot);
    EXPECT_EQ(gates.issue(project, "r30", candidate, controller).error().id, "gate.issue.not_next");
    ASSERT_TRUE(gates.step_back(project, "sandbox", "Start again", anna));
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::sandbox);
}

TEST_F(grant_test, a_rolled_back_variant_needs_a_new_signature) {
    to_p10();
    ASSERT_TRUE(gates.roll_back(project, candidate, "Harm", controller));
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(gates.issue(project, "staff", candidate, controller).error().id,
              "gate.issue.needs_signature");
    EXPECT_EQ(gates.issue(project, "p10", candidate, controller).error().id, "gate.issue.not_next");
}

TEST_F(grant_test, a_kill_suspends_and_serves_again_only_when_the_gate_passes) {
    to_p10();
    ASSERT_TRUE(gates.suspend(project, "Something is off", anna));
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_TRUE(gates.standing_of(project).suspended);
    EXPECT_EQ(gates.resume(project, " ", anna).error().id, "gate.resume.reason");
    rate("desk.harm_rate", 20, 100);
    const auto refused = gates.resume(project, "Checked", anna);
    EXPECT_EQ(refused.error().id, "gate.resume.not_ready");
    EXPECT_TRUE(gates.live_grants(project).empty());
}

TEST_F(grant_test, a_kill_taken_back_in_order_serves_as_before) {
    to_p10();
    ASSERT_TRUE(gates.suspend(project, "Something is off", anna));
    const auto passed = count("gate.passed");
    EXPECT_EQ(gates.issue(project, "r30", candidate, controller).error().id, "gate.issue.held");
    ASSERT_TRUE(gates.resume(project, "Checked, nothing found", anna));
    EXPECT_EQ(top(), "p10");
    EXPECT_EQ(count("gate.passed"), passed + 2);
    EXPECT_EQ(gates.resume(project, "Again", anna).error().id, "gate.resume.nothing");
}

TEST_F(grant_test, while_held_nothing_rises_and_serving_goes_on) {
    to_staff();
    time.advance(5 * a_day);
    ASSERT_TRUE(gates.hold(project, "Holidays", anna));
    EXPECT_EQ(top(), "staff");
    EXPECT_EQ(gates.issue(project, "p10", candidate, controller).error().id, "gate.issue.held");
    ASSERT_TRUE(gates.release(project, "Back", anna));
    EXPECT_TRUE(gates.issue(project, "p10", candidate, controller));
    EXPECT_EQ(gates.release(project, "Again", anna).error().id, "gate.release.not_held");
}

TEST_F(grant_test, a_stopped_project_serves_nobody_for_good) {
    to_p10();
    ASSERT_TRUE(gates.stop(project, "Not worth it", anna));
    EXPECT_TRUE(gates.live_grants(project).empty());
    EXPECT_EQ(gates.standing_of(project).status, "stopped");
    EXPECT_EQ(sign("G2").error().id, "gate.sign.held");
}

TEST_F(grant_test, an_override_skips_ahead_with_a_reason_and_an_end) {
    to_staff();
    const std::string reason = "The trade fair begins before the pilot can be decided.";
    EXPECT_EQ(gates.override_to(project, "r30", "short", time.now() + a_day, "owner").error().id,
              "gate.phase.override_reason");
    EXPECT_EQ(
        gates.override_to(project, "r30", reason, time.now() + 31 * a_day, "owner").error().id,
        "gate.phase.override_expiry");
    EXPECT_EQ(gates.override_to(project, "r30", reason, time.now() + a_day, "it-ops").error().id,
              "gate.sign.not_allowed");
    ASSERT_TRUE(gates.override_to(project, "r30", reason, time.now() + 2 * a_day, "owner"));
    EXPECT_EQ(top(), "r30");
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::rollout);
    EXPECT_EQ(gates.standing_of(project).override_reason, reason);
    time.advance(2 * a_day);
    gates.on_tick(time.now());
    EXPECT_EQ(top(), "staff");
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::pilot);
    EXPECT_EQ(gates.standing_of(project).override_until.ms, 0);
}

TEST_F(grant_test, another_variant_climbs_its_own_ladder_and_supersedes) {
    to_p10();
    const auto first = candidate;
    candidate = std::string(64, 'b');
    poc();
    drill();
    labels();
    ASSERT_TRUE(sign("G1"));
    EXPECT_EQ(gates.standing_of(project).phase, plan::phase::pilot);
    ASSERT_TRUE(gates.supersede(project, candidate, controller));
    for (const auto& g : gates.grants(project))
        if (g.variant == first && g.stage == "staff") {
            EXPECT_EQ(g.end_reason, "superseded");
        }
}

TEST_F(grant_test, a_stage_taken_out_of_the_plan_serves_no_longer) {
    to_p10();
    auto tree = plans.head(project)->plan->tree;
    auto& stages = tree.at("rollout").get_object().at("stages").get_array();
    stages.erase(stages.begin() + 1);
    ASSERT_TRUE(plans.put(project, plans.head(project)->revision, *plan::load_tree(tree), owner()));
    gates.on_tick(time.now());
    EXPECT_EQ(top(), "staff");
}

TEST_F(grant_test, a_draft_autonomy_grants_drafts) {
    auto tree = plans.head(project)->plan->tree;
    tree.at("use_case").get_object()["autonomy"] = "approve";
    ASSERT_TRUE(plans.put(project, 1, *plan::load_tree(tree), owner()));
    to_staff();
    EXPECT_EQ(newest().mode, "draft");
}

TEST_F(grant_test, a_replay_gives_the_same_grants) {
    to_r30();
    gate_service again(environment());
    for (const auto& e : log.all())
        again.apply(e);
    EXPECT_EQ(json::to_json(again.live_grants(project)), json::to_json(gates.live_grants(project)));
    EXPECT_EQ(json::to_json(again.standing_of(project)), json::to_json(gates.standing_of(project)));
    EXPECT_EQ(again.evaluate(project, "G3")->run_hash, gates.evaluate(project, "G3")->run_hash);
}

} // namespace
} // namespace servery::gate
