// Exact tails of the binomial distribution X ~ Binomial(n, p) and the bounds that follow from them
// (Clopper & Pearson 1934). 0 <= k <= n, p in [0, 1]. Thread: pure functions, any thread.
#pragma once

#include "foundation/stats/rate.h"

#include <cstdint>

namespace servery::stats {

// P(X <= k); 1 for k >= n, 0 for k < 0.
[[nodiscard]] double binomial_cdf(std::int64_t k, std::int64_t n, double p) noexcept;
// P(X >= k); 1 for k <= 0, 0 for k > n.
[[nodiscard]] double binomial_sf(std::int64_t k, std::int64_t n, double p) noexcept;
[[nodiscard]] double ln_binomial_cdf(std::int64_t k, std::int64_t n, double p) noexcept;
// Smallest k with P(X <= k) >= q; q in (0, 1).
[[nodiscard]] std::int64_t binomial_quantile(double q, std::int64_t n, double p) noexcept;
// One-sided exact bounds at confidence 1 - alpha: the p with P(X >= good) = alpha (0 if none was
// good), and the p with P(X <= good) = alpha (1 if all were).
[[nodiscard]] double exact_lower(rate_counts counts, double alpha) noexcept;
[[nodiscard]] double exact_upper(rate_counts counts, double alpha) noexcept;

} // namespace servery::stats
