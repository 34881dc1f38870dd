// Calendar months in UTC. Thread: values.
#pragma once

#include "foundation/base/clock.h"

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace servery::monitoring {

struct calendar_month {
    std::chrono::year_month value{};

    [[nodiscard]] instant begin() const;
    [[nodiscard]] instant end() const; // begin of the next month
    [[nodiscard]] calendar_month before() const { return {value - std::chrono::months{1}}; }
    [[nodiscard]] std::string name() const; // 2026-10
    friend auto operator<=>(const calendar_month&, const calendar_month&) = default;
};

[[nodiscard]] calendar_month month_of(instant at);
// "2026-10"; none for anything else.
[[nodiscard]] std::optional<calendar_month> parse_month(std::string_view text);

} // namespace servery::monitoring
