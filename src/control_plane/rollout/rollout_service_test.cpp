#include "control_plane/rollout/rollout_fixture.h"
#include "foundation/events/rollout_changed.h"

#include <gtest/gtest.h>

namespace servery::rollout {
namespace {

TEST(rollout, a_good_canary_climbs_to_everybody_and_every_growth_has_its_grant_before_it) {
    shop_floor floor;
    const std::string id = floor.begin();
    EXPECT_EQ(floor.word(id, "stage"), "staff");
    floor.gates.ready = {"p10", "r60"};
    std::uint64_t who = 0;
    const auto live = [&](int days) {
        for (int hour = 0; hour < 24 * days; ++hour) {
            for (int i = 0; i < 5; ++i)
                floor.visit(++who);
            floor.tick(std::chrono::hours(1));
        }
    };
    live(3);
    EXPECT_EQ(floor.word(id, "stage"), "p10");
    live(3);
    EXPECT_EQ(floor.word(id, "stage"), "p10") << "the next phase needs a signature";
    (void)floor.gates.open("r30", variant_hex(1), shop_floor::owner().by, "G2");
    floor.service->react(shop);
    EXPECT_EQ(floor.share(), 3000);
    live(3);
    EXPECT_EQ(floor.share(), 6000);
    (void)floor.gates.open("full", variant_hex(1), shop_floor::owner().by, "G3");
    floor.service->react(shop);
    EXPECT_EQ(floor.share(), 10'000);
    EXPECT_EQ(floor.word(id, "state"), "completed");
    std::set<std::string> issued;
    std::int64_t widest = 0;
    for (const auto& e : floor.log.all()) {
        if (events::is<events::grant_issued>(e))
            issued.insert(events::read<events::grant_issued>(e).grant);
        if (!events::is<events::rollout_share_changed>(e)) continue;
        const auto change = events::read<events::rollout_share_changed>(e);
        EXPECT_TRUE(issued.contains(change.grant)) << change.to;
        widest = std::max(widest, change.to_basis);
    }
    EXPECT_EQ(widest, 10'000);
    EXPECT_EQ(floor.status(id).at("sample_ratio").at("verdict"), "WAIT")
        << json::write(floor.status(id));
}

TEST(rollout, a_dead_canary_is_gone_at_its_second_visitor) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    std::uint64_t who = 0;
    int served = 0;
    while (served < 2 && who < 500)
        served += floor.visit(++who, false) ? 1 : 0;
    EXPECT_EQ(floor.share(), 0);
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
    EXPECT_TRUE(floor.gates.live().empty());
    const auto why = floor.word(id, "why_not");
    EXPECT_NE(why.find("error_rate: 2 of 2 visitors"), std::string::npos) << why;
    hash32 hash{};
    hash.fill(1);
    EXPECT_EQ(floor.kills.variant(shop, hash), policy::kill_word::rolled_back);
    for (int i = 0; i < 100; ++i)
        EXPECT_FALSE(floor.visit(++who));
}

TEST(rollout, harm_in_labels_rolls_back_also_while_an_approval_is_pending) {
    shop_floor floor;
    auto plan = std::make_shared<plan::plan_document>(*floor.plan);
    plan->typed.rollout.stages[1].approve = true;
    floor.plan = plan;
    floor.gates.approve = {"p10"};
    floor.gates.ready = {"p10"};
    const std::string id = floor.begin();
    floor.days(3);
    EXPECT_EQ(floor.word(id, "stage"), "staff");
    EXPECT_EQ(floor.status(id).at("why_not_step"), 8);
    EXPECT_EQ(floor.count("rollout.held"), 1) << "asked once, not every minute";
    for (std::uint64_t who = 1; who <= 6; ++who)
        floor.label(who, true);
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
    EXPECT_TRUE(floor.service->ladder(shop).empty());
}

TEST(rollout, a_draft_whose_variant_did_harm_never_starts) {
    shop_floor floor;
    const std::string first = floor.begin();
    const auto owner = shop_floor::owner();
    ASSERT_TRUE(floor.service->kill(shop, kill_scope::project, shop, owner));
    ASSERT_TRUE(floor.service->roll_back(shop, first, owner));
    const auto made = floor.service->create(shop, variant_hex(2), "", owner);
    ASSERT_TRUE(made);
    const auto id = std::string(made->at("id").as_string());
    (void)floor.gates.open("staff", variant_hex(2), owner.by, "G1");
    for (std::uint64_t who = 1; who <= 3; ++who)
        floor.label(who, true, 2);
    ASSERT_TRUE(floor.service->unkill(shop, kill_scope::project, shop, owner));
    floor.visit(4);
    EXPECT_TRUE(floor.service->ladder(shop).empty());
    EXPECT_EQ(floor.word(id, "state"), "draft");
}

TEST(rollout, a_stage_that_asks_for_approval_opens_when_a_person_approves) {
    shop_floor floor;
    auto plan = std::make_shared<plan::plan_document>(*floor.plan);
    plan->typed.rollout.stages[1].approve = true;
    floor.plan = plan;
    floor.gates.approve = {"p10"};
    floor.gates.ready = {"p10"};
    const std::string id = floor.begin();
    floor.days(3);
    ASSERT_TRUE(floor.service->approve(shop, id, shop_floor::owner()));
    floor.tick();
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_EQ(floor.status(id).at("holds").as_array().size(), 0u);
}

TEST(rollout, a_canary_is_off_before_the_record_when_the_store_is_away) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    floor.log.set_down(true);
    std::uint64_t who = 0;
    int served = 0;
    while (served < 2)
        served += floor.visit(++who, false) ? 1 : 0;
    EXPECT_EQ(floor.share(), 0);
    EXPECT_GE(floor.published, 1);
    EXPECT_EQ(floor.count("rollout.rolled_back"), 0);
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
    EXPECT_EQ(floor.status(id).at("recorded"), false);
    floor.tick();
    EXPECT_EQ(floor.count("rollout.rolled_back"), 0);
    floor.log.set_down(false);
    floor.tick();
    EXPECT_EQ(floor.count("rollout.rolled_back"), 1);
    EXPECT_EQ(floor.status(id).at("recorded"), true);
    EXPECT_TRUE(floor.gates.live().empty());
}

TEST(rollout, nothing_rises_while_the_store_is_away) {
    shop_floor floor;
    const std::string id = floor.begin();
    floor.gates.ready = {"p10"};
    floor.log.set_down(true);
    floor.days(5);
    EXPECT_EQ(floor.share(), 0);
    const auto asked = floor.service->advance(shop, id, shop_floor::owner());
    ASSERT_FALSE(asked);
    EXPECT_EQ(http_status(asked.error().code), 503);
    floor.log.set_down(false);
    floor.tick(std::chrono::hours(1));
    EXPECT_EQ(floor.share(), 1000);
}

TEST(rollout, no_traffic_moves_nothing_and_is_told_once) {
    shop_floor floor;
    floor.gates.ready = {"p10", "r60"};
    const std::string id = floor.at_stage("r30");
    floor.days(6);
    EXPECT_EQ(floor.share(), 3000);
    EXPECT_EQ(floor.count("rollout.stalled"), 1);
    EXPECT_NE(floor.word(id, "why_not").find("no visitor was counted"), std::string::npos);
}

TEST(rollout, a_visitor_counts_once_and_staff_drills_and_bots_not_at_all) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    std::uint64_t who = 0;
    while (!floor.visit(++who)) {
    }
    for (int i = 0; i < 50; ++i)
        floor.visit(who, false);
    EXPECT_EQ(floor.status(id).at("counted"), 1);
    EXPECT_EQ(floor.word(id, "state"), "running");
    for (std::uint64_t other = 1000; other < 1100; ++other) {
        floor.visit(other, false, events::purpose::drill);
        floor.visit(other, false, events::purpose::staff);
    }
    const auto status = floor.status(id);
    EXPECT_EQ(status.at("counted"), 1);
    EXPECT_EQ(status.at("excluded").at("drill"), 100);
    EXPECT_EQ(status.at("excluded").at("staff"), 100);
    EXPECT_EQ(status.at("state"), "running");
}

TEST(rollout, at_everybody_the_alarm_still_works) {
    shop_floor floor;
    const std::string id = floor.at_stage("full");
    EXPECT_EQ(floor.word(id, "state"), "completed");
    floor.visit(1, false);
    floor.visit(2, false);
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
    EXPECT_TRUE(floor.service->ladder(shop).empty());
}

TEST(rollout, a_kill_outlives_everything_and_ends_by_a_person_and_a_passing_gate) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    const auto killed =
        floor.service->kill(shop, kill_scope::project, shop, shop_floor::owner("wrong prices"));
    ASSERT_TRUE(killed);
    EXPECT_TRUE(killed->recorded);
    EXPECT_TRUE(floor.service->ladder(shop).empty());
    EXPECT_EQ(floor.word(id, "state"), "killed");
    floor.days(3);
    EXPECT_EQ(floor.word(id, "state"), "killed") << "a kill is not a lost grant";
    floor.gates.failing_keep = {"owner"};
    EXPECT_FALSE(
        floor.service->unkill(shop, kill_scope::project, shop, shop_floor::owner("repaired")));
    floor.gates.failing_keep.clear();
    EXPECT_FALSE(floor.service->unkill(shop, kill_scope::project, shop, shop_floor::owner(" ")));
    ASSERT_TRUE(
        floor.service->unkill(shop, kill_scope::project, shop, shop_floor::owner("repaired")));
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_EQ(floor.kills.project(shop), policy::kill_word::live);
}

