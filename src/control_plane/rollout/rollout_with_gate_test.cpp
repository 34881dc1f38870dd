// The rollout with the real gate and the first plan of the examples.
#include "control_plane/gate/gate_fixture.h"
#include "control_plane/rollout/rollout_service.h"
#include "foundation/events/rollout_changed.h"

#include <gtest/gtest.h>

#include <cstring>

namespace servery::rollout {
namespace {

struct house : gate::gate_fixture {
    policy::kill_board kills;
    rollout_service service{
        {.time = time,
         .random = random,
         .log = log,
         .kills = kills,
         .gates = port_to(gates),
         .plan = [this](std::string_view p) { return plans.head(p); },
         .variant = [](std::string_view, std::string_view hex) -> std::optional<std::string> {
             return std::string(hex);
         },
         .salt_key = key32{9}}};
    std::string id;
    std::uint64_t visitors = 0;
    std::int64_t row_seq = 1'000'000;

    house() {
        log.add_fold([this](const events::event& e) { service.apply(e); });
        id = std::string(must(service.create(project, candidate, "", why()))->at("id").as_string());
    }
    static act why() { return {{events::actor_kind::person, "owner"}, "because", ""}; }
    void tick(millis by) {
        time.advance(by);
        gates.on_tick(time.now());
        service.react(project);
        service.on_tick(time.now());
    }
    std::string word(std::string_view key) {
        return json::text_or(*must(service.status(project, id)), key);
    }
    // A visitor of the top grant's share.
    void served(bool works) {
        const auto ladder = service.ladder(project);
        if (ladder.empty()) return;
        const auto& top = ladder.front();
        events::exchange row;
        row.seq = ++row_seq;
        row.at = time.now();
        row.project = project;
        row.env = events::environment::live;
        row.visitor = hash16{};
        ++visitors;
        std::memcpy(row.visitor->data(), &visitors, sizeof visitors);
        row.salt_id = top.salt_id;
        row.assigned = events::assigned_by::hash;
        row.eligible = true;
        // Every tenth is in the canary, so that the split stays as configured.
        const bool canary = visitors % 10 == 0 || !works;
        row.probability_e6 = canary ? 100'000 : 900'000;
        if (canary) row.arm = top.variant;
        row.outcome = works ? events::outcome::ok : events::outcome::timeout;
        row.t_first_token = 1;
        service.on_exchange(row);
        service.react(project);
    }
};

TEST(rollout_with_gate, follows_signatures_and_stage_gates_up) {
    house h;
    EXPECT_EQ(h.word("state"), "draft");
    EXPECT_TRUE(h.service.ladder(h.project).empty());
    h.to_staff();
    h.service.react(h.project);
    EXPECT_EQ(h.word("state"), "running");
    EXPECT_EQ(h.word("stage"), "staff");
    EXPECT_EQ(h.service.ladder(h.project).front().audience.kind, "group");
    h.tick(4 * gate::a_day);
    EXPECT_EQ(h.word("stage"), "staff");
    h.tick(gate::a_day);
    h.labels(1, 40, "pilot");
    h.tick(gate::an_hour);
    EXPECT_EQ(h.word("stage"), "p10") << h.word("why_not");
    for (int i = 0; i < 500; ++i)
        h.served(true);
    h.finish(plan::phase::pilot);
    for (int step = 0; step < 28; ++step) {
        h.served(true);
        h.labels(1, 40, "pilot");
        h.tick(12 * gate::an_hour);
    }
    EXPECT_GT(h.count("fact"), 0);
    h.rate("desk.answer_accuracy", 190, 200);
    h.rate("desk.harm_rate", 0, 200);
    h.drill();
    h.poc();
    h.tick(gate::an_hour);
    EXPECT_EQ(h.word("stage"), "p10") << h.word("why_not") << [&] {
        std::string ends;
        for (const auto& e : h.log.all())
            if (e.kind == "grant.ended") ends += json::write(e.body) + "\n";
        return ends;
    }();
    EXPECT_NE(h.word("why_not").find("owner's signature"), std::string::npos) << h.word("why_not");
    h.must(h.sign("G2"));
    h.service.react(h.project);
    EXPECT_EQ(h.word("stage"), "r30");
    EXPECT_EQ(h.service.ladder(h.project).front().audience.hi, 3000);
}

TEST(rollout_with_gate, harm_ends_the_grants) {
    house h;
    h.to_p10();
    h.service.react(h.project);
    ASSERT_EQ(h.word("stage"), "p10");
    h.served(false);
    h.served(false);
    EXPECT_EQ(h.word("state"), "rolled_back");
    EXPECT_TRUE(h.gates.live_grants(h.project).empty());
    EXPECT_TRUE(h.service.ladder(h.project).empty());
    EXPECT_EQ(h.count("rollout.rolled_back"), 1);
}

TEST(rollout_with_gate, a_kill_suspends_and_an_unkill_asks_the_gate) {
    house h;
    h.to_p10();
    h.service.react(h.project);
    h.must(h.service.kill(h.project, kill_scope::project, h.project, house::why()));
    EXPECT_TRUE(h.gates.standing_of(h.project).suspended);
    h.tick(gate::an_hour);
    EXPECT_EQ(h.word("state"), "killed");
    h.must(h.service.unkill(h.project, kill_scope::project, h.project, house::why()));
    EXPECT_EQ(h.service.ladder(h.project).front().audience.hi, 1000);
}

TEST(rollout_with_gate, stepping_back_ends_what_stands_above) {
    house h;
    h.to_r30();
    h.service.react(h.project);
    ASSERT_EQ(h.word("stage"), "r30");
    const auto done = h.must(h.service.step_back(h.project, h.id, "", house::why()));
    EXPECT_TRUE(done->recorded);
    EXPECT_EQ(done->stage, "p10");
    EXPECT_EQ(h.gates.live_grants(h.project).back().stage, "p10");
    h.tick(gate::an_hour);
    EXPECT_EQ(h.word("stage"), "p10");
}

} // namespace
} // namespace servery::rollout
