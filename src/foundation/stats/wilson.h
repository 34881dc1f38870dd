// Wilson's score interval for a fixed number of trials, declared beforehand and looked at once.
// Whoever looks again while numbers arrive uses rate.h instead. Thread: pure, any thread.
#pragma once

#include "foundation/stats/rate.h"

namespace servery::stats {

// Quantile of the standard normal distribution; p in (0, 1).
[[nodiscard]] double normal_quantile(double p) noexcept;
// Two-sided, confidence 1 - alpha (Wilson 1927); [0, 1] for n = 0.
[[nodiscard]] range wilson(rate_counts counts, double alpha = 0.05) noexcept;
// One-sided bounds at confidence 1 - alpha.
[[nodiscard]] double wilson_lower(rate_counts counts, double alpha = 0.05) noexcept;
[[nodiscard]] double wilson_upper(rate_counts counts, double alpha = 0.05) noexcept;

} // namespace servery::stats
