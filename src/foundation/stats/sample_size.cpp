#include "foundation/stats/sample_size.h"

#include "foundation/stats/binomial.h"
#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"

#include <algorithm>
#include <cmath>

namespace servery::stats {
namespace {

constexpr std::int64_t most_units = 1'000'000'000;

std::optional<sample_size> spread_of(double units) {
    if (!(units < static_cast<double>(most_units))) return std::nullopt;
    const double n50 = std::ceil(units);
    return sample_size{static_cast<std::int64_t>(n50),
                       static_cast<std::int64_t>(std::ceil(1.75 * n50)),
                       static_cast<std::int64_t>(std::ceil(2.4 * n50))};
}

sample_size perfect_record(double p0, double alpha) {
    const double need = ln_threshold(alpha);
    std::int64_t n = 1;
    while (n < 1'000'000 && rate_ln_e_pass({n, n}, p0) < need)
        ++n;
    return {n, n, n};
}

} // namespace

sample_size at_least(sample_size s, std::int64_t min_n) noexcept {
    return {std::max(s.n50, min_n), std::max(s.n80, min_n), std::max(s.n90, min_n)};
}

std::optional<sample_size> rate_sample(double p0, double p1, double alpha) noexcept {
    if (p1 <= p0) return std::nullopt;
    if (p1 >= 1) return perfect_record(p0, alpha);
    return spread_of(rate_units_to_verdict(p1, p0, alpha));
}

std::optional<sample_size> mean_sample(double target, double truth, double sd,
                                       double alpha) noexcept {
    const double gap = truth - target;
    if (gap == 0) return std::nullopt;
    return spread_of(ln_threshold(alpha) * 2 * sd * sd / (gap * gap));
}

std::optional<sample_size> two_arm_sample(const two_arm_plan& p, double alpha) noexcept {
    const double gap = p.difference + p.margin;
    if (gap <= 0 || p.pi <= 0 || p.pi >= 1) return std::nullopt;
    const double k = std::min(p.pi, 1 - p.pi) >= .3 ? 1.2 : 1.6;
    return spread_of(k * 2 * (p.variance_new / p.pi + p.variance_control / (1 - p.pi)) *
                     ln_threshold(alpha) / (gap * gap));
}

std::optional<exact_sample> exact_test(double p0, double p1, double alpha, double power) noexcept {
    for (std::int64_t n = 5; n < 3000; ++n) {
        auto k = static_cast<std::int64_t>(std::floor(static_cast<double>(n) * p0));
        while (k <= n && binomial_sf(k, n, p0) > alpha)
            ++k;
        if (k <= n && binomial_sf(k, n, p1) >= power) return exact_sample{n, k};
    }
    return std::nullopt;
}

} // namespace servery::stats
