#include "control_plane/evaluation/matrix.h"
#include "control_plane/evaluation/report.h"
#include "control_plane/evaluation/runner.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace servery::evaluation {
namespace {

eval_case a_case(std::string id, std::string expect = "ten") {
    eval_case c{.id = std::move(id)};
    c.ask = "When, " + c.id + "?";
    c.graders = {{.type = "icontains", .value = json::string(expect)}};
    return c;
}

std::vector<eval_case> cases(int n) {
    std::vector<eval_case> out;
    for (int i = 0; i < n; ++i)
        out.push_back(a_case("c" + std::to_string(i)));
    return out;
}

variant_card free_card(std::string hash) {
    return {
        .hash = std::move(hash), .label = "built-in", .provider = "assistant", .in_process = true};
}

// 1 EUR a million tokens in and 10 out; at most 100 tokens out.
variant_card paid_card(std::string hash) {
    return {.hash = std::move(hash),
            .label = "paid",
            .provider = "acme",
            .price = variant_price{1'000'000'000, 10'000'000'000, "EUR"},
            .max_output_tokens = 100};
}

answer_result says(std::string text, std::optional<std::int64_t> cost = 0) {
    answer_result a;
    a.text = std::move(text);
    a.finish = "stop";
    a.cost_nano = cost;
    a.total_us = 1000;
    return a;
}

answer_function always(std::string text, std::optional<std::int64_t> cost = 0) {
    return [text, cost](answer_request, answer_done done) { done(says(text, cost)); };
}

run_plan planned(std::vector<eval_case> list, std::vector<variant_card> cards,
                 run_options options = {}) {
    auto plan = plan_run("run_x", std::move(list), std::move(cards), options);
    EXPECT_TRUE(plan) << to_line(plan.error());
    return *std::move(plan);
}

std::filesystem::path fresh_folder() {
    static std::atomic<int> n{0};
    auto path = std::filesystem::path(testing::TempDir()) /
                ("servery_eval_" + std::to_string(::getpid()) + "_" + std::to_string(n++));
    std::filesystem::remove_all(path);
    return path;
}

TEST(run_plan, an_unpriced_variant_is_refused_unless_allowed) {
    auto card = paid_card("aa");
    card.price.reset();
    const auto plan = plan_run("r", cases(1), {card}, {});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().id, "eval.run.unpriced");
    EXPECT_TRUE(plan_run("r", cases(1), {card}, {.allow_unpriced = true}));
    card = paid_card("aa");
    card.frozen = false;
    EXPECT_EQ(plan_run("r", cases(1), {card}, {}).error().id, "eval.variant.not_frozen");
}

TEST(run_plan, says_what_the_run_can_prove) {
    const auto plan = planned(cases(20), {free_card("aa")});
    EXPECT_EQ(plan.can_prove, "with 20 questions even 19 right only shows at least 76 of 100");
    EXPECT_NE(planned(cases(5), {free_card("aa")}).can_prove.find("not even all right"),
              std::string::npos);
}

TEST(run_plan, families_stay_together_and_the_order_does_not_depend_on_the_file) {
    auto list = cases(6);
    list[3].family = "c0";
    auto reversed = list;
    std::ranges::reverse(reversed);
    const auto ids = [](const run_plan& p) {
        std::vector<std::string> out;
        for (const auto& u : p.units)
            out.push_back(p.cases[u.case_index].id);
        return out;
    };
    const auto a = ids(planned(list, {free_card("aa")}));
    EXPECT_EQ(a, ids(planned(reversed, {free_card("aa")})));
    const auto at = std::ranges::find(a, "c0") - a.begin();
    EXPECT_EQ(a[static_cast<std::size_t>(at) + 1], "c3");
}

TEST(runner, grades_what_the_variant_answers) {
    auto list = cases(3);
    list.push_back(a_case("wrong", "never said"));
    list.back().severity = severity::critical;
    const auto plan = planned(list, {free_card("aa")});
    const auto outcome = execute(plan, {.answer = always("At ten.")});
    EXPECT_EQ(outcome.state, run_state::completed);
    const auto s = summarise(plan, outcome);
    EXPECT_EQ(s.passed, 3);
    EXPECT_EQ(s.failed, 1);
    ASSERT_EQ(s.failures.size(), 1U);
    EXPECT_EQ(s.failures[0].case_id, "wrong");
    EXPECT_EQ(s.columns[0].passed.good, 3);
}

