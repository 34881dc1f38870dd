// One project's streams under their limits: detectors, what they have seen lately, and alarms that
// are not in the log yet. A fold: the same observations and watch.set events give the same alarms.
// Thread: one.
#pragma once

#include "control_plane/monitoring/streams.h"
#include "foundation/events/alert.h"
#include "foundation/stats/limit_detector.h"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::monitoring {

// A crossing of one stream.
struct alarm {
    monitoring::stream stream = stream::errors;
    instant since; // about
    std::int64_t n = 0;
    std::int64_t bad = 0;
    double limit = 0;
    std::vector<std::string> examples; // the newest, at most three
};

class stream_watch {
  public:
    static constexpr std::size_t recent_size = 200;

    struct watched_detector {
        events::watched_stream rule;
        stats::limit_detector detector;
        instant since; // of the run
        std::int64_t bad = 0;
        std::deque<std::string> examples;
        std::deque<bool> recent; // the last 200
        [[nodiscard]] std::optional<double> recent_share() const;
    };

    void take(const observation& o);
    // Another stream, limit or variant begins all detectors anew; new thresholds alone do not.
    void set(const events::watch_set& rules);
    // An alarm of the stream stands in the log.
    void recorded(stream s);

    [[nodiscard]] const events::watch_set& rules() const { return rules_; }
    [[nodiscard]] const std::vector<alarm>& pending() const { return pending_; }
    [[nodiscard]] const watched_detector* find(stream s) const;
    [[nodiscard]] std::optional<double> bar_of(stream s) const;
    // Observations of 28 days before `now`, times 13; none while fewer days are known.
    [[nodiscard]] std::optional<std::int64_t> per_year(stream s, instant now) const;

  private:
    events::watch_set rules_;
    std::array<std::optional<watched_detector>, stream_count> detectors_;
    std::vector<alarm> pending_;
    std::array<std::map<std::int64_t, std::int64_t>, stream_count> by_day_; // day number -> n
    std::optional<std::int64_t> first_day_;
};

} // namespace servery::monitoring
