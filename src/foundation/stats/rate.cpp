#include "foundation/stats/rate.h"

#include "foundation/stats/log_special.h"

#include <cmath>

namespace servery::stats {

namespace {

// A(p): the logarithm of 1/(n+1) over the binomial probability of what was seen.
double ln_uniform_over_point(rate_counts c, probability p) noexcept {
    return -std::log(static_cast<double>(c.n + 1)) - ln_binomial_pmf(c.good, c.n, p);
}

constexpr double ln_smallest_direct_tail = -644.7; // ln 1e-280

double ln_e_pass(rate_counts c, probability p) noexcept {
    if (c.n == 0) return 0;
    const std::int64_t bad = c.n - c.good;
    const double tail = ln_ibetac(1 + c.good, 1 + bad, p);
    if (tail >= ln_smallest_direct_tail) return ln_uniform_over_point(c, p) - std::log(p.q) + tail;
    const auto a = static_cast<double>(1 + bad);
    const auto b = static_cast<double>(1 + c.good);
    return std::log(p.p / a * beta_fraction(a, b, p.q));
}

// Success and failure swapped: below f0 is above 1 - f0.
double ln_e_fail(rate_counts c, probability p) noexcept {
    return ln_e_pass({c.n - c.good, c.n}, {p.q, p.p});
}

double logit(rate_counts c) noexcept {
    return std::log(static_cast<double>(c.good) / static_cast<double>(c.n - c.good));
}

double lower_end(rate_counts c, double alpha) noexcept {
    const double threshold = ln_threshold(alpha);
    const double top = c.good == c.n ? logit_ceiling : logit(c);
    return bisect_logit([&](probability p) { return ln_uniform_over_point(c, p) - threshold; },
                        logit_floor, top);
}

rate_counts swapped(rate_counts c) noexcept {
    return {c.n - c.good, c.n};
}

} // namespace

double rate_ln_e_pass(rate_counts counts, double target) noexcept {
    return ln_e_pass(counts, probability::of(target));
}

double rate_ln_e_fail(rate_counts counts, double fail_target) noexcept {
    return ln_e_fail(counts, probability::of(fail_target));
}

range rate_interval(rate_counts counts, double alpha) noexcept {
    if (counts.n == 0) return {};
    return {counts.good == 0 ? 0 : lower_end(counts, alpha),
            counts.good == counts.n ? 1 : 1 - lower_end(swapped(counts), alpha)};
}

double rate_lower(rate_counts counts, double alpha) noexcept {
    if (counts.good == 0) return 0;
    const double threshold = ln_threshold(alpha);
    const double top = counts.good == counts.n ? logit_ceiling : logit(counts);
    return bisect_logit([&](probability p) { return ln_e_pass(counts, p) - threshold; },
                        logit_floor, top);
}

double rate_upper(rate_counts counts, double alpha) noexcept {
    if (counts.good == counts.n) return 1;
    return 1 - rate_lower(swapped(counts), alpha);
}

evidence rate_evidence(rate_counts counts, double target, double fail_target) noexcept {
    return {counts.n, rate_ln_e_pass(counts, target), rate_ln_e_fail(counts, fail_target)};
}

} // namespace servery::stats
