#include "foundation/stats/log_special.h"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace servery::stats {

namespace {

namespace policies = boost::math::policies;
using by_value = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::underflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>,
    policies::rounding_error<policies::ignore_error>,
    policies::indeterminate_result_error<policies::ignore_error>, policies::promote_double<false>>;

// Below this the tail is computed as a logarithm from the start.
constexpr double smallest_direct_tail = 1e-280;

const double half_ln_two_pi = 0.5 * std::log(2 * std::numbers::pi);

double ln_q(probability p) noexcept {
    return p.p < 0.5 ? std::log1p(-p.p) : std::log(p.q);
}
double ln_p(probability p) noexcept {
    return p.q < 0.5 ? std::log1p(-p.q) : std::log(p.p);
}

// I_p(a, b), taken from whichever of p and 1-p is the small, exactly known one.
double ibeta_value(double a, double b, probability p) noexcept {
    if (p.p <= 0.5) return boost::math::ibeta(a, b, p.p, by_value());
    return boost::math::ibetac(b, a, p.q, by_value());
}

} // namespace

probability probability::of_logit(double t) noexcept {
    if (t < 0) {
        const double e = std::exp(t);
        return {e / (1 + e), 1 / (1 + e)};
    }
    const double e = std::exp(-t);
    return {1 / (1 + e), e / (1 + e)};
}

double log1m_exp(double x) noexcept {
    return x > -std::numbers::ln2 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

double log_sum_exp(std::span<const double> x) noexcept {
    if (x.empty()) return -std::numeric_limits<double>::infinity();
    const double largest = *std::max_element(x.begin(), x.end());
    if (std::isinf(largest)) return largest;
    double sum = 0;
    for (const double value : x)
        sum += std::exp(value - largest);
    return largest + std::log(sum);
}

double stirling_remainder(double x) noexcept {
    if (x <= 15)
        return boost::math::lgamma(x + 1, by_value()) - (x + 0.5) * std::log(x) + x -
               half_ln_two_pi;
    const double square = x * x;
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / x;
}

double deviance(double x, double m) noexcept {
    if (x == 0) return m;
    const double v = (x - m) / (x + m);
    if (std::abs(v) >= 0.1) return x * std::log(x / m) + m - x;
    // ln(x/m) = 2 (v + v^3/3 + v^5/5 + ...)
    double sum = (x - m) * v;
    double term = 2 * x * v;
    for (int odd = 3; odd < 100; odd += 2) {
        term *= v * v;
        const double next = sum + term / odd;
        if (next == sum) break;
        sum = next;
    }
    return sum;
}

double ln_binomial_pmf(std::int64_t good, std::int64_t n, probability p) noexcept {
    const auto total = static_cast<double>(n);
    if (good == 0) return n == 0 ? 0 : total * ln_q(p);
    if (good == n) return total * ln_p(p);
    const auto s = static_cast<double>(good);
    const auto f = static_cast<double>(n - good);
    return stirling_remainder(total) - stirling_remainder(s) - stirling_remainder(f) -
           deviance(s, total * p.p) - deviance(f, total * p.q) +
           0.5 * std::log(total / (2 * std::numbers::pi * s * f));
}

double beta_fraction(double a, double b, double x) noexcept {
    // Modified Lentz on 1 + d1/(1 + d2/(1 + ...)); the result is its reciprocal.
    constexpr double tiny = 1e-300;
    constexpr int most_terms = 1'000'000;
    double value = 1;
    double c = 1;
    double d = 0;
    for (int j = 1; j <= most_terms; ++j) {
        const double m = j / 2;
        const double term = j % 2 == 0
                                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + term * d;
        if (d == 0) d = tiny;
        c = 1 + term / c;
        if (c == 0) c = tiny;
        d = 1 / d;
        value *= c * d;
        if (std::abs(c * d - 1) < 1e-15) break;
    }
    return 1 / value;
}

double ln_ibeta(std::int64_t a, std::int64_t b, probability p) noexcept {
    const auto x = static_cast<double>(a);
    const auto y = static_cast<double>(b);
    const double direct = ibeta_value(x, y, p);
    if (direct >= smallest_direct_tail) return std::log(direct);
    // p^a q^b / (a B(a, b)) with the beta function written as a binomial probability
    const std::int64_t n = a + b - 2;
    return ln_binomial_pmf(a - 1, n, p) + std::log(static_cast<double>(n + 1)) + ln_p(p) + ln_q(p) -
           std::log(x) + std::log(beta_fraction(x, y, p.p));
}

double ln_ibetac(std::int64_t a, std::int64_t b, probability p) noexcept {
    return ln_ibeta(b, a, {p.q, p.p});
}

} // namespace servery::stats
