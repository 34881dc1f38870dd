// The metrics of a rollout, compiled from the plan's targets and the lists of its ladder. Pure.
// Thread: any.
#pragma once

#include "control_plane/plan/document.h"
#include "foundation/events/rollout_created.h"

#include <string_view>
#include <vector>

namespace servery::rollout {

// Always there: `error_rate` (at most 2 % of visitors whose first exchange failed, timed out or was
// cut; rolls back) and `latency` (at most 5 % whose first answer came later than 10 s; holds). A
// plan metric of the same id sets their target; the lists roll_back and pause move them.
// Plan metrics with a lower or upper bound on a share in this phase are `promote`; those that are
// guardrails or stand in a list are `protect`. Rules that compare facts (count, point, means,
// comparisons) are left to the gate.
[[nodiscard]] std::vector<events::rollout_metric> compile_metrics(const plan::document& plan,
                                                                  plan::phase phase);

constexpr double usual_error_limit = 0.02;
constexpr double usual_slow_limit = 0.05;
constexpr std::int64_t slow_after_us = 10'000'000; // first answer
constexpr double alarm_alpha = 0.01;

} // namespace servery::rollout
