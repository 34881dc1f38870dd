// Alerts as people see them, and the alarm budget they come from. Thread: values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::monitoring {

enum class severity { info, warning, critical };
BOOST_DESCRIBE_ENUM(severity, info, warning, critical)

enum class alert_state { raised, acknowledged, resolved };
BOOST_DESCRIBE_ENUM(alert_state, raised, acknowledged, resolved)

enum class resolution { fixed, new_normal, false_alarm, by_itself };
BOOST_DESCRIBE_ENUM(resolution, fixed, new_normal, false_alarm, by_itself)

// value = bad / n, since `since`; limit is the share that the plan allows.
struct alert {
    std::string id;      // al_…
    std::string stream;  // errors, wrong, …
    std::string variant; // hash in hex
    monitoring::severity severity = monitoring::severity::warning;
    alert_state state = alert_state::raised;
    instant since; // about
    instant raised_at;
    instant last_alarm_at;
    std::int64_t alarms = 0; // of the same stream and variant while it was open
    std::int64_t n = 0;
    std::int64_t bad = 0;
    double value = 0;
    double limit = 0;
    std::string words;
    std::string what_to_do;
    std::vector<std::string> examples; // conversations, at most three
    std::string acknowledged_by;
    std::optional<instant> acknowledged_at;
    std::optional<monitoring::resolution> resolution;
    std::string resolved_by; // "" = by itself
    std::optional<instant> resolved_at;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(alert, (),
                      (id, stream, variant, severity, state, since, raised_at, last_alarm_at,
                       alarms, n, bad, value, limit, words, what_to_do, examples, acknowledged_by,
                       acknowledged_at, resolution, resolved_by, resolved_at, note))

// One stream with its limit: how near it is to an alarm. ratio: R/A, 1 = alarm.
struct detector_row {
    std::string stream;
    double limit = 0;
    std::int64_t n = 0;          // of the last 200 observations at most
    std::optional<double> value; // share among them
    double ratio = 0;
    double threshold = 0;      // A, observations
    std::int64_t per_year = 0; // expected; A was taken from it
    std::string state;         // watching, alarmed
};
BOOST_DESCRIBE_STRUCT(detector_row, (),
                      (stream, limit, n, value, ratio, threshold, per_year, state))

// The budget bounds the false alarms of all streams together.
struct alarm_budget {
    double false_alarms_a_year = 1; // at most, expected over all streams
    std::string quarter;            // thresholds are fixed for it
    std::int64_t alerts_365d = 0;
    std::int64_t false_alarms_365d = 0; // that people called so
};
BOOST_DESCRIBE_STRUCT(alarm_budget, (),
                      (false_alarms_a_year, quarter, alerts_365d, false_alarms_365d))

struct watched {
    std::string variant;
    alarm_budget budget;
    std::vector<detector_row> streams;
};
BOOST_DESCRIBE_STRUCT(watched, (), (variant, budget, streams))

// "Since about 2026-11-03 10:20 UTC, 12 of 40 visitors met an error: 30 of 100, and the plan allows
// 5."
[[nodiscard]] std::string alert_words(const alert& a);
// The first sentences of docs/alerts/<stream>.md.
[[nodiscard]] std::string_view what_to_do(std::string_view stream);

} // namespace servery::monitoring
