#include "foundation/stats/wilson.h"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace servery::stats {

namespace {

range at(rate_counts c, double z) noexcept {
    if (c.n == 0) return {};
    const auto n = static_cast<double>(c.n);
    const double p = static_cast<double>(c.good) / n;
    const double shrink = 1 + z * z / n;
    const double centre = (p + z * z / (2 * n)) / shrink;
    const double half = z / shrink * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {c.good == 0 ? 0 : std::max(0.0, centre - half),
            c.good == c.n ? 1 : std::min(1.0, centre + half)};
}

} // namespace

double normal_quantile(double p) noexcept {
    return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p);
}

range wilson(rate_counts counts, double alpha) noexcept {
    return at(counts, normal_quantile(1 - alpha / 2));
}

double wilson_lower(rate_counts counts, double alpha) noexcept {
    return at(counts, normal_quantile(1 - alpha)).lower;
}

double wilson_upper(rate_counts counts, double alpha) noexcept {
    return at(counts, normal_quantile(1 - alpha)).upper;
}

} // namespace servery::stats
