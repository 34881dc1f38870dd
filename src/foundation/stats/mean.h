// Recipe `mean`: bounded values against a target, and `paired`, which is mean on (1 + d)/2.
//   E_pass(m) = 1/16 sum_k prod_i (1 + u_k (x_i - m)/m)      null: mean <= m
//   E_fail(f) = 1/16 sum_k prod_i (1 + u_k (f - x_i)/(1 - f)) null: mean >= f
//   u_k = (k - 1/2)/16, k = 1..16; x in [0, 1], rounded to 1/1000 (the rounded value is the
//   metric).
// Order-free; states merge by addition. One observation is 32 log1p. Thread: a value, one thread.
#pragma once

#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"

#include <array>
#include <cstdint>
#include <vector>

namespace servery::stats {

// Targets m (pass) and f (fail) on the 0-1 scale, each in [0.001, 0.999].
struct mean_targets {
    double pass = 0.8;
    double fail = 0.8;
};

class mean_state {
  public:
    explicit mean_state(mean_targets targets);
    // x on the 0-1 scale; outside is clamped and counted.
    void add(double x);
    // Same targets only.
    void merge(const mean_state& other);

    [[nodiscard]] std::int64_t n() const noexcept { return n_; }
    [[nodiscard]] std::int64_t outside() const noexcept { return outside_; }
    [[nodiscard]] double mean() const noexcept; // 0 for n = 0
    [[nodiscard]] mean_targets targets() const noexcept { return targets_; }
    [[nodiscard]] double ln_e_pass() const noexcept;
    [[nodiscard]] double ln_e_fail() const noexcept;
    [[nodiscard]] evidence now() const noexcept { return {n_, ln_e_pass(), ln_e_fail()}; }
    // The same processes at any other target, from the counts.
    [[nodiscard]] double ln_e_pass_at(double m) const;
    [[nodiscard]] double ln_e_fail_at(double f) const;
    [[nodiscard]] double lower(double alpha) const; // as rate_lower
    [[nodiscard]] double upper(double alpha) const; // as rate_upper
    // {m : E_pass(m)/2 + E_fail(m)/2 < 1/alpha}
    [[nodiscard]] range interval(double alpha) const;
    [[nodiscard]] forecast ahead(error_rates alpha, std::int64_t min_n) const;

  private:
    static constexpr int bets = 16;
    static constexpr int steps = 1000;
    mean_targets targets_;
    std::int64_t n_ = 0;
    std::int64_t outside_ = 0;
    std::int64_t sum_ = 0; // in 1/1000
    std::array<double, bets> pass_{};
    std::array<double, bets> fail_{};
    std::vector<std::int64_t> counts_; // of x = 0, 1/1000, ..., 1
};

} // namespace servery::stats
