// What is watched against the plan's numbers, the alarms, and the alerts people answer. Written by
// control_plane/monitoring; an alarm may be read by rollout.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::events {

struct watched_stream {
    std::string stream;        // errors, wrong, …
    double limit = 0;          // share of observations that the plan allows
    double bar = 0;            // of `slow`: milliseconds; else 0
    double threshold = 0;      // A: a false alarm comes once in so many observations or less
    std::int64_t per_year = 0; // observations expected, from which A was taken
};
BOOST_DESCRIBE_STRUCT(watched_stream, (), (stream, limit, bar, threshold, per_year))

// The streams in force from here on; none = nothing is watched.
struct watch_set {
    static constexpr std::string_view kind = "watch.set";
    static constexpr record_class cls = record_class::traffic;

    std::string quarter; // 2026-Q4: thresholds are fixed for it
    std::string variant; // hash in hex
    std::vector<watched_stream> streams;
};
BOOST_DESCRIBE_STRUCT(watch_set, (), (quarter, variant, streams))

// A stream went past its limit. alert: the one it opened or belongs to.
struct alarm_sounded {
    static constexpr std::string_view kind = "monitoring.alarm";
    static constexpr record_class cls = record_class::traffic;

    std::string alert; // al_…
    std::string stream;
    std::string variant;
    std::string severity; // info, warning, critical
    instant since;        // about
    std::int64_t n = 0;   // observations since then
    std::int64_t bad = 0;
    double limit = 0;
    std::vector<std::string> examples; // conversations, at most three
};
BOOST_DESCRIBE_STRUCT(alarm_sounded, (),
                      (alert, stream, variant, severity, since, n, bad, limit, examples))

// again: it had been resolved within the last day.
struct alert_raised {
    static constexpr std::string_view kind = "alert.raised";
    static constexpr record_class cls = record_class::audit;

    std::string alert;
    std::string stream;
    std::string variant;
    std::string severity;
    bool again = false;
};
BOOST_DESCRIBE_STRUCT(alert_raised, (), (alert, stream, variant, severity, again))

struct alert_acknowledged {
    static constexpr std::string_view kind = "alert.acknowledged";
    static constexpr record_class cls = record_class::audit;

    std::string alert;
};
BOOST_DESCRIBE_STRUCT(alert_acknowledged, (), (alert))

struct alert_resolved {
    static constexpr std::string_view kind = "alert.resolved";
    static constexpr record_class cls = record_class::audit;

    std::string alert;
    std::string resolution; // fixed, new_normal, false_alarm, by_itself
    std::string note;
};
BOOST_DESCRIBE_STRUCT(alert_resolved, (), (alert, resolution, note))

} // namespace servery::events
