// For every sequence of acts and accidents: a step that enlarges who a variant may serve is a gate
// that passed with no open condition, or an override that has not ended, for that audience.
#include "control_plane/gate/gate_fixture.h"
#include "foundation/events/gate_passed.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cstdlib>

namespace servery::gate {
namespace {

// How many scripts; RC_PARAMS from outside wins.
const int scripts = ::setenv("RC_PARAMS", "max_success=45", 0);

// A sample of visitors: their bucket, whether they are staff, whom they are served by.
using exposure = std::set<std::tuple<int, bool, std::string>>;

exposure exposure_of(const std::vector<grant>& live) {
    exposure out;
    for (const auto& g : live)
        for (const int bucket : {0, 499, 500, 999, 1'000, 2'999, 3'000, 5'999, 6'000, 9'999})
            for (const bool staff : {false, true}) {
                const bool inside = g.audience.groups.empty() || staff;
                if (inside && bucket < g.audience.basis) out.emplace(bucket, staff, g.variant);
            }
    return out;
}

struct world : gate_fixture {
    std::size_t checked = 0;
    exposure before;

    void begin_at_r30() {
        to_r30();
        checked = log.all().size();
        before = now_served();
    }
    exposure now_served() const { return exposure_of(gates.live_grants(project)); }

    // Every grant that began or came back in this step rests on a gate that passed or an override.
    void check_step() {
        std::set<std::string> allowed;
        for (; checked < log.all().size(); ++checked) {
            const auto& e = log.all()[checked];
            if (events::is<events::gate_passed>(e)) {
                const auto body = events::read<events::gate_passed>(e);
                for (const auto& c : body.conditions) {
                    const auto s = json::text_or(c.get_object(), "state");
                    const auto id = json::text_or(c.get_object(), "id");
                    const bool keep = id.starts_with("keep:");
                    RC_ASSERT(s == "pass" || s == "waived" || (keep && s == "not_enough_data"));
                }
                allowed.insert(body.grant);
            } else if (events::is<events::grant_issued>(e)) {
                const auto body = events::read<events::grant_issued>(e);
                if (!body.override_reason.empty()) allowed.insert(body.grant);
                RC_ASSERT(check_cap(*plan::phase_from(body.phase), body.audience, false));
            }
        }
        exposure permitted = before;
        for (const auto& g : gates.live_grants(project))
            if (allowed.contains(g.id)) permitted.merge(exposure_of({g}));
        const auto after = now_served();
        RC_ASSERT(std::ranges::includes(permitted, after));
        before = after;
    }

    // A second process that reads the same log serves the same people.
    void check_replay() {
        log.set_down(false);
        gates.on_tick(time.now()); // what ended unnoticed is in the log from here on
        gate_service again(environment());
        for (const auto& e : log.all())
            again.apply(e);
        RC_ASSERT(json::to_json(again.live_grants(project)) ==
                  json::to_json(gates.live_grants(project)));
    }