TEST(rollout, a_variant_can_be_killed_and_revived_alone) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    floor.log.set_down(true);
    const auto killed = floor.service->kill(shop, kill_scope::variant, variant_hex(1).substr(0, 12),
                                            shop_floor::owner());
    ASSERT_TRUE(killed);
    EXPECT_FALSE(killed->recorded);
    EXPECT_EQ(floor.share(), 0);
    floor.log.set_down(false);
    floor.tick();
    EXPECT_EQ(floor.count("rollout.killed"), 1);
    ASSERT_TRUE(
        floor.service->unkill(shop, kill_scope::variant, variant_hex(1), shop_floor::owner()));
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_EQ(floor.word(id, "state"), "running");
}

TEST(rollout, a_word_found_on_the_kill_board_after_a_crash_is_recorded) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    hash32 hash{};
    hash.fill(1);
    floor.kills.set_variant(shop, hash, policy::kill_word::rolled_back);
    floor.tick();
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
    EXPECT_EQ(floor.count("rollout.rolled_back"), 1);
}

TEST(rollout, stepping_back_lowers_the_share_and_stays_down) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    floor.gates.ready = {"p10", "r60"};
    const auto back = floor.service->step_back(shop, id, "", shop_floor::owner("too many calls"));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->stage, "p10");
    EXPECT_EQ(floor.share(), 1000);
    floor.days(4);
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_NE(floor.word(id, "why_not").find("too many calls"), std::string::npos);
    EXPECT_FALSE(floor.service->step_back(shop, id, "r60", shop_floor::owner()));
}