TEST(runner, answers_may_come_from_any_thread_in_any_order) {
    std::vector<std::pair<answer_request, answer_done>> waiting;
    std::mutex mutex;
    std::jthread answering([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::vector<std::pair<answer_request, answer_done>> batch;
            {
                const std::lock_guard lock(mutex);
                batch.swap(waiting);
            }
            std::ranges::reverse(batch);
            for (auto& [request, done] : batch)
                done(says("ten for " + request.turns.back().text));
            std::this_thread::yield();
        }
    });
    const auto plan = planned(cases(200), {free_card("aa"), free_card("bb")}, {.repeat = 2});
    const auto outcome = execute(plan, {.answer = [&](answer_request r, answer_done done) {
                                     const std::lock_guard lock(mutex);
                                     waiting.emplace_back(std::move(r), std::move(done));
                                 }});
    ASSERT_EQ(outcome.results.size(), 800U);
    for (const auto& r : outcome.results) {
        EXPECT_EQ(r.state, unit_state::passed);
        EXPECT_NE(r.answer.text.find(plan.cases[r.case_index].id + "?"), std::string::npos);
    }
}

TEST(runner, a_repeat_is_asked_again_and_not_served_from_the_cache) {
    std::atomic<int> calls{0};
    memory_cache cache;
    const auto answer = [&](answer_request, answer_done done) {
        ++calls;
        done(says("ten"));
    };
    const auto plan = planned(cases(4), {free_card("aa")}, {.repeat = 3});
    (void)execute(plan, {.answer = answer, .cache = &cache});
    EXPECT_EQ(calls, 12);
    const auto again = execute(plan, {.answer = answer, .cache = &cache});
    EXPECT_EQ(calls, 12);
    EXPECT_EQ(again.from_cache, 12);
    EXPECT_DOUBLE_EQ(summarise(plan, again).columns[0].cache_share, 1.0);
}

