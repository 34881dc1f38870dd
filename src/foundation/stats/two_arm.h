// Recipe `two_arm`: canary against control under any split, also one that changes on the way.
// For every unit in exposure order, y in [0, 1], canary with probability pi:
//   m = (1/2 + sum y)/(1 + n) over earlier units       g = (y - m)/pi, or -(y - m)/(1 - pi)
//   up(D):   z = g - D, worst = max(m/pi, (1-m)/(1-pi)) + D       null: difference <= D
//   down(D): z = D - g, worst = max((1-m)/pi, m/(1-pi)) - D       null: difference >= D
//   lambda = clip(sum z/(sum z^2 + 1/4), 0, 1/(2 worst)) over earlier units; ln E += log1p(lambda
//   z)
// PASS "not worse by margin" = up(-margin); FAIL "worse by more than harm margin" = down(-harm).
// Inverse-probability martingale with a running-mean baseline; Howard et al. 2021, Corollary 2,
// with betting. Depends on the order of units. Thread: a value, one thread.
#pragma once

#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"

#include <cstdint>
#include <span>
#include <vector>

namespace servery::stats {

constexpr double lowest_split = 0.005;
constexpr double highest_split = 0.995;

struct two_arm_unit {
    bool canary = false;
    double pi = 0.5; // in [0.005, 0.995]
    double y = 0;    // in [0, 1], higher is better
};

class two_arm_state {
  public:
    // margins in [0, 0.9].
    two_arm_state(double margin, double harm_margin);
    void add(const two_arm_unit& unit);

    [[nodiscard]] std::int64_t n() const noexcept { return n_; }
    [[nodiscard]] double difference() const noexcept; // mean of g; 0 for n = 0
    [[nodiscard]] double ln_e_pass() const noexcept;
    [[nodiscard]] double ln_e_fail() const noexcept;
    [[nodiscard]] evidence now() const noexcept { return {n_, ln_e_pass(), ln_e_fail()}; }
    // Bounds of the difference on the grid -.90 .. .90: the outermost value from which on all are
    // rejected at alpha; -1 and 1 if none is.
    [[nodiscard]] double lower(double alpha) const noexcept;
    [[nodiscard]] double upper(double alpha) const noexcept;
    [[nodiscard]] range interval(double alpha) const noexcept; // alpha/2 a side
    [[nodiscard]] forecast ahead(error_rates alpha, std::int64_t min_n) const noexcept;

  private:
    struct point {
        double d = 0;
        double up = 0;   // ln E of up(d)
        double down = 0; // ln E of down(d)
    };
    double margin_;
    double harm_margin_;
    std::vector<point> grid_; // ascending in d, the two margins included
    std::size_t pass_at_ = 0; // grid index of -margin
    std::size_t fail_at_ = 0; // grid index of -harm_margin
    std::int64_t n_ = 0;
    double sum_y_ = 0;
    double sum_g_ = 0;
    double sum_g2_ = 0;
    double last_pi_ = 0.5;
};

} // namespace servery::stats
