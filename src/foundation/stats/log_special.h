// Binomial and beta functions as natural logarithms, without cancellation for large counts.
// Saddle-point form of the binomial probability after Loader, "Fast and accurate computation of
// binomial probabilities" (2000); continued fraction of the incomplete beta function DLMF 8.17.22.
// Thread: pure functions, any thread.
#pragma once

#include <cstdint>
#include <span>

namespace servery::stats {

// A probability with its complement, so that neither end loses digits. p, q in [0, 1], p + q = 1.
struct probability {
    double p = 0;
    double q = 1;
    [[nodiscard]] static probability of(double p) noexcept { return {p, 1 - p}; }
    // p = 1/(1 + exp(-t))
    [[nodiscard]] static probability of_logit(double t) noexcept;
};

// ln(1 - exp(x)) for x <= 0.
[[nodiscard]] double log1m_exp(double x) noexcept;
// ln sum exp(x_i); -infinity for an empty span.
[[nodiscard]] double log_sum_exp(std::span<const double> x) noexcept;
// ln Gamma(x + 1) - [(x + 1/2) ln x - x + 1/2 ln 2 pi], x > 0: what Stirling's formula leaves out.
[[nodiscard]] double stirling_remainder(double x) noexcept;
// x ln(x/m) + m - x >= 0, the deviance of x from m; x >= 0, m > 0.
[[nodiscard]] double deviance(double x, double m) noexcept;
// ln of the probability of `good` successes in `n` trials; 0 <= good <= n.
[[nodiscard]] double ln_binomial_pmf(std::int64_t good, std::int64_t n, probability p) noexcept;
// K(a, b, x) of I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * K; converges for x <= (a+1)/(a+b+2).
[[nodiscard]] double beta_fraction(double a, double b, double x) noexcept;
// ln I_p(a, b) and ln(1 - I_p(a, b)) of the regularised incomplete beta function; whole a, b >= 1.
[[nodiscard]] double ln_ibeta(std::int64_t a, std::int64_t b, probability p) noexcept;
[[nodiscard]] double ln_ibetac(std::int64_t a, std::int64_t b, probability p) noexcept;
// Logit of the lowest and highest p that a search looks at.
constexpr double logit_floor = -700;
constexpr double logit_ceiling = 36;
// The root of a falling f(probability), by 60 bisections of ln(p/(1-p)) between two logits.
template <typename F>
[[nodiscard]] double bisect_logit(F&& f, double logit_lo, double logit_hi) {
    for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (logit_lo + logit_hi);
        (f(probability::of_logit(middle)) > 0 ? logit_lo : logit_hi) = middle;
    }
    return probability::of_logit(0.5 * (logit_lo + logit_hi)).p;
}

} // namespace servery::stats