TEST(runner, the_cap_holds_and_a_higher_one_goes_on_from_the_journal) {
    const auto file = fresh_folder() / "answers.journal";
    std::atomic<int> calls{0};
    const auto answer = [&](answer_request, answer_done done) {
        ++calls;
        done(says("ten", 1'000'000));
    };
    auto plan = planned(cases(20), {paid_card("aa")}, {.cap = micros{8'000}});
    {
        auto keep = *file_journal::open(file);
        const auto first = execute(plan, {.answer = answer, .keep = keep.get()});
        EXPECT_EQ(first.state, run_state::capped);
        EXPECT_LE(first.spent_nano, 8'000'000);
        EXPECT_GT(calls, 0);
    }
    const int paid = calls;
    plan.cap = micros{100'000};
    const auto before = *read_journal(file);
    auto keep = *file_journal::open(file);
    const auto second = execute(plan, {.answer = answer, .keep = keep.get(), .resume = &before});
    EXPECT_EQ(second.state, run_state::completed);
    EXPECT_EQ(calls, 20) << "no call twice";
    EXPECT_EQ(second.replayed, paid);
    EXPECT_EQ(second.spent_nano, 20'000'000);
}

RC_GTEST_PROP(runner, never_spends_more_than_its_cap, ()) {
    const auto cap = *rc::gen::inRange<std::int64_t>(0, 40'000);
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    auto card = paid_card("aa");
    card.price->out_nano = *rc::gen::inRange<std::int64_t>(1, 50) * 1'000'000'000;
    const auto plan = planned(cases(12), {card}, {.cap = micros{cap}});
    std::uint64_t state = seed;
    const auto outcome =
        execute(plan, {.answer = [&](answer_request, answer_done done) {
                    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
                    const auto tokens = static_cast<std::int64_t>((state >> 33U) % 101);
                    auto a = says("ten", std::nullopt);
                    a.tokens_in = 10;
                    a.tokens_out = tokens;
                    a.spend = events::spend_state::settled;
                    done(std::move(a));
                }});
    RC_ASSERT(outcome.spent_nano <= cap * 1000);
    RC_ASSERT(outcome.state == run_state::completed || outcome.state == run_state::capped);
}

TEST(journal, torn_at_every_byte_it_keeps_every_whole_record_and_goes_on_behind_them) {
    const auto file = fresh_folder() / "answers.journal";
    {
        auto keep = *file_journal::open(file);
        ASSERT_TRUE(keep->sent(0));
        ASSERT_TRUE(keep->answered(0, says("ten", 5)));
        ASSERT_TRUE(keep->sent(1));
        ASSERT_TRUE(keep->answered(1, says("elf", 6)));
    }
    std::ifstream in(file, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t n = 0; n <= whole.size(); ++n) {
        {
            std::ofstream out(file, std::ios::binary | std::ios::trunc);
            out << whole.substr(0, n);
        }
        const auto state = *read_journal(file);
        EXPECT_LE(state.dropped_bytes, n);
        {
            auto keep = *file_journal::open(file);
            ASSERT_TRUE(keep->answered(7, says("x")));
        }
        const auto after = *read_journal(file);
        EXPECT_EQ(after.dropped_bytes, 0U) << n;
        EXPECT_EQ(after.answers.size(), state.answers.size() + 1) << n;
    }
}

TEST(journal, a_flipped_bit_ends_the_reading_before_it) {
    const auto file = fresh_folder() / "answers.journal";
    {
        auto keep = *file_journal::open(file);
        ASSERT_TRUE(keep->answered(0, says("ten")));
        ASSERT_TRUE(keep->answered(1, says("ten")));
    }
    std::fstream f(file, std::ios::binary | std::ios::in | std::ios::out);
    f.seekp(-3, std::ios::end);
    f.put('#');
    f.close();
    EXPECT_EQ(read_journal(file)->answers.size(), 1U);
}

// A process that dies loses calls in flight; resuming asks no paid one of them again by itself.
TEST(runner, a_paid_call_that_was_sent_and_never_answered_is_lost_and_not_repeated) {
    journal_state before;
    before.sent = {0, 1};
    before.answers[2] = says("ten", 1000);
    std::atomic<int> calls{0};
    const auto answer = [&](answer_request, answer_done done) {
        ++calls;
        done(says("ten", 1000));
    };
    auto plan = planned(cases(5), {paid_card("aa")});
    auto outcome = execute(plan, {.answer = answer, .resume = &before});
    EXPECT_EQ(outcome.lost, 2);
    EXPECT_GT(outcome.lost_may_have_cost_nano, 0);
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(outcome.results[0].state, unit_state::lost);
    plan.options.retry_lost = true;
    calls = 0;
    outcome = execute(plan, {.answer = answer, .resume = &before});
    EXPECT_EQ(outcome.lost, 0);
    EXPECT_EQ(calls, 4);
    // free calls are simply asked again
    calls = 0;
    const auto free_plan = planned(cases(5), {free_card("aa")});
    EXPECT_EQ(execute(free_plan, {.answer = answer, .resume = &before}).lost, 0);
    EXPECT_EQ(calls, 4);
}

TEST(runner, errors_of_the_provider_count_as_failed_and_missing_grades_do_not) {
    auto list = cases(1);
    list.push_back(a_case("slow"));
    list.back().graders = {{.type = "cost", .value = 1.0}};
    auto card = paid_card("aa");
    card.price.reset();
    const auto plan = planned(list, {card}, {.allow_unpriced = true});
    const auto outcome = execute(plan, {.answer = [](answer_request r, answer_done done) {
                                     auto a = says("ten", std::nullopt);
                                     if (r.turns.back().text.find("slow") == std::string::npos) {
                                         a.error_id = "upstream.timeout";
                                         a.error_message = "no answer";
                                     }
                                     done(std::move(a));
                                 }});
    const auto s = summarise(plan, outcome);
    EXPECT_EQ(s.failed, 1);
    EXPECT_EQ(s.ungraded, 1);
    EXPECT_EQ(s.columns[0].passed.n, 1) << "the ungraded family is missing, not wrong";
    EXPECT_EQ(s.columns[0].errors, 1);
}

TEST(runner, an_overloaded_provider_is_asked_more_slowly_and_again) {
    std::atomic<int> calls{0};
    const auto answer = [&](answer_request, answer_done done) {
        auto a = says("ten");
        if (calls++ % 3 == 0) {
            a = {};
            a.overloaded = true;
            a.error_id = "upstream.rate_limited";
            a.retry_after_ms = 1;
        }
        done(std::move(a));
    };
    const auto plan = planned(cases(30), {paid_card("aa")});
    const auto outcome = execute(plan, {.answer = answer});
    EXPECT_EQ(outcome.state, run_state::completed);
    EXPECT_TRUE(outcome.throttled);
    EXPECT_EQ(summarise(plan, outcome).passed, 30);
}

TEST(runner, a_cancelled_run_says_what_it_did_not_reach) {
    run_control control;
    std::atomic<int> calls{0};
    const auto plan = planned(cases(50), {free_card("aa")}, {.concurrency = 1});
    const auto outcome = execute(plan, {.answer =
                                            [&](answer_request, answer_done done) {
                                                if (++calls == 10) control.cancel = true;
                                                done(says("ten"));
                                            },
                                        .control = &control});
    EXPECT_EQ(outcome.state, run_state::cancelled);
    const auto s = summarise(plan, outcome);
    EXPECT_EQ(s.passed, calls);
    EXPECT_EQ(s.ungraded, 50 - calls);
    EXPECT_EQ(s.columns[0].passed.method, "sequential");
}

TEST(runner, a_conversation_is_asked_turn_by_turn) {
    eval_case c{.id = "talk"};
    c.turns = {{.user = "Do you have rooms?", .graders = {{.type = "contains", .value = "yes 1"}}},
               {.user = "And a view?", .graders = {{.type = "contains", .value = "yes 3"}}}};
    const auto plan = planned({c}, {free_card("aa")});
    const auto outcome = execute(plan, {.answer = [](answer_request r, answer_done done) {
                                     done(says("yes " + std::to_string(r.turns.size())));
                                 }});
    EXPECT_EQ(outcome.results[0].state, unit_state::passed);
}

TEST(matrix, a_p95_has_no_upper_bound_below_72_answers) {
    std::vector<double> values;
    for (int i = 0; i < 71; ++i)
        values.push_back(i);
    EXPECT_FALSE(order_quantile(values, 0.95).upper);
    values.push_back(71);
    EXPECT_TRUE(order_quantile(values, 0.95).upper);
    EXPECT_FALSE(order_quantile({}, 0.5).value);
}

TEST(matrix, certainty_has_three_words) {
    const share shown{.good = 99, .n = 100, .value = 0.99, .lower = 0.94, .upper = 1};
    const share open{.good = 17, .n = 20, .value = 0.85, .lower = 0.64, .upper = 0.95};
    const share below{.good = 5, .n = 20, .value = 0.25, .lower = 0.11, .upper = 0.47};
    EXPECT_EQ(certainty(shown, 0.8), "shown");
    EXPECT_TRUE(certainty(open, 0.8).starts_with("not yet shown"));
    EXPECT_EQ(certainty(below, 0.8), "shown not to reach");
}

// REQ: S1-3
TEST(report, is_escaped_names_the_failed_case_and_what_was_not_tested) {
    auto list = cases(19);
    list.push_back(a_case("evil", "never said"));
    const auto plan = planned(list, {free_card("aa"), paid_card("bb")});
    const auto outcome =
        execute(plan, {.answer = always("ten <script>alert(1)</script> [x](http://y)", 1000)});
    const auto s = summarise(plan, outcome);
    const report_context about{.title = "Guest house", .plan_topics = {"parking"}};
    const auto html = report_html(s, about);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(html.find("evil"), std::string::npos);
    EXPECT_NE(html.find("topic “parking”: no case"), std::string::npos);
    EXPECT_NE(html.find("19 of 20 right: between 76 and"), std::string::npos);
    const auto markdown = report_markdown(s, about);
    EXPECT_NE(markdown.find("19 of 20 right"), std::string::npos);
    EXPECT_NE(markdown.find("\\<script\\>"), std::string::npos);
    const auto o = run_json(s, "r.html");
    for (const auto* key : {"run", "state", "cases", "passed", "failed", "ungraded", "interval",
                            "cost", "cases_per_s", "report"})
        EXPECT_TRUE(o.contains(key)) << key;
    EXPECT_EQ(o.at("failed").as_int64(), 1);
}

TEST(runner, five_thousand_cases_a_second_with_four_graders) {
    std::vector<eval_case> list = cases(5000);
    for (auto& c : list)
        c.graders = {{.type = "icontains_any", .value = json::array{"ten", "10"}},
                     {.type = "covers", .value = json::array{"We open at 10 in the morning"}},
                     {.type = "facts", .value = json::array{"open at 10:00"}},
                     {.type = "decision", .value = "answer"}};
    const auto plan = planned(list, {free_card("aa")});
    const auto outcome =
        execute(plan, {.answer = always("Every morning we open at 10, and close at ten.")});
    const auto s = summarise(plan, outcome);
    EXPECT_EQ(s.passed, 5000);
    std::cout << "deterministic cases a second: " << static_cast<long>(s.cases_per_s) << "\n";
}

} // namespace
} // namespace servery::evaluation
