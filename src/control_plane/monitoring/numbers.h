// The numbers of a span of time, computed from the fold. Thread: pure over a constant state.
#pragma once

#include "control_plane/monitoring/board.h"
#include "control_plane/monitoring/minute_log.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/monitoring/project_state.h"
#include "control_plane/monitoring/running_counts.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::monitoring {

struct span_of_time {
    instant from; // included
    instant to;   // excluded
};

// Minutes of the span in which service was offered, and what visitors met in them.
[[nodiscard]] minutes_count count_minutes(const project_state& p, span_of_time over);

// What the numbers of a span rest on.
struct tallies : conversation_counts {
    std::int64_t labelled = 0;
    std::int64_t labelled_right = 0;
    std::vector<double> waits_s;
    std::vector<double> done_ms; // until the first answer was complete
};
[[nodiscard]] tallies tally(const project_state& p, span_of_time over);
// The same for each day by itself (day number = days since 1970); days without anything are absent.
[[nodiscard]] std::map<std::int64_t, tallies> tally_by_day(const project_state& p,
                                                           span_of_time over);

// The value below or at which the share q of all stands; none of none.
[[nodiscard]] std::optional<double> nearest_rank(std::vector<double> all, double q);

[[nodiscard]] std::vector<number> numbers_of(const project_state& p, span_of_time over,
                                             const std::map<std::string, target>& targets,
                                             bool with_trend);

} // namespace servery::monitoring
