// Which streams a plan asks for, how loud their alarms are, and their thresholds under the one
// budget of false alarms. Thread: pure functions.
#pragma once

#include "control_plane/monitoring/alerts.h"
#include "control_plane/monitoring/streams.h"
#include "foundation/events/alert.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace servery::monitoring {

struct plan_limits;

// pilot, rollout, production: phases with visitors.
[[nodiscard]] bool is_public(std::string_view phase);
[[nodiscard]] std::string quarter_of(instant at); // 2026-Q4, UTC
// Without thresholds yet.
[[nodiscard]] events::watch_set rules_of(const plan_limits& plan, std::string quarter,
                                         std::string variant);
// A_j = max(1000, J N_j), so that J streams expect at most sum of N_j / A_j <= 1 false alarm a
// year. expected: observations a year; taken as 365 at least.
void set_thresholds(events::watch_set& rules, const std::function<std::int64_t(stream)>& expected);
// The same variant and limits.
[[nodiscard]] bool same_limits(const events::watch_set& a, const events::watch_set& b);
// Of the same quarter too. Thresholds are not looked at: they are fixed for a quarter.
[[nodiscard]] bool same_watch(const events::watch_set& a, const events::watch_set& b);
// Errors, wrong answers and safety are critical before production; everything else is a warning.
[[nodiscard]] severity severity_of(stream s, std::string_view phase);

} // namespace servery::monitoring