TEST(rollout, an_ended_grant_hands_over_to_the_next_lower_and_the_last_to_nobody) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    floor.gates.end(floor.gates.live().back().id, "keep");
    EXPECT_EQ(floor.share(), 1000) << "without help of the control plane";
    floor.service->react(shop);
    EXPECT_EQ(floor.word(id, "stage"), "p10");
    while (!floor.gates.live().empty())
        floor.gates.end(floor.gates.live().back().id, "expired");
    floor.service->react(shop);
    EXPECT_TRUE(floor.service->ladder(shop).empty());
    EXPECT_EQ(floor.word(id, "state"), "running");
    EXPECT_NE(floor.word(id, "why_not").find("nobody is served"), std::string::npos);
}

TEST(rollout, what_fell_with_its_evidence_comes_back_when_the_gate_is_ready_again) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    while (!floor.gates.live().empty())
        floor.gates.end(floor.gates.live().back().id, "keep");
    floor.service->react(shop);
    floor.days(1);
    EXPECT_EQ(floor.share(), 0);
    floor.gates.ready = {"r30"};
    floor.tick(std::chrono::hours(1));
    EXPECT_EQ(floor.share(), 3000);
    EXPECT_EQ(floor.word(id, "stage"), "r30");
}

TEST(rollout, grants_that_a_person_revoked_end_the_rollout) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    while (!floor.gates.live().empty())
        floor.gates.end(floor.gates.live().back().id, "revoked");
    floor.service->react(shop);
    EXPECT_EQ(floor.word(id, "state"), "rolled_back");
}

