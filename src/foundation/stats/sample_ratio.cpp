#include "foundation/stats/sample_ratio.h"

#include "foundation/stats/log_special.h"

#include <array>
#include <cmath>

namespace servery::stats {

// The difference of log-gammas, rewritten with Stirling's remainders r so that nothing large is
// subtracted: with x_j = c pi_j + n_j and X = c + n,
//   ln E = sum deviance(x_j, X pi_j) - 1/2 sum ln(x_j/(c pi_j)) + 1/2 ln(X/c)
//          + sum (r(x_j) - r(c pi_j)) - (r(X) - r(c))
double sample_ratio_ln_e(std::span<const double> pi, std::span<const std::int64_t> counts,
                         double c) noexcept {
    double n = 0;
    for (const std::int64_t count : counts)
        n += static_cast<double>(count);
    const double whole = c + n;
    double sum = 0.5 * std::log(whole / c) - stirling_remainder(whole) + stirling_remainder(c);
    for (std::size_t j = 0; j < pi.size(); ++j) {
        const double prior = c * pi[j];
        const double x = prior + static_cast<double>(counts[j]);
        sum += deviance(x, whole * pi[j]) - 0.5 * std::log(x / prior) + stirling_remainder(x) -
               stirling_remainder(prior);
    }
    return sum;
}

double sample_ratio_ln_e(std::span<const split_period> periods, double c) noexcept {
    double sum = 0;
    for (const split_period& period : periods)
        sum += sample_ratio_ln_e(period.pi, period.counts, c);
    return sum;
}

void sample_ratio::observe(double pi, bool canary) noexcept {
    if (pi != pi_) {
        closed_ = ln_e();
        pi_ = pi;
        period_[0] = period_[1] = 0;
    }
    ++period_[canary ? 0 : 1];
    ++n_;
    canary_ += canary ? 1 : 0;
    expected_ += pi;
}

double sample_ratio::ln_e() const noexcept {
    if (period_[0] + period_[1] == 0) return closed_;
    const std::array<double, 2> split{pi_, 1 - pi_};
    return closed_ + sample_ratio_ln_e(split, period_);
}

} // namespace servery::stats
