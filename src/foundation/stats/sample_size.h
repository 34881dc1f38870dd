// How many observations a test needs before there are any: the forecast a plan is made with.
//   rate       N50 = ceil(ln(1/alpha)/KL(p1, p0)); a truth of 1: the smallest perfect record
//   mean       N50 = ceil(2 ln(1/alpha) sd²/(true - target)²)
//   two arms   N50 = ceil(k·2·(var_t/pi + var_c/(1-pi))·ln(1/alpha)/(difference + margin)²),
//              k = 1.2 for min(pi, 1-pi) >= .3, else 1.6
// N80 = ceil(1.75 N50), N90 = ceil(2.4 N50): the spread of the crossing time, measured by
// simulation; a perfect record has none. Thread: pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>

namespace servery::stats {

struct sample_size {
    std::int64_t n50 = 0;
    std::int64_t n80 = 0;
    std::int64_t n90 = 0;
};
// Never below a floor.
[[nodiscard]] sample_size at_least(sample_size s, std::int64_t min_n) noexcept;

// That the rate is above p0 when it is p1, higher is better; none if p1 <= p0.
[[nodiscard]] std::optional<sample_size> rate_sample(double p0, double p1, double alpha) noexcept;
// That the mean lies on its side of the target; none for truth = target.
[[nodiscard]] std::optional<sample_size> mean_sample(double target, double truth, double sd,
                                                     double alpha) noexcept;
struct two_arm_plan {
    double pi = .5; // share of the new variant, in (0, 1)
    double variance_new = 0;
    double variance_control = 0;
    double difference = 0; // assumed
    double margin = 0;     // "not worse by"
};
// Units of both arms together; none if difference + margin <= 0.
[[nodiscard]] std::optional<sample_size> two_arm_sample(const two_arm_plan& plan,
                                                        double alpha) noexcept;

// One look at a fixed set: the smallest n whose exact one-sided test of "rate <= p0" has the power
// at p1, and how many must be right. Power is a saw in n: do not round up a bit.
// None above 3,000.
struct exact_sample {
    std::int64_t n = 0;
    std::int64_t good = 0;
};
[[nodiscard]] std::optional<exact_sample> exact_test(double p0, double p1, double alpha = .05,
                                                     double power = .8) noexcept;

} // namespace servery::stats
