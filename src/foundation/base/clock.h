// Time as a seam: everything that needs "now" is given a clock, so that a test or a rehearsal moves
// time instead of sleeping. Wall time is what people see and what is stored; the steady clock is
// for deadlines. Thread: a clock may be read from any thread.
#pragma once

#include "foundation/base/result.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace servery {

using millis = std::chrono::milliseconds;

// A point in UTC wall time, int64 milliseconds since 1970; the stored form of every time.
struct instant {
    std::int64_t ms = 0;
    friend auto operator<=>(const instant&, const instant&) = default;
    [[nodiscard]] instant operator+(millis d) const noexcept { return {ms + d.count()}; }
    [[nodiscard]] instant operator-(millis d) const noexcept { return {ms - d.count()}; }
    [[nodiscard]] millis operator-(instant other) const noexcept { return millis{ms - other.ms}; }
};

class clock {
  public:
    virtual ~clock() = default;
    [[nodiscard]] virtual instant now() const = 0;
};

class system_clock final : public clock {
  public:
    [[nodiscard]] instant now() const override;
};

// A clock that stands still until somebody moves it.
class manual_clock final : public clock {
  public:
    explicit manual_clock(instant start) : ms_(start.ms) {}
    [[nodiscard]] instant now() const override { return {ms_.load(std::memory_order_acquire)}; }
    void set(instant at) { ms_.store(at.ms, std::memory_order_release); }
    void advance(millis by) { ms_.fetch_add(by.count(), std::memory_order_acq_rel); }

  private:
    std::atomic<std::int64_t> ms_;
};

// RFC 3339 in UTC: "2026-11-25T21:30:00.123Z"; whole seconds are written without a fraction.
[[nodiscard]] std::string to_rfc3339(instant at);
[[nodiscard]] result<instant> parse_rfc3339(std::string_view text);
// "2026-11-25"
[[nodiscard]] std::string to_date(instant at);

// Durations of documents: <n>(ms|s|m|h|d|w); errors: base.duration.invalid. Calendar steps
// (mo, y) need a zone and belong to the plan's calendar.
[[nodiscard]] result<millis> parse_duration(std::string_view text);
[[nodiscard]] std::string to_duration(millis d);

} // namespace servery
