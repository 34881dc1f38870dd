// Does the traffic split as configured? E-process of counts n_j against configured shares pi_j:
//   ln E = sum lnG(c pi_j + n_j) - lnG(c + n) - sum lnG(c pi_j) + lnG(c) - sum n_j ln pi_j
// (Dirichlet mixture; Lindon & Malek 2020) a period of constant split; periods add up. E reaching
// 1/alpha (.01) means that records are lost or units are dealt wrongly, and every comparison of
// the arms is void. Always against the configured share, never 50/50. Thread: pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace servery::stats {

// One period of constant split. Same length, at least two arms; pi in (0, 1), summing to 1.
struct split_period {
    std::vector<double> pi;
    std::vector<std::int64_t> counts;
};

constexpr double sample_ratio_concentration = 100;
constexpr double sample_ratio_alpha = 0.01;

[[nodiscard]] double sample_ratio_ln_e(std::span<const double> pi,
                                       std::span<const std::int64_t> counts,
                                       double c = sample_ratio_concentration) noexcept;
[[nodiscard]] double sample_ratio_ln_e(std::span<const split_period> periods,
                                       double c = sample_ratio_concentration) noexcept;

// Running check of two arms, canary with probability pi. A change of pi closes the period.
class sample_ratio {
  public:
    void observe(double pi, bool canary) noexcept;
    [[nodiscard]] double ln_e() const noexcept;
    [[nodiscard]] std::int64_t canary() const noexcept { return canary_; }
    [[nodiscard]] std::int64_t n() const noexcept { return n_; }
    // Units that the configured split would have put into canary.
    [[nodiscard]] double expected_canary() const noexcept { return expected_; }

  private:
    double closed_ = 0; // sum of ln E over the periods that ended
    double pi_ = 0;
    std::int64_t period_[2] = {0, 0}; // canary, control of the running period
    std::int64_t canary_ = 0;
    std::int64_t n_ = 0;
    double expected_ = 0;
};

} // namespace servery::stats