TEST(rollout, a_broken_split_holds_and_is_not_released) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    // A logging fault drops three of four canary rows.
    for (std::uint64_t who = 1; who < 3000; ++who) {
        const auto ladder = floor.service->ladder(shop);
        const bool canary = shop_floor::place_of(ladder, shop_floor::visitor(who)).grant != nullptr;
        if (canary && who % 4 != 0) continue;
        floor.visit(who);
    }
    EXPECT_EQ(floor.status(id).at("sample_ratio").at("verdict"), "FAIL");
    EXPECT_EQ(floor.share(), 3000) << "the share stays";
    const auto freed = floor.service->release(shop, id, "sample_ratio", shop_floor::owner());
    ASSERT_FALSE(freed);
    EXPECT_EQ(freed.error().id, "rollout.hold.stays");
    floor.gates.ready = {"r60"};
    floor.days(5);
    EXPECT_EQ(floor.share(), 3000);
}

TEST(rollout, lost_rows_hold_until_a_person_releases_with_a_reason) {
    shop_floor floor;
    const std::string id = floor.at_stage("r30");
    events::exchange row;
    row.seq = ++floor.row_seq;
    row.project = shop;
    row.env = events::environment::live;
    row.salt_id = 1;
    row.rows_dropped_before = 3;
    floor.take(row);
    EXPECT_NE(floor.word(id, "why_not").find("rows were lost"), std::string::npos);
    EXPECT_FALSE(floor.service->release(shop, id, "", shop_floor::owner("")));
    ASSERT_TRUE(floor.service->release(shop, id, "", shop_floor::owner("disk was full")));
    floor.tick();
    EXPECT_EQ(floor.status(id).at("holds").as_array().size(), 0u);
}

TEST(rollout, a_failing_pause_metric_holds_and_serving_goes_on) {
    shop_floor floor;
    const std::string id = floor.at_stage("p10");
    events::fact f{.key = "desk.answer_accuracy",
                   .variant = variant_hex(1),
                   .phase = "pilot",
                   .n = 60,
                   .sum = 20,
                   .as_of = floor.time.now()};
    (void)floor.log.commit({events::make_event(f, {.at = floor.time.now(), .project = shop})});
    floor.service->react(shop);
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_EQ(floor.word(id, "state"), "running");
    EXPECT_NE(floor.word(id, "why_not").find("accuracy: 20 of 60"), std::string::npos);
    ASSERT_TRUE(floor.service->release(shop, id, "metric:accuracy", shop_floor::owner("checked")));
    floor.tick();
    EXPECT_EQ(floor.status(id).at("holds").as_array().size(), 0u) << "released is released";
}

TEST(rollout, a_second_try_needs_a_reason_and_gets_a_new_salt) {
    shop_floor floor;
    const std::string first = floor.at_stage("p10");
    const auto salt = floor.service->ladder(shop).front().salt;
    ASSERT_TRUE(floor.service->roll_back(shop, first, shop_floor::owner("odd answers")));
    EXPECT_FALSE(floor.service->create(shop, variant_hex(1), "", shop_floor::owner("")));
    const std::string second = floor.at_stage("p10");
    EXPECT_NE(second, first);
    EXPECT_EQ(floor.service->show(shop, second)->at("try"), 1);
    EXPECT_EQ(floor.share(), 1000);
    EXPECT_NE(floor.service->ladder(shop).front().salt, salt);
}

