// Which price tier is the cheapest for a volume. A tier without a price for what exceeds it cannot
// be exceeded. Thread: pure functions, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace servery::economics {

struct price_tier {
    std::string name;
    double monthly = 0;
    double includes = 0;           // units a month
    std::optional<double> overage; // price of a unit more
};
struct tier_choice {
    std::optional<std::size_t> tier; // none = no tier carries the volume
    std::optional<double> cost;      // a month
};
[[nodiscard]] tier_choice tier_cost(std::span<const price_tier> tiers, double volume);

} // namespace servery::economics
