// From a guess to a measurement: how a range and what was counted become one distribution.
//   moments of [low, likely, high]  m0 = sum/3, v0 = (l²+m²+h²-lm-lh-mh)/18
//   rate   prior Beta(m0·s, (1-m0)·s), s = min(m0(1-m0)/v0 - 1, 5/min(m0, 1-m0)): the guess is
//   worth
//          at most five events of the rarer kind; S of n makes it Beta(a+S, b+n-S)
//   mean   n0 = min(10, sd²/v0): the guess is worth at most ten values; needs five measured ones
//   volume normal around the monthly rate, sd at least a tenth of it; needs four weeks
//   hours  triangle [.7 h, h, 1.5 h]; needs four logged weeks
// A cap by observations instead of events was tried and rejected: it explodes for rare rates.
// Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/inputs.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

namespace servery::economics {

struct moments {
    double mean = 0;
    double variance = 0;
};
[[nodiscard]] moments triangular_moments(const range& r);

struct beta_law {
    double a = 1;
    double b = 1;
    [[nodiscard]] double mean() const { return a / (a + b); }
};
// A mean of 0 or 1 is read as .001 or .999: a guess never rules anything out for good.
[[nodiscard]] beta_law beta_prior(const range& guess, double most_events = 5);
[[nodiscard]] beta_law beta_posterior(const range& guess, std::int64_t good, std::int64_t n);
[[nodiscard]] double beta_quantile(const beta_law& law, double u);

// 1,025 knots of the quantile function, linear between: 20,000 exact inversions would cost more
// than all draws together. Within 1e-3 of the exact one for u in [.01, .99].
class quantile_table {
  public:
    explicit quantile_table(const beta_law& law);
    [[nodiscard]] double at(double u) const;

  private:
    static constexpr std::size_t steps = 1024;
    std::array<double, steps + 1> knots_{};
};

struct normal_law {
    double mean = 0;
    double sd = 0;
    double floor = -std::numeric_limits<double>::infinity(); // cut: what cannot be negative
    [[nodiscard]] double quantile(double u) const;
};
[[nodiscard]] normal_law mean_posterior(const range& guess, std::int64_t n, double mean, double sd);

// What was measured of one input. rate: good of n; mean: n values with mean and sd; volume: n items
// in `days`; hours: `mean` hours a month over `days`; point: `mean`, exact.
struct measurement {
    std::string name;
    std::int64_t n = 0;
    std::int64_t good = 0;
    double mean = 0;
    double sd = 0;
    double days = 0;
    std::string source; // the fact it comes from
};

using law = std::variant<range, normal_law, quantile_table>;
struct measured_law {
    economics::law law;
    double likely = 0;
};
// The law that replaces the guess; none while the measurement is too small to replace it.
[[nodiscard]] std::optional<measured_law> measured(const range& guess, const measurement& m);

} // namespace servery::economics