TEST(rollout, two_at_once_are_refused_and_a_draft_gives_way) {
    shop_floor floor;
    ASSERT_TRUE(floor.service->create(shop, variant_hex(1), "", shop_floor::owner()));
    ASSERT_TRUE(floor.service->create(shop, variant_hex(2), "", shop_floor::owner()));
    EXPECT_EQ(floor.service->candidate(shop), variant_hex(2));
    (void)floor.begin(2);
    const auto third = floor.service->create(shop, variant_hex(3), "", shop_floor::owner());
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().id, "rollout.overlap");
    EXPECT_EQ(floor.service->create(shop, "ffff", "", shop_floor::owner()).error().id,
              "rollout.variant.unknown");
}

TEST(rollout, an_audience_that_the_data_plane_cannot_hold_to_is_not_published) {
    shop_floor floor;
    auto plan = std::make_shared<plan::plan_document>(*floor.plan);
    plan->typed.rollout.stages[1].topics = {"orders"};
    floor.plan = plan;
    floor.gates.audience_of_stage["p10"].topics = {"orders"};
    floor.gates.ready = {"p10"};
    const std::string id = floor.begin();
    floor.days(3);
    EXPECT_EQ(floor.share(), 0);
    EXPECT_NE(floor.word(id, "why_not").find("topics"), std::string::npos);
}

TEST(rollout, the_new_variant_stands_before_the_one_that_serves_everybody) {
    shop_floor floor;
    (void)floor.at_stage("full", 1);
    (void)floor.at_stage("p10", 2);
    const auto ladder = floor.service->ladder(shop);
    ASSERT_GE(ladder.size(), 3u);
    EXPECT_EQ(to_hex(ladder.front().variant), variant_hex(2));
    EXPECT_EQ(floor.share(2), 1000);
    EXPECT_EQ(floor.share(1), 10'000);
    EXPECT_EQ(ladder.back().salt, ladder.front().salt) << "one salt for both arms";
    for (const auto& g : ladder) {
        if (g.audience.kind == "all") {
            EXPECT_EQ(g.probability_e6, 900'000);
        }
    }
}

TEST(rollout, replaying_the_log_gives_the_same_state) {
    shop_floor floor;
    floor.gates.ready = {"p10"};
    const std::string id = floor.begin();
    for (std::uint64_t who = 1; who < 400; ++who) {
        floor.visit(who, who % 50 != 0);
        if (who % 10 == 0) floor.tick(std::chrono::hours(3));
    }
    const auto before = json::write(floor.status(id));
    auto again = floor.make_service();
    for (const auto& e : floor.log.all())
        again->apply(e);
    for (const auto& row : floor.rows)
        again->apply(row);
    EXPECT_EQ(json::write(again->status(shop, id).value()), before);
    EXPECT_EQ(json::write(json::to_json(again->ladder(shop))),
              json::write(json::to_json(floor.service->ladder(shop))));
}

TEST(rollout, unready_acts_answer_with_what_is_missing) {
    shop_floor floor;
    EXPECT_EQ(floor.service->status(shop, "ro_none").error().id, "rollout.unknown");
    const auto made = floor.service->create(shop, variant_hex(1), "", shop_floor::owner());
    const std::string id(made->at("id").as_string());
    const auto started = floor.service->start(shop, id, shop_floor::owner());
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().id, "rollout.not_ready");
    EXPECT_EQ(floor.service->hold(shop, id, shop_floor::owner()).error().id, "rollout.state");
    (void)floor.gates.open("staff", variant_hex(1), shop_floor::owner().by, "G1");
    ASSERT_TRUE(floor.service->start(shop, id, shop_floor::owner()));
    const auto next = floor.service->advance(shop, id, shop_floor::owner());
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().id, "rollout.not_ready");
    EXPECT_NE(next.error().message.find("stays for at least 2d"), std::string::npos)
        << next.error().message;
    ASSERT_TRUE(floor.service->hold(shop, id, shop_floor::owner("holiday")));
    EXPECT_NE(floor.word(id, "why_not").find("holiday"), std::string::npos);
}

} // namespace
} // namespace servery::rollout
