// How many calls a provider gets at once: starts at its ceiling, halves when the provider is
// overloaded, waits as long as it asked for, and comes back by one after ten clean answers.
// Thread: one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace servery::evaluation {

class pace {
  public:
    using time = std::chrono::steady_clock::time_point;

    explicit pace(std::int64_t ceiling) : ceiling_(ceiling), limit_(ceiling) {}

    [[nodiscard]] bool has_room(time now) const {
        return in_flight_ < limit_ && now >= not_before_;
    }
    [[nodiscard]] time not_before() const { return not_before_; }
    [[nodiscard]] std::int64_t limit() const { return limit_; }
    [[nodiscard]] bool throttled() const { return throttled_; }

    void started() { ++in_flight_; }
    void finished_clean() {
        --in_flight_;
        if (limit_ >= ceiling_ || ++clean_ < clean_answers_a_step) return;
        clean_ = 0;
        ++limit_;
    }
    void finished_overloaded(time now, std::chrono::milliseconds wait) {
        --in_flight_;
        clean_ = 0;
        throttled_ = true;
        limit_ = std::max<std::int64_t>(1, limit_ / 2);
        not_before_ = std::max(not_before_, now + wait);
    }

  private:
    static constexpr int clean_answers_a_step = 10;
    std::int64_t ceiling_;
    std::int64_t limit_;
    std::int64_t in_flight_ = 0;
    int clean_ = 0;
    bool throttled_ = false;
    time not_before_{};
};

} // namespace servery::evaluation