    void edit(const std::function<void(json::object&)>& change) {
        auto tree = plans.head(project)->plan->tree;
        change(tree);
        auto next = plan::load_tree(tree);
        if (!next) return;
        (void)plans.put(project, plans.head(project)->revision, *next,
                        owner("A reason of more than twenty characters."));
    }
    json::object& stage_of(json::object& tree, std::size_t i) {
        auto& list = tree.at("rollout").get_object().at("stages").get_array();
        return list[i % list.size()].get_object();
    }
};

struct act {
    const char* name;
    std::function<void(world&, std::uint64_t)> run;
};

const std::string long_reason = "The fair begins before the gate can be decided.";
const std::vector<std::string> stages{"staff", "p10", "r30", "r60", "full"};

void good_evidence(world& w) {
    for (const auto* phase : {"sandbox", "pilot"})
        w.labels(1, 40, phase);
    w.poc();
    w.drill();
    w.ratio();
    w.uptime();
    w.rate("desk.answer_accuracy", 560, 600);
    w.rate("desk.harm_rate", 0, 600);
    for (const auto p : {plan::phase::sandbox, plan::phase::pilot, plan::phase::rollout})
        w.finish(p);
    w.answer_and_sign_all();
}

const std::vector<act>& acts() {
    static const std::vector<act> all{
        {"good evidence", [](world& w, std::uint64_t) { good_evidence(w); }},
        {"sign", [](world& w, std::uint64_t n) { (void)w.sign("G" + std::to_string(n % 4)); }},
        {"sign what comes next",
         [](world& w, std::uint64_t) {
             const auto ahead = w.gates.gate_ahead(w.project);
             if (ahead && ahead->starts_with("G")) (void)w.sign(*ahead);
         }},
        {"issue",
         [](world& w, std::uint64_t n) {
             (void)w.gates.issue(w.project, stages[n % 5], w.candidate, w.controller);
         }},
        {"hours pass",
         [](world& w, std::uint64_t n) {
             w.time.advance(static_cast<std::int64_t>(n % 30) * an_hour);
             w.gates.on_tick(w.time.now());
         }},
        {"days pass",
         [](world& w, std::uint64_t n) {
             w.time.advance(static_cast<std::int64_t>(n % 20) * a_day);
         }},
        {"two weeks with evidence",
         [](world& w, std::uint64_t) {
             w.serve_for(14 * a_day);
             good_evidence(w);
         }},
        {"clock set back",
         [](world& w, std::uint64_t n) {
             w.time.advance(-static_cast<std::int64_t>(n % 40) * a_day);
         }},
        {"tick", [](world& w, std::uint64_t) { w.gates.on_tick(w.time.now()); }},
        {"accuracy",
         [](world& w, std::uint64_t n) {
             w.rate("desk.answer_accuracy", static_cast<std::int64_t>(n % 601), 600);
         }},
        {"harm",
         [](world& w, std::uint64_t n) {
             w.rate("desk.harm_rate", static_cast<std::int64_t>(n % 60), 600);
         }},
        {"labels missing", [](world& w, std::uint64_t) { w.labels(0.9, 40, "pilot"); }},
        {"drill", [](world& w, std::uint64_t n) { w.drill(static_cast<double>(n % 2)); }},
        {"answer no",
         [](world& w, std::uint64_t) {
             (void)w.plans.answer_risk(w.project, "R-SEC-1", plan::answer_kind::no, "", "",
                                       world::owner());
         }},
        {"revoke",
         [](world& w, std::uint64_t n) {
             const auto all_signed = w.gates.signatures(w.project);
             if (!all_signed.empty())
                 (void)w.gates.revoke_signature(w.project, all_signed[n % all_signed.size()].id,
                                                "Mistake", "owner");
         }},
        {"percent edited",
         [](world& w, std::uint64_t n) {
             w.edit([&](json::object& t) { w.stage_of(t, n)["percent"] = n % 101; });
         }},
        {"groups edited",
         [](world& w, std::uint64_t n) {
             w.edit([&](json::object& t) { w.stage_of(t, n)["groups"] = json::array{}; });
         }},
        {"stage removed",
         [](world& w, std::uint64_t n) {
             w.edit([&](json::object& t) {
                 auto& list = t.at("rollout").get_object().at("stages").get_array();
                 if (list.size() > 3) list.erase(list.begin() + static_cast<long>(n % list.size()));
             });
         }},
        {"target lowered",
         [](world& w, std::uint64_t) {
             w.edit([](json::object& t) {
                 t.at("metrics")
                     .get_array()[1]
                     .get_object()
                     .at("targets")
                     .get_object()
                     .at("pilot")
                     .get_object()["value"] = 0.7;
             });
         }},
        {"other variant",
         [](world& w, std::uint64_t n) { w.candidate = std::string(64, n % 2 == 0 ? 'a' : 'b'); }},
        {"step back",
         [](world& w, std::uint64_t n) {
             (void)w.gates.step_back(w.project, stages[n % 5], "Why not", w.anna);
         }},
        {"roll back",
         [](world& w, std::uint64_t) {
             (void)w.gates.roll_back(w.project, w.candidate, "Harm", w.controller);
         }},
        {"supersede",
         [](world& w, std::uint64_t) {
             (void)w.gates.supersede(w.project, w.candidate, w.controller);
         }},
        {"kill", [](world& w, std::uint64_t) { (void)w.gates.suspend(w.project, "Off", w.anna); }},
        {"un-kill",
         [](world& w, std::uint64_t) { (void)w.gates.resume(w.project, "Checked", w.anna); }},
        {"hold", [](world& w, std::uint64_t) { (void)w.gates.hold(w.project, "Pause", w.anna); }},
        {"release",
         [](world& w, std::uint64_t) { (void)w.gates.release(w.project, "Back", w.anna); }},
        {"override",
         [](world& w, std::uint64_t n) {
             (void)w.gates.override_to(w.project, stages[n % 5], long_reason,
                                       w.time.now() + static_cast<std::int64_t>(n % 30) * a_day,
                                       "owner");
         }},
        {"waive",
         [](world& w, std::uint64_t) {
             (void)w.gates.waive(w.project, "G1/drill/provider_down", long_reason,
                                 w.time.now() + a_day, "owner");
         }},
        {"store down", [](world& w, std::uint64_t) { w.log.set_down(true); }},
        {"store up", [](world& w, std::uint64_t) { w.log.set_down(false); }},
    };
    return all;
}

using steps = std::vector<std::pair<std::uint8_t, std::uint16_t>>;

// Every act for the low numbers; a third of all numbers climbs, or few scripts would get anywhere.
const act& act_of(std::uint8_t which) {
    static constexpr std::array<std::size_t, 3> climbing{2, 3, 6};
    return acts()[which < 170 ? which % acts().size() : climbing[which % climbing.size()]];
}

// Up to 30 acts: long enough to climb, fall and come back.
rc::Gen<steps> script() {
    return rc::gen::resize(30, rc::gen::container<steps>(rc::gen::pair(
                                   rc::gen::resize(100, rc::gen::arbitrary<std::uint8_t>()),
                                   rc::gen::resize(100, rc::gen::arbitrary<std::uint16_t>()))));
}

// Runs the acts; `must` of the fixture throws while the store is down, and that ends the act only.
void play(world& w, const steps& all) {
    for (const auto& [which, n] : all) {
        const auto& a = act_of(which);
        try {
            a.run(w, n);
        } catch (const std::runtime_error&) { // the act's own preparation was refused
        }
        w.check_step();
    }
    w.check_replay();
}

TEST(exposure, rises_only_by_a_passed_gate_or_an_override) {
    EXPECT_TRUE(rc::check("from a draft", [] {
        world w;
        play(w, *script());
    }));
}

TEST(exposure, rises_only_by_a_passed_gate_also_from_the_middle_of_a_rollout) {
    EXPECT_TRUE(rc::check("from the rollout", [] {
        world w;
        w.begin_at_r30();
        play(w, *script());
    }));
}

// Each stands before one guard alone: without it, the script breaks the promise.
TEST(exposure, the_shortest_script_against_each_guard) {
    world draft;
    play(draft, {{1, 0}}); // sign: the gate is not ready
    world rollout;
    rollout.begin_at_r30();
    play(rollout, {{3, 3}}); // issue r60: the gate is not ready
    world late;
    late.begin_at_r30();
    play(late, {{5, 19}, {5, 19}, {7, 39}}); // the clock set back behind the end of every grant
}

// The generator can reach the top: otherwise the property would hold for want of trying.
TEST(exposure, the_acts_of_the_property_reach_all_visitors) {
    world w;
    for (int i = 0; i < 12; ++i) {
        acts()[6].run(w, 0);
        acts()[2].run(w, 0);
        for (std::uint64_t n = 0; n < 5; ++n)
            acts()[3].run(w, n);
        w.check_step();
    }
    EXPECT_EQ(w.top(), "full");
}

} // namespace
} // namespace servery::gate
