// The heartbeats of a project, with running sums: the minutes of any span are counted in the time
// of two searches, not of a walk over a month. Thread: one.
#pragma once

#include "foundation/events/heartbeat.h"

#include <array>
#include <cstdint>
#include <vector>

namespace servery::monitoring {

// Minutes by what a visitor would have met.
struct minutes_count {
    std::int64_t up = 0;
    std::int64_t fallback = 0;
    std::int64_t down = 0; // also those without a heartbeat: the process was away
    std::int64_t not_offered = 0;
    std::int64_t unknown = 0;
    [[nodiscard]] std::int64_t offered() const { return up + fallback + down; }
    bool operator==(const minutes_count&) const = default;
};

class minute_log {
  public:
    // A minute that was written before gets the new state.
    void set(std::int64_t minute, events::minute_state state);

    [[nodiscard]] bool empty() const { return rows_.empty(); }
    // Of a log that is not empty.
    [[nodiscard]] std::int64_t first() const { return rows_.front().minute; }
    [[nodiscard]] std::int64_t last() const { return rows_.back().minute; }
    // Heartbeats of minutes in [from, to), by state, and how many there are in all.
    [[nodiscard]] minutes_count between(std::int64_t from, std::int64_t to) const;
    [[nodiscard]] std::int64_t written(std::int64_t from, std::int64_t to) const;

  private:
    static constexpr std::size_t states = 5;
    struct row {
        std::int64_t minute = 0;
        std::array<std::uint32_t, states> upto{}; // heartbeats up to this one, by state
    };
    [[nodiscard]] std::size_t place(std::int64_t minute) const;
    std::vector<row> rows_; // by minute
};

} // namespace servery::monitoring
