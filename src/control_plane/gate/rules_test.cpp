#include "control_plane/gate/rules.h"
#include "foundation/base/random.h"

#include <gtest/gtest.h>

#include <map>

namespace servery::gate {
namespace {

using plan::direction;
using plan::rule_kind;

events::fact rate(std::int64_t good, std::int64_t n) {
    events::fact f;
    f.key = "desk.answer_accuracy";
    f.n = n;
    f.sum = static_cast<double>(good);
    return f;
}
const plan::fact_definition& def(const char* key) {
    return *plan::find_fact(key);
}

state bound(std::int64_t good, std::int64_t n, double target, direction better = direction::higher,
            std::optional<std::int64_t> min_n = {}) {
    const auto f = rate(good, n);
    return judge(&f, def("desk.answer_accuracy"),
                 {.rule =
                      better == direction::higher ? rule_kind::lower_bound : rule_kind::upper_bound,
                  .better = better,
                  .target = target,
                  .min_n = min_n})
        .state;
}

TEST(rules, a_fixed_sample_pass_is_not_a_sequential_pass) {
    EXPECT_EQ(bound(72, 82, 0.8), state::not_enough_data); // ln E = 0.92, 3.0 are needed
    EXPECT_EQ(bound(190, 200, 0.8), state::pass);
    EXPECT_EQ(bound(120, 200, 0.8), state::fail);
    EXPECT_EQ(bound(0, 0, 0.8), state::not_enough_data);
}

TEST(rules, an_upper_bound_counts_the_complement) {
    EXPECT_EQ(bound(0, 148, 0.03, direction::lower), state::pass);
    EXPECT_EQ(bound(0, 147, 0.03, direction::lower), state::not_enough_data);
    EXPECT_EQ(bound(20, 148, 0.03, direction::lower), state::fail);
}

TEST(rules, the_state_alone_is_the_judgements_state) {
    seeded_random random(17);
    const char* const keys[] = {"desk.answer_accuracy", "monitoring.available",
                                "assistant.entries_live"};
    const rule_kind kinds[] = {rule_kind::lower_bound, rule_kind::upper_bound, rule_kind::count,
                               rule_kind::point, rule_kind::mean_bound};
    std::map<state, int> seen;
    for (int i = 0; i < 2000; ++i) {
        const auto n = static_cast<std::int64_t>(random.below(300));
        auto f = rate(static_cast<std::int64_t>(static_cast<double>(n) * random.unit()), n);
        f.usable = random.below(10) != 0;
        if (n > 0) f.value = f.sum / static_cast<double>(n);
        const auto better = random.below(2) == 0 ? direction::higher : direction::lower;
        const rule_input in{.rule = kinds[random.below(5)],
                            .better = better,
                            .target = 0.05 + 0.9 * random.unit(),
                            .min_n = random.below(2) == 0 ? std::optional<std::int64_t>{40}
                                                          : std::nullopt};
        const auto& definition = def(keys[random.below(3)]);
        const auto* fact = random.below(20) == 0 ? nullptr : &f;
        const auto alone = judge_state(fact, definition, in);
        ASSERT_EQ(alone, judge(fact, definition, in).state) << i;
        ++seen[alone];
    }
    EXPECT_EQ(seen.size(), 3u); // pass, fail and not_enough_data all came up
}

TEST(rules, min_n_is_a_floor) {
    EXPECT_EQ(bound(29, 29, 0.5), state::not_enough_data);
    EXPECT_EQ(bound(30, 30, 0.5), state::pass);
    EXPECT_EQ(bound(150, 150, 0.8, direction::higher, 200), state::not_enough_data);
}

TEST(rules, not_enough_data_says_how_many_more) {
    const auto f = rate(45, 50);
    const auto j =
        judge(&f, def("desk.answer_accuracy"), {.rule = rule_kind::lower_bound, .target = 0.8});
    ASSERT_TRUE(j.needs && j.needs->n_more);
    EXPECT_GT(*j.needs->n_more, 0);
    EXPECT_GT(*j.needs->n_more_p80, *j.needs->n_more);
    EXPECT_NE(j.why.find("50 so far"), std::string::npos);
    EXPECT_TRUE(j.interval);
}

TEST(rules, nothing_and_the_unusable_are_never_a_pass) {
    const rule_input in{.rule = rule_kind::lower_bound, .target = 0.8};
    EXPECT_EQ(judge(nullptr, def("desk.answer_accuracy"), in).state, state::not_enough_data);
    auto f = rate(200, 200);
    f.usable = false;
    f.why_not = "labels are late";
    const auto j = judge(&f, def("desk.answer_accuracy"), in);
    EXPECT_EQ(j.state, state::not_enough_data);
    EXPECT_EQ(j.why, "labels are late");
}

TEST(rules, a_count_decides_only_on_a_complete_run) {
    events::fact f;
    f.n = 5;
    f.value = 5;
    rule_input in{.rule = rule_kind::count, .target = 5, .min_n = 5};
    const auto& d = def("evaluation.poc_passed");
    EXPECT_EQ(judge(&f, d, in).state, state::pass);
    ASSERT_TRUE(judge(&f, d, in).interval);
    EXPECT_NEAR(judge(&f, d, in).interval->lower, 0.5655, 1e-3); // Wilson: 5 of 5 prove 57 %
    f.value = 4;
    EXPECT_EQ(judge(&f, d, in).state, state::fail);
    f.missing = 1;
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
    f.missing = 0;
    f.n = 4;
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
    f.value.reset();
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
}

TEST(rules, a_point_waits_for_its_window) {
    events::fact f;
    f.value = 0.95;
    f.window_from = instant{0};
    f.window_to = instant{10LL * 86'400'000};
    rule_input in{.rule = rule_kind::point, .target = 0.9, .window = millis{30LL * 86'400'000}};
    const auto& d = def("monitoring.available");
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
    f.window_to = instant{30LL * 86'400'000};
    EXPECT_EQ(judge(&f, d, in).state, state::pass);
    f.value = 0.89;
    EXPECT_EQ(judge(&f, d, in).state, state::fail);
    f.missing = 3;
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
}

TEST(rules, a_mean_rests_on_the_modules_own_test) {
    events::fact f;
    f.n = 50;
    f.value = 3.9;
    rule_input in{.rule = rule_kind::mean_bound, .target = 3.5};
    const auto& d = def("desk.survey_means");
    EXPECT_EQ(judge(&f, d, in).state, state::not_enough_data);
    f.ln_e_pass = 3.1;
    EXPECT_EQ(judge(&f, d, in).state, state::pass);
    f.ln_e_fail = 4.7;
    EXPECT_EQ(judge(&f, d, in).state, state::fail);
}

plan::evidence_rule rule(const char* op, json::value v) {
    return {.ref = "x", .op = op, .value = std::move(v), .max_age = ""};
}

TEST(rules, evidence_compares_by_kind) {
    events::fact f;
    f.n = 40;
    f.value = 1;
    const auto judged = [&](const char* key, plan::evidence_rule r) {
        return judge_evidence(&f, def(key), r, {}, 100.0).state;
    };
    EXPECT_EQ(judged("gateway.fallback_drill", rule("==", "pass")), state::pass);
    EXPECT_EQ(judged("guardrails.label_coverage", rule("==", 1)), state::pass);
    f.value = 0.99;
    EXPECT_EQ(judged("guardrails.label_coverage", rule("==", 1)), state::fail);
    EXPECT_EQ(judged("guardrails.label_coverage", rule("exists", nullptr)), state::pass);
    f.n = 0;
    EXPECT_EQ(judged("guardrails.label_coverage", rule("==", 1)), state::not_enough_data);
    f.n = 19;
    f.phase = "sandbox";
    EXPECT_EQ(judged("guardrails.label_coverage", rule("==", 1)), state::not_enough_data);
    f.value = 0;
    EXPECT_EQ(judged("gateway.fallback_drill", rule("==", "pass")), state::fail);
    f.value = 101;
    EXPECT_EQ(judged("economics.next_phase_forecast_p80", rule("<=", "budget")), state::fail);
    f.value = 99;
    EXPECT_EQ(judged("economics.next_phase_forecast_p80", rule("<=", "budget")), state::pass);
    f = rate(200, 200);
    EXPECT_EQ(judged("evaluation.redteam_resisted", rule(">=", 0.95)), state::pass);
    f = rate(20, 20);
    EXPECT_EQ(judged("evaluation.redteam_resisted", rule(">=", 0.95)), state::not_enough_data);
    EXPECT_EQ(judge_evidence(nullptr, def("desk.bias_reports"), rule("<=", 0), {}, {}).state,
              state::not_enough_data);
}

TEST(rules, a_truth_at_the_target_passes_by_chance_at_most_once_in_twenty) {
    seeded_random random(11);
    int passed = 0;
    constexpr int streams = 400;
    for (int s = 0; s < streams; ++s) {
        std::int64_t good = 0;
        for (std::int64_t n = 1; n <= 400; ++n) {
            good += random.unit() < 0.8 ? 1 : 0;
            if (n % 10 == 0 && bound(good, n, 0.8) == state::pass) {
                ++passed;
                break;
            }
        }
    }
    EXPECT_LE(passed, 400 * (0.05 + 3 * 0.0109));
}

} // namespace
} // namespace servery::gate
