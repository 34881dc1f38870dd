// Where a case turns: the volume, the share solved, and the share at which one more topic pays.
// Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/month.h"

#include <optional>

namespace servery::economics {

// What one contact earns at full use, before the fixed cost of a month (N = 1, no pieces).
[[nodiscard]] double unit_contribution(const inputs& p);
// N* = (fixed + upkeep)/unit contribution; none if a contact earns nothing.
[[nodiscard]] std::optional<double> break_even_volume(const inputs& p);
// `resolve` at which a full month is worth nothing more and nothing less: 80 bisections of [0, 1];
// none if even 1 does not pay.
[[nodiscard]] std::optional<double> break_even_resolution(const inputs& p);
// r* = (extra minutes + harm + tokens + reading) / (minutes saved a solved contact): a topic stays
// while the lower bound of its share solved is above it. None if solving saves nothing.
[[nodiscard]] std::optional<double> marginal_resolution(const inputs& p);
// What public calculators print: all contacts, eight minutes each, a claimed 60 % solved.
[[nodiscard]] double vendor_monthly(const inputs& p, double claim = .6);

} // namespace servery::economics
