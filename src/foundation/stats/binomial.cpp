#include "foundation/stats/binomial.h"

#include "foundation/stats/log_special.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace servery::stats {

double ln_binomial_cdf(std::int64_t k, std::int64_t n, double p) noexcept {
    if (k < 0) return -std::numeric_limits<double>::infinity();
    if (k >= n || p <= 0) return 0;
    if (p >= 1) return -std::numeric_limits<double>::infinity();
    // P(X <= k) = 1 - I_p(k + 1, n - k)
    return std::min(0.0, ln_ibetac(k + 1, n - k, probability::of(p)));
}

double binomial_cdf(std::int64_t k, std::int64_t n, double p) noexcept {
    return std::exp(ln_binomial_cdf(k, n, p));
}

double binomial_sf(std::int64_t k, std::int64_t n, double p) noexcept {
    // Failures swapped for successes: P(X >= k) = P(n - X <= n - k).
    if (k <= 0) return 1;
    if (k > n || p <= 0) return 0;
    if (p >= 1) return 1;
    return std::exp(std::min(0.0, ln_ibeta(k, n - k + 1, probability::of(p))));
}

std::int64_t binomial_quantile(double q, std::int64_t n, double p) noexcept {
    std::int64_t low = 0;
    std::int64_t high = n;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (binomial_cdf(middle, n, p) >= q) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

double exact_lower(rate_counts counts, double alpha) noexcept {
    if (counts.good == 0) return 0;
    const double ln_alpha = std::log(alpha);
    // P(X >= good) rises in p
    return bisect_logit(
        [&](probability p) {
            return ln_alpha - ln_ibeta(counts.good, counts.n - counts.good + 1, p);
        },
        logit_floor, logit_ceiling);
}

double exact_upper(rate_counts counts, double alpha) noexcept {
    if (counts.good == counts.n) return 1;
    return 1 - exact_lower({counts.n - counts.good, counts.n}, alpha);
}

} // namespace servery::stats
