// The numbers of a span of time, computed from the fold. Thread: pure over a constant state.
#pragma once

#include "control_plane/monitoring/board.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/monitoring/project_state.h"

#include <map>
#include <string>
#include <vector>

namespace servery::monitoring {

struct span_of_time {
    instant from; // included
    instant to;   // excluded
};

// Minutes of service offered, and what visitors met in them.
struct minutes_count {
    std::int64_t up = 0;
    std::int64_t fallback = 0;
    std::int64_t down = 0; // also those without a heartbeat: the process was away
    std::int64_t not_offered = 0;
    std::int64_t unknown = 0;
    [[nodiscard]] std::int64_t offered() const { return up + fallback + down; }
};

[[nodiscard]] minutes_count count_minutes(const project_state& p, span_of_time over);

// Counts that the numbers and the facts share.
struct tallies {
    std::int64_t conversations = 0; // first ones of a visitor
    std::int64_t without_visitor = 0;
    std::int64_t handed_over = 0;
    std::int64_t unanswered = 0;
    std::int64_t flagged = 0;
    std::int64_t thumbs_up = 0;
    std::int64_t thumbs_down = 0;
    std::int64_t labelled = 0;
    std::int64_t labelled_right = 0;
    std::int64_t closed_by_ai = 0;
    std::int64_t unpriced = 0;
    std::int64_t cost_nano = 0;
    std::vector<double> waits_s;
};
[[nodiscard]] tallies tally(const project_state& p, span_of_time over);
// The same for each day by itself (day number = days since 1970); days without anything are absent.
[[nodiscard]] std::map<std::int64_t, tallies> tally_by_day(const project_state& p,
                                                           span_of_time over);

[[nodiscard]] std::vector<number> numbers_of(const project_state& p, span_of_time over,
                                             const std::map<std::string, target>& targets,
                                             bool with_trend);

} // namespace servery::monitoring
