#include "control_plane/monitoring/monitoring_service.h"
#include "foundation/base/counters.h"
#include "foundation/events/desk.h"
#include "foundation/events/grant.h"
#include "foundation/events/heartbeat.h"
#include "foundation/events/phase_changed.h"
#include "foundation/events/report_ready.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace servery::monitoring {
namespace {

constexpr millis a_minute{60'000};

class monitoring : public testing::Test {
  protected:
    monitoring() {
        log_.add_fold([this](const events::event& e) { it.apply(e); });
        commit(events::phase_changed{.from = "", .to = "pilot", .status = "active"});
        commit(events::grant_issued{
            .grant = "gr_1", .phase = "pilot", .stage = "p10", .variant = "abcdef0123456789"});
    }

    template <typename Record>
    void commit(const Record& r) {
        ASSERT_TRUE(log_.commit({events::make_event(r, {.at = time_.now(), .project = "shop"})}));
    }

    events::exchange exchange(std::uint8_t visitor, std::uint8_t conversation) {
        events::exchange x;
        x.seq = ++seq_;
        x.exchange_id = "exc_" + std::to_string(seq_);
        x.at = time_.now();
        x.project = "shop";
        x.env = events::environment::live;
        hash16 v{};
        v[0] = visitor;
        if (visitor != 0) x.visitor = v;
        x.conversation[0] = conversation;
        x.served = events::served_by::variant;
        x.answered_by = events::answered_by::ai;
        x.t_first_token = 400'000;
        x.spend = events::spend_state::settled;
        x.cost_nano = 2'000'000;
        x.currency = "EUR";
        return x;
    }

    const number& at(const board& b, std::string_view key) {
        return *std::ranges::find(b.numbers, key, &number::key);
    }

    board now(std::string_view over = "30d") {
        auto b = it.board_of("shop", over);
        EXPECT_TRUE(b) << to_line(b.error());
        return *b;
    }

    void beat() {
        time_.advance(a_minute);
        it.on_tick(time_.now());
    }

    // 2026-11-25T12:00:00Z
    manual_clock time_{*parse_rfc3339("2026-11-25T12:00:00Z")};
    events::memory_log log_;
    probe_result probe_ = probe_result::variant;
    int probes_ = 0;
    std::map<std::string, target> targets_;
    std::int64_t seq_ = 0;
    monitoring_service it{time_, log_, [this](std::string_view) { return targets_; },
                          [this](std::string_view) {
                              ++probes_;
                              return probe_;
                          }};
};

TEST_F(monitoring, nothing_measured_says_no_data_and_never_zero) {
    for (const auto& n : now().numbers) {
        EXPECT_FALSE(n.value) << n.key;
        EXPECT_FALSE(n.words.empty()) << n.key;
    }
}

TEST_F(monitoring, the_unit_is_the_visitors_first_conversation) {
    it.apply(exchange(1, 1));
    it.apply(exchange(1, 1));
    time_.advance(a_minute);
    auto later = exchange(1, 2);
    later.fallback_step = "person";
    it.apply(later);
    it.apply(exchange(2, 3));
    const auto b = now();
    EXPECT_EQ(at(b, "handed_over").n, 2);
    EXPECT_EQ(at(b, "handed_over").value, 0.0);
    EXPECT_TRUE(at(b, "handed_over").upper);
}

TEST_F(monitoring, only_live_visitors_count) {
    auto test = exchange(1, 1);
    test.purpose = events::purpose::evaluation;
    it.apply(test);
    auto sandbox = exchange(2, 2);
    sandbox.env = events::environment::sandbox;
    it.apply(sandbox);
    EXPECT_EQ(at(now(), "handed_over").n, 0);
}

TEST_F(monitoring, the_slowest_of_twenty_first_answers_is_beyond_the_p95) {
    for (std::uint8_t v = 1; v <= 20; ++v) {
        auto x = exchange(v, v);
        x.t_done = v * 100'000U;
        it.apply(x);
        x = exchange(v, v); // a later answer of the same visitor
        x.t_done = 60'000'000;
        it.apply(x);
    }
    const auto latency = [&] {
        for (const auto& f : it.facts_of("shop"))
            if (f.key == "monitoring.latency_p95") return f;
        return events::fact{};
    };
    EXPECT_EQ(latency().n, 20);
    EXPECT_EQ(latency().value, 1900);
    time_.advance(a_minute * (8 * 24 * 60));
    EXPECT_FALSE(latency().usable);
    EXPECT_FALSE(latency().value);
}

TEST_F(monitoring, an_exchange_of_a_known_seq_counts_once) {
    const auto x = exchange(1, 1);
    it.apply(x);
    it.apply(x);
    EXPECT_EQ(at(now(), "cost").words.substr(0, 12), "0.002000 EUR");
}

TEST_F(monitoring, conversations_without_a_visitor_say_that_the_number_may_be_too_sure) {
    it.apply(exchange(0, 1));
    it.apply(exchange(0, 2));
    const auto b = now();
    EXPECT_EQ(at(b, "handed_over").n, 2);
    EXPECT_NE(at(b, "handed_over").words.find("too sure"), std::string::npos);
}

TEST_F(monitoring, labels_count_when_drawn_at_random_and_one_a_visitor) {
    using enum events::label_verdict;
    const auto label = [&](std::uint8_t visitor, events::label_verdict v,
                           events::label_sampling s = events::label_sampling::random) {
        events::label_recorded r{.conversation = "cv_" + std::to_string(visitor), .verdict = v};
        r.sampling = s;
        r.delivered = "answer";
        r.visitor = hash16{visitor};
        commit(r);
    };
    label(1, right);
    label(2, wrong);
    label(2, right);
    label(3, unsure);
    label(4, out_of_scope);
    label(5, right, events::label_sampling::targeted);
    const auto n = at(now(), "answered_right");
    EXPECT_EQ(n.n, 3);
    EXPECT_NEAR(*n.value, 1.0 / 3, 1e-9);
}

TEST_F(monitoring, a_target_is_shown_only_when_the_interval_lies_past_it) {
    targets_["flags"] = {.value = 0.05, .at_least = false};
    for (std::uint8_t v = 1; v <= 20; ++v)
        it.apply(exchange(v, v));
    EXPECT_EQ(at(now(), "flags").verdict, "open");
    EXPECT_NE(at(now(), "flags").words.find("not yet shown, about"), std::string::npos);
    for (std::uint8_t v = 21; v <= 250; ++v)
        it.apply(exchange(v, v));
    EXPECT_EQ(at(now(), "flags").verdict, "good");
    for (std::uint8_t v = 1; v <= 100; ++v) {
        auto x = exchange(v, v);
        x.guard_out = events::guard_result::stopped;
        it.apply(x);
    }
    EXPECT_EQ(at(now(), "flags").verdict, "bad");
}

TEST_F(monitoring, minutes_with_enough_exchanges_are_decided_by_them) {
    it.on_tick(time_.now());
    for (int i = 0; i < 5; ++i) {
        auto x = exchange(1, 1);
        if (i < 4) {
            x.served = events::served_by::fallback;
            x.fallback_cause = "provider_down";
        }
        it.apply(x);
    }
    beat();
    EXPECT_EQ(probes_, 0);
    const auto& last = log_.all().back();
    const auto h = events::read<events::heartbeat>(last);
    EXPECT_EQ(last.kind, "heartbeat");
    EXPECT_EQ(h.state, events::minute_state::fallback);
    EXPECT_EQ(h.exchanges, 5);
    EXPECT_EQ(at(now(), "available").value, 1.0);
    EXPECT_EQ(at(now(), "available").detail.at("ai").as_double(), 0.0);
}

TEST_F(monitoring, quiet_minutes_are_decided_by_a_synthetic_visitor) {
    it.on_tick(time_.now());
    beat();
    probe_ = probe_result::nothing;
    beat();
    EXPECT_EQ(probes_, 2);
    EXPECT_EQ(at(now(), "available").value, 0.5);
    EXPECT_EQ(at(now(), "available").n, 2);
}

TEST_F(monitoring, twenty_minutes_away_are_twenty_minutes_down) {
    it.on_tick(time_.now());
    beat();
    time_.advance(20 * a_minute);
    // the process comes back with the same log
    monitoring_service twin(time_, log_, {},
                            [](std::string_view) { return probe_result::variant; });
    for (const auto& e : std::vector(log_.all()))
        twin.apply(e);
    twin.on_tick(time_.now());
    events::memory_log& log = log_;
    log.add_fold([&](const events::event& e) { twin.apply(e); });
    time_.advance(a_minute);
    twin.on_tick(time_.now());
    const auto b = twin.board_of("shop", "30d");
    ASSERT_TRUE(b);
    const auto& n = *std::ranges::find(b->numbers, "available", &number::key);
    EXPECT_EQ(n.n, 22);
    EXPECT_NEAR(*n.value, 2.0 / 22, 1e-9);
}

TEST_F(monitoring, a_night_closed_on_purpose_does_not_count) {
    it.on_tick(time_.now());
    beat();
    commit(events::phase_changed{.from = "pilot", .to = "pilot", .status = "held"});
    time_.advance(600 * a_minute);
    it.on_tick(time_.now());
    commit(events::phase_changed{.from = "pilot", .to = "pilot", .status = "active"});
    beat();
    beat();
    const auto n = at(now(), "available");
    EXPECT_EQ(n.value, 1.0);
    EXPECT_GE(n.detail.at("minutes").as_object().at("not_offered").as_int64(), 599);
}

TEST_F(monitoring, the_board_is_a_fold_of_the_log) {
    std::vector<events::exchange> all;
    for (std::uint8_t v = 1; v < 30; ++v) {
        all.push_back(exchange(v, v));
        it.apply(all.back());
    }
    commit(events::feedback_given{.conversation = "x", .thumb = "up"});
    monitoring_service twin(time_, log_, {}, {});
    for (const auto& e : log_.all())
        twin.apply(e);
    for (const auto& x : all)
        twin.apply(x);
    EXPECT_EQ(json::write(json::to_json(twin.board_of("shop", "month").value())),
              json::write(json::to_json(now("month"))));
}

TEST_F(monitoring, periods_and_projects_that_do_not_exist_are_refused) {
    EXPECT_EQ(it.board_of("nowhere", "day").error().id, "monitor.project.unknown");
    EXPECT_EQ(it.board_of("shop", "year").error().id, "monitor.period.invalid");
    EXPECT_EQ(it.report_of("shop", "2026-11").error().id, "monitor.report.month_open");
    EXPECT_EQ(it.report_of("shop", "2020-01").error().id, "monitor.report.unknown");
    EXPECT_EQ(it.report_of("shop", "soon").error().id, "monitor.report.unknown");
}

TEST_F(monitoring, a_months_report_is_written_when_the_month_has_turned_and_again_when_final) {
    it.on_tick(time_.now());
    auto x = exchange(1, 1);
    x.served = events::served_by::fallback;
    x.fallback_cause = "provider_down";
    it.apply(x);
    time_.set(*parse_rfc3339("2026-12-01T00:00:10Z"));
    it.on_tick(time_.now());
    it.on_tick(time_.now());
    const auto ready = [&] {
        std::vector<events::report_ready> out;
        for (const auto& e : log_.all())
            if (events::is<events::report_ready>(e))
                out.push_back(events::read<events::report_ready>(e));
        return out;
    };
    ASSERT_EQ(ready().size(), 1U);
    EXPECT_EQ(ready()[0].month, "2026-11");
    EXPECT_FALSE(ready()[0].final_);
    time_.set(*parse_rfc3339("2026-12-08T00:00:10Z"));
    it.on_tick(time_.now());
    it.on_tick(time_.now());
    ASSERT_EQ(ready().size(), 2U);
    EXPECT_TRUE(ready()[1].final_);
    EXPECT_EQ(it.months("shop"), std::vector<std::string>{"2026-11"});

    const auto r = it.report_of("shop", "2026-11");
    ASSERT_TRUE(r);
    const auto text = to_markdown(*r);
    EXPECT_NE(text.find("1 visitors wrote in 2026-11"), std::string::npos) << text;
    EXPECT_NE(text.find("provider\\_down"), std::string::npos) << text;
    EXPECT_NE(text.find("Not measured yet"), std::string::npos);
    EXPECT_NE(text.find("phase draft → pilot"), std::string::npos);
    const auto html = to_html(*r);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(html.find("Proposed: continue"), std::string::npos);
}

TEST_F(monitoring, a_month_without_traffic_still_gives_a_report) {
    time_.set(*parse_rfc3339("2027-02-01T00:00:10Z"));
    const auto r = it.report_of("shop", "2026-12");
    ASSERT_TRUE(r);
    EXPECT_EQ(r->headline, "No visitor wrote in 2026-12.");
    for (const auto& row : r->numbers)
        EXPECT_FALSE(row.now.value) << row.title;
    for (const auto& l : r->lamps)
        EXPECT_EQ(l.state, "grey");
}

TEST_F(monitoring, facts_carry_variant_sample_and_reason) {
    const auto facts = it.facts_of("shop");
    const auto find = [&](std::string_view key) {
        return *std::ranges::find(facts, key, &events::fact::key);
    };
    EXPECT_EQ(find("monitoring.handed_over").variant, "abcdef0123456789");
    EXPECT_EQ(find("monitoring.handed_over").why_not, "too_few");
    EXPECT_FALSE(find("monitoring.available").usable);
    it.on_tick(time_.now());
    beat();
    const auto later = it.facts_of("shop");
    EXPECT_EQ(std::ranges::find(later, "monitoring.available", &events::fact::key)->value, 1.0);
}

TEST_F(monitoring, metrics_are_counted_by_closed_labels) {
    auto x = exchange(1, 1);
    x.served = events::served_by::fallback;
    x.fallback_cause = "a cause \"nobody\" knows";
    it.apply(x);
    const auto text = counters::prometheus_text();
    EXPECT_NE(text.find("servery_exchanges_total{project=\"shop\",outcome=\"ok\"}"),
              std::string::npos);
    EXPECT_NE(text.find("servery_fallbacks_total{project=\"shop\",cause=\"other\"}"),
              std::string::npos);
    EXPECT_NE(text.find("# TYPE servery_exchanges_total counter"), std::string::npos);
}

TEST_F(monitoring, ten_thousand_exchanges_a_second_are_folded) {
    std::vector<events::exchange> all;
    for (int i = 0; i < 20'000; ++i) {
        auto x =
            exchange(static_cast<std::uint8_t>(1 + i % 250), static_cast<std::uint8_t>(i % 250));
        x.conversation[1] = static_cast<std::uint8_t>(i / 250);
        (*x.visitor)[1] = static_cast<std::uint8_t>(i / 250);
        all.push_back(std::move(x));
    }
    const auto start = std::chrono::steady_clock::now();
    for (const auto& x : all)
        it.apply(x);
    const auto folded = std::chrono::steady_clock::now();
    (void)now();
    const auto read = std::chrono::steady_clock::now();
    using seconds = std::chrono::duration<double>;
    std::cout << "exchanges folded a second: "
              << static_cast<long>(20'000 / seconds(folded - start).count())
              << ", board of 20,000 conversations: " << seconds(read - folded).count() * 1000
              << " ms\n";
}

} // namespace
} // namespace servery::monitoring
