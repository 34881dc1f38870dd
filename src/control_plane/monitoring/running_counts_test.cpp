// What is kept up as the log grows is what counting everything again would give.
#include "control_plane/monitoring/numbers.h"
#include "control_plane/monitoring/project_state.h"
#include "foundation/base/random.h"
#include "foundation/events/phase_changed.h"

#include <gtest/gtest.h>

#include <map>

namespace servery::monitoring {
namespace {

constexpr instant far{4'000'000'000'000};
constexpr millis an_hour{3'600'000};

// Visitors who write, come back, ask for a person, press thumbs, get labels; colleagues too.
class busy_project {
  public:
    explicit busy_project(std::uint64_t seed) : random_(seed) { p.id = "shop"; }

    void step() {
        now_ = now_ + millis{static_cast<std::int64_t>(random_.below(90'000))};
        switch (random_.below(8)) {
        case 0:
        case 1:
        case 2:
            return exchange();
        case 3:
        case 4:
            return changed();
        case 5:
            return thumb();
        case 6:
            return label();
        default:
            return request();
        }
    }
    [[nodiscard]] instant now() const { return now_; }
    [[nodiscard]] std::uint64_t below(std::uint64_t n) { return random_.below(n); }

    project_state p;

  private:
    hash16 some(std::uint64_t of) {
        hash16 out{};
        out[0] = static_cast<std::uint8_t>(1 + random_.below(of));
        return out;
    }
    std::string name(const hash16& conversation) { return "cv_" + std::to_string(conversation[0]); }

    template <typename Record>
    void take(const Record& r) {
        // Now and then an event is older than what came before it.
        const auto at = random_.below(10) == 0 ? now_ - 3 * an_hour : now_;
        p.take(events::make_event(r, {.at = at, .project = "shop"}));
    }
    void exchange() {
        events::exchange x;
        x.exchange_id = "exc_" + std::to_string(++exchanges_);
        x.at = now_;
        x.project = "shop";
        x.env = events::environment::live;
        if (random_.below(4) != 0) x.visitor = some(30);
        if (random_.below(5) != 0) x.conversation = some(60);
        x.answered_by =
            random_.below(3) == 0 ? events::answered_by::nobody : events::answered_by::ai;
        if (random_.below(6) == 0) x.fallback_step = "person";
        if (random_.below(9) == 0) x.guard_out = events::guard_result::stopped;
        x.cost_nano = static_cast<std::int64_t>(random_.below(1000));
        if (random_.below(9) == 0) x.spend = events::spend_state::unpriced;
        p.take(x);
    }
    void changed() {
        const auto conversation = some(60);
        events::conversation_changed c{.conversation = name(conversation), .cause = "claimed"};
        if (random_.below(3) == 0) {
            c.cause = "opened";
            c.conversation_hash = conversation;
            c.staff = random_.below(8) == 0;
        }
        if (random_.below(3) == 0) c.visitor = some(30);
        if (random_.below(3) == 0) c.owner = events::owner_kind::person;
        take(c);
    }
    void thumb() {
        take(events::feedback_given{.conversation = name(some(60)),
                                    .message = "msg_1",
                                    .thumb = random_.below(2) == 0 ? "up" : "down"});
    }
    void request() { take(events::person_requested{.conversation_hash = some(60)}); }
    void label() {
        events::label_recorded l{.conversation = name(some(60))};
        l.sampling = events::label_sampling::random;
        l.verdict =
            random_.below(2) == 0 ? events::label_verdict::right : events::label_verdict::wrong;
        if (random_.below(2) == 0) l.visitor = some(30);
        take(l);
    }

    seeded_random random_;
    instant now_{1'795'600'000'000};
    int exchanges_ = 0;
};

TEST(running_counts, are_what_a_count_of_everything_gives_however_the_log_goes_on) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        busy_project b(seed);
        auto from = b.now();
        for (int i = 0; i < 400; ++i) {
            b.step();
            if (b.below(5) != 0) continue;
            // A window that moves on; now and then it is asked for an earlier span.
            from = std::max(from, b.now() - 2 * an_hour);
            const auto asked = b.below(12) == 0 ? b.now() - 5 * an_hour : from;
            const conversation_counts anew = tally(b.p, {asked, far});
            ASSERT_EQ(b.p.in_window.since(b.p, asked), anew) << "seed " << seed << " step " << i;
        }
    }
}

TEST(running_counts, begun_late_they_have_what_was_before) {
    busy_project b(3);
    for (int i = 0; i < 300; ++i)
        b.step();
    const conversation_counts anew = tally(b.p, {{}, far});
    EXPECT_GT(anew.conversations, 20);
    EXPECT_GT(anew.handed_over, 0);
    EXPECT_EQ(b.p.in_comparison.since(b.p, {}), anew);
}

TEST(running_labels, count_the_first_label_of_each_visitor_also_after_a_new_start) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        busy_project b(seed);
        instant from{};
        for (int i = 0; i < 300; ++i) {
            b.step();
            if (b.below(60) == 0) from = b.now();
            const auto anew = tally(b.p, {from, far});
            const auto& kept = b.p.labels_in_comparison.since(b.p, from);
            ASSERT_EQ(kept.labelled, anew.labelled) << "seed " << seed << " step " << i;
            ASSERT_EQ(kept.right, anew.labelled_right) << "seed " << seed << " step " << i;
        }
    }
}

// The definition, minute by minute: what count_minutes must agree with.
minutes_count walk(const std::map<std::int64_t, events::minute_state>& beats,
                   const project_state& p, span_of_time over) {
    minutes_count out;
    if (beats.empty()) return out;
    for (auto m = beats.begin()->first; m <= beats.rbegin()->first; ++m) {
        const instant at{m * minute.count()};
        if (at < over.from || m >= minute_number(over.to)) continue;
        const auto beat = beats.find(m);
        using enum events::minute_state;
        if (beat == beats.end())
            (p.offered_at(at) ? out.down : out.not_offered) += 1;
        else if (beat->second == up)
            ++out.up;
        else if (beat->second == fallback)
            ++out.fallback;
        else if (beat->second == down)
            ++out.down;
        else if (beat->second == not_offered)
            ++out.not_offered;
        else
            ++out.unknown;
    }
    return out;
}

TEST(count_minutes, is_the_walk_over_every_minute_with_gaps_holds_and_repeated_heartbeats) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        seeded_random random(seed);
        project_state p;
        p.id = "shop";
        std::map<std::int64_t, events::minute_state> beats;
        const instant begin{1'795'600'020'000};
        auto now = begin;
        for (int i = 0; i < 600; ++i) {
            now = now + millis{static_cast<std::int64_t>(random.below(150'000))};
            if (random.below(20) == 0) {
                const bool held = random.below(2) == 0;
                p.take(events::make_event(events::phase_changed{.from = "pilot",
                                                                .to = "pilot",
                                                                .status = held ? "held" : "active"},
                                          {.at = now, .project = "shop"}));
                continue;
            }
            // Some heartbeats come again, some late.
            const auto back = random.below(15) == 0 ? 5 : 1;
            const instant which{(minute_number(now) - back) * minute.count()};
            const auto state = static_cast<events::minute_state>(random.below(5));
            beats[minute_number(which)] = state;
            p.take(events::make_event(events::heartbeat{.minute = which, .state = state},
                                      {.at = now, .project = "shop"}));
        }
        for (int i = 0; i < 50; ++i) {
            const auto span = static_cast<std::uint64_t>((now - begin).count());
            const auto from = begin + millis{static_cast<std::int64_t>(random.below(span))};
            const auto to = from + millis{static_cast<std::int64_t>(random.below(span))};
            ASSERT_EQ(count_minutes(p, {from, to}), walk(beats, p, {from, to}))
                << "seed " << seed << " from " << to_rfc3339(from) << " to " << to_rfc3339(to);
        }
    }
}

} // namespace
} // namespace servery::monitoring
