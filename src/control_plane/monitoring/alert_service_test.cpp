#include "control_plane/monitoring/alert_service.h"
#include "foundation/events/grant.h"
#include "foundation/events/phase_changed.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <variant>

namespace servery::monitoring {
namespace {

using ::testing::HasSubstr;

constexpr millis a_minute{60'000};
constexpr millis an_hour{3'600'000};
constexpr millis a_day{86'400'000};
const events::actor anna{.kind = events::actor_kind::person, .id = "anna"};

class alerts : public testing::Test {
  protected:
    alerts() {
        log_.add_fold([this](const events::event& e) {
            it.apply(e);
            rows_.emplace_back(e);
        });
        limits_.visitors_a_year = 36'500;
        limits_.targets["handed_over"] = {.value = .2, .at_least = false};
        commit(events::phase_changed{.from = "", .to = "pilot", .status = "active"});
        grant("abcdef0123456789");
        it.on_tick(time_.now());
    }

    template <typename Record>
    void commit(const Record& r) {
        ASSERT_TRUE(log_.commit({events::make_event(r, {.at = time_.now(), .project = "shop"})}));
    }
    void grant(const std::string& variant) {
        commit(events::grant_issued{
            .grant = "gr_1", .phase = "pilot", .stage = "p10", .variant = variant});
    }

    // One visitor who asks once, a minute later than the one before.
    void visitor(bool error) {
        time_.advance(a_minute);
        ++visitors_;
        events::exchange x;
        x.seq = visitors_;
        x.exchange_id = "exc_" + std::to_string(visitors_);
        x.at = time_.now();
        x.project = "shop";
        x.env = events::environment::live;
        hash16 who{};
        for (std::size_t i = 0; i < 8; ++i)
            who[i] = static_cast<std::uint8_t>(visitors_ >> (8 * i));
        x.visitor = who;
        x.conversation = who;
        x.arm = hash32{1};
        x.answered_by = events::answered_by::ai;
        x.outcome = error ? events::outcome::upstream_error : events::outcome::ok;
        it.apply(x);
        rows_.emplace_back(x);
    }
    void visitors(int n, int one_error_in) {
        for (int i = 0; i < n; ++i)
            visitor(one_error_in > 0 && i % one_error_in == 0);
        it.on_tick(time_.now());
    }
    std::vector<alert> open() { return it.list("shop", "open").value(); }
    std::vector<std::string> kinds() const {
        std::vector<std::string> out;
        for (const auto& e : log_.all())
            if (e.kind.starts_with("alert.") || e.kind == "monitoring.alarm") out.push_back(e.kind);
        return out;
    }
    // Everything that can be read, as text.
    static std::string shown(const alert_service& s) {
        json::object all;
        all["alerts"] = json::to_json(s.list("shop", "").value());
        all["watched"] = json::to_json(s.watched_of("shop"));
        return json::write(all);
    }

    manual_clock time_{*parse_rfc3339("2026-11-25T12:00:00Z")};
    seeded_random random_{5};
    events::memory_log log_;
    plan_limits limits_;
    std::int64_t visitors_ = 0;
    std::vector<std::variant<events::event, events::exchange>> rows_; // as they came
    alert_service it{time_, random_, log_, [this](std::string_view) { return limits_; }};
};

TEST_F(alerts, what_is_watched_is_an_event_with_its_budget) {
    const auto w = it.watched_of("shop");
    EXPECT_EQ(w.budget.quarter, "2026-Q4");
    EXPECT_EQ(w.variant, "abcdef0123456789");
    ASSERT_EQ(w.streams.size(), 2U);
    EXPECT_EQ(w.streams[0].stream, "errors");
    EXPECT_EQ(w.streams[1].stream, "hand_over");
    double false_alarms_a_year = 0;
    for (const auto& s : w.streams)
        false_alarms_a_year += static_cast<double>(s.per_year) / s.threshold;
    EXPECT_LE(false_alarms_a_year, w.budget.false_alarms_a_year);
    const auto before = log_.last_seq();
    it.on_tick(time_.now());
    EXPECT_EQ(log_.last_seq(), before); // nothing changed, nothing is written
}

TEST_F(alerts, in_a_sandbox_nothing_is_watched) {
    commit(events::phase_changed{.from = "pilot", .to = "sandbox", .status = "active"});
    it.on_tick(time_.now());
    EXPECT_TRUE(it.watched_of("shop").streams.empty());
    visitors(200, 1);
    EXPECT_TRUE(open().empty());
}

TEST_F(alerts, a_change_raises_one_alert_with_everything_a_person_needs) {
    visitors(500, 50);
    EXPECT_TRUE(open().empty());
    const auto change = time_.now();
    visitors(60, 3);
    ASSERT_EQ(open().size(), 1U);
    const auto a = open()[0];
    EXPECT_TRUE(a.id.starts_with("al_")) << a.id;
    EXPECT_EQ(a.stream, "errors");
    EXPECT_EQ(a.severity, severity::critical);
    EXPECT_EQ(a.state, alert_state::raised);
    EXPECT_LT(std::abs((a.since - change).count()), 10 * a_minute.count());
    EXPECT_GT(a.n, 10);
    EXPECT_NEAR(a.value, 1.0 / 3, .1);
    EXPECT_EQ(a.limit, .05);
    EXPECT_EQ(a.examples.size(), 3U);
    EXPECT_THAT(a.words, HasSubstr("visitors met an error at their first question: 3"));
    EXPECT_THAT(a.words, HasSubstr("of 100, and the plan allows 5."));
    EXPECT_FALSE(a.what_to_do.empty());
    EXPECT_EQ(kinds().at(0), "alert.raised");
    EXPECT_EQ(kinds().at(1), "monitoring.alarm");
    EXPECT_EQ(std::ranges::count(kinds(), "alert.raised"), 1);
}

TEST_F(alerts, more_alarms_while_it_is_open_belong_to_it) {
    visitors(60, 2);
    const auto first = open().at(0);
    visitors(60, 2);
    ASSERT_EQ(open().size(), 1U);
    EXPECT_GT(open()[0].alarms, first.alarms);
    EXPECT_EQ(open()[0].words, first.words);
    EXPECT_EQ(std::ranges::count(kinds(), "alert.raised"), 1);
    EXPECT_EQ(std::ranges::count(kinds(), "monitoring.alarm"), open()[0].alarms);
}

TEST_F(alerts, who_acknowledged_and_who_resolved_it_is_kept) {
    visitors(60, 2);
    const auto id = open().at(0).id;
    const auto acknowledged = it.acknowledge("shop", id, anna);
    ASSERT_TRUE(acknowledged);
    EXPECT_EQ(acknowledged->state, alert_state::acknowledged);
    EXPECT_EQ(acknowledged->acknowledged_by, "anna");
    const auto when = time_.now();
    time_.advance(a_minute);
    EXPECT_EQ(it.acknowledge("shop", id, {.id = "ben"})->acknowledged_by, "anna");
    EXPECT_EQ(it.acknowledge("shop", id, {.id = "ben"})->acknowledged_at, when);
    EXPECT_EQ(it.resolve("shop", id, "gone", "", anna).error().id, "monitor.alert.resolution");
    EXPECT_EQ(it.resolve("shop", id, "by_itself", "", anna).error().id, "monitor.alert.resolution");
    const auto resolved = it.resolve("shop", id, "false_alarm", "a test of ours", anna);
    ASSERT_TRUE(resolved);
    EXPECT_EQ(resolved->resolution, resolution::false_alarm);
    EXPECT_EQ(resolved->note, "a test of ours");
    EXPECT_TRUE(open().empty());
    EXPECT_EQ(it.watched_of("shop").budget.false_alarms_365d, 1);
    EXPECT_EQ(it.acknowledge("shop", id, anna).error().id, "monitor.alert.closed");
    EXPECT_THAT(it.resolve("shop", id, "fixed", "", anna).error().message,
                HasSubstr("false_alarm"));
    EXPECT_EQ(it.acknowledge("shop", "al_none", anna).error().id, "monitor.alert.unknown");
    EXPECT_EQ(it.acknowledge("other", id, anna).error().id, "monitor.alert.unknown");
    EXPECT_EQ(it.list("shop", "loud").error().id, "monitor.alert.state");
}

TEST_F(alerts, within_a_day_of_its_end_it_opens_again_and_later_a_new_one_does) {
    visitors(60, 2);
    const auto id = open().at(0).id;
    ASSERT_TRUE(it.acknowledge("shop", id, anna));
    ASSERT_TRUE(it.resolve("shop", id, "fixed", "", anna));
    visitors(60, 2);
    ASSERT_EQ(open().size(), 1U);
    EXPECT_EQ(open()[0].id, id);
    EXPECT_EQ(open()[0].state, alert_state::raised);
    EXPECT_EQ(open()[0].acknowledged_by, "");
    ASSERT_TRUE(it.resolve("shop", id, "fixed", "", anna));
    time_.advance(25 * an_hour);
    visitors(60, 2);
    ASSERT_EQ(open().size(), 1U);
    EXPECT_NE(open()[0].id, id);
}

TEST_F(alerts, it_resolves_by_itself_when_the_stream_is_inside_its_limit_again) {
    visitors(60, 2);
    visitors(220, 0);
    EXPECT_EQ(open().size(), 1U); // 48 h are not over
    time_.advance(2 * a_day);
    it.on_tick(time_.now());
    EXPECT_TRUE(open().empty());
    const auto a = it.list("shop", "resolved").value().at(0);
    EXPECT_EQ(a.resolution, resolution::by_itself);
    EXPECT_EQ(a.resolved_by, "");
}

TEST_F(alerts, silence_resolves_nothing) {
    visitors(60, 2);
    visitors(100, 0);
    time_.advance(10 * a_day);
    it.on_tick(time_.now());
    EXPECT_EQ(open().size(), 1U); // 160 observations, and not 200 inside the limit
    visitors(60, 0);
    EXPECT_EQ(open().size(), 1U); // 20 of the last 200 were errors
    visitors(60, 0);
    EXPECT_TRUE(open().empty());
}

TEST_F(alerts, another_variant_begins_anew_and_its_alert_is_another) {
    visitors(12, 1);
    EXPECT_GT(it.watched_of("shop").streams[0].n, 0);
    const auto one = open().at(0).id;
    grant("0123456789abcdef");
    it.on_tick(time_.now());
    EXPECT_EQ(it.watched_of("shop").streams[0].n, 0);
    visitors(60, 2);
    ASSERT_EQ(open().size(), 2U);
    EXPECT_NE(open()[0].id, one);
    EXPECT_EQ(open()[0].variant, "0123456789abcdef");
}

TEST_F(alerts, what_cannot_be_written_is_raised_later) {
    log_.set_down(true);
    visitors(60, 2);
    EXPECT_TRUE(open().empty());
    log_.set_down(false);
    it.on_tick(time_.now());
    EXPECT_EQ(open().size(), 1U);
}

TEST_F(alerts, the_same_log_gives_the_same_alerts_and_raises_none_again) {
    visitors(300, 40);
    visitors(80, 3);
    ASSERT_TRUE(it.acknowledge("shop", open().at(0).id, anna));
    visitors(80, 3);
    events::memory_log elsewhere;
    alert_service twin{time_, random_, elsewhere, [this](std::string_view) { return limits_; }};
    for (const auto& row : rows_)
        std::visit([&](const auto& r) { twin.apply(r); }, row);
    EXPECT_EQ(shown(twin), shown(it));
    twin.on_tick(time_.now());
    EXPECT_TRUE(elsewhere.all().empty());
}

// Alerts say what to do; the page of the stream says the same, and more.
TEST(alert_texts, every_stream_has_its_page) {
    for (std::size_t i = 0; i < stream_count; ++i) {
        const std::string name(json::enum_word(static_cast<stream>(i)));
        std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/docs/alerts/" + name + ".md");
        std::stringstream page;
        page << in.rdbuf();
        std::string text;
        for (const char c : page.str())
            if (c != '\n' || (!text.empty() && text.back() != ' ')) text += c == '\n' ? ' ' : c;
        EXPECT_FALSE(what_to_do(name).empty()) << name;
        EXPECT_THAT(text, HasSubstr(std::string(what_to_do(name)))) << name;
    }
}

} // namespace
} // namespace servery::monitoring
