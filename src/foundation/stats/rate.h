// Recipe `rate`: 0/1 observations against a target, valid however often anybody looks.
//   A(p)      = ln B(1+S, 1+F) - S ln p - F ln(1-p)
//   ln E_pass = A(p0) - ln(1-p0) + ln(1 - I_p0(1+S, 1+F))   mixture uniform over truths in (p0, 1]
//   ln E_fail = A(f0) - ln f0    + ln I_f0(1+S, 1+F)        mixture uniform over truths in [0, f0)
// Sources: Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 2021.
// State is two counts: order-free, parts merge by addition. Higher is better; a metric where lower
// is better enters as its complement. Error <= 1e-9 for n <= 1e5, <= 1e-6 for n <= 1e7.
// Thread: pure functions, any thread.
#pragma once

#include "foundation/stats/verdict.h"

#include <cstdint>

namespace servery::stats {

// `good` of `n`; 0 <= good <= n <= 1e9.
struct rate_counts {
    std::int64_t good = 0;
    std::int64_t n = 0;
    void add(bool is_good) noexcept {
        good += is_good ? 1 : 0;
        ++n;
    }
    friend rate_counts operator+(rate_counts a, rate_counts b) noexcept {
        return {a.good + b.good, a.n + b.n};
    }
    friend bool operator==(const rate_counts&, const rate_counts&) = default;
};

// Targets lie in [0.001, 0.999].
constexpr double lowest_target = 0.001;
constexpr double highest_target = 0.999;

struct range {
    double lower = 0;
    double upper = 1;
};

// n = 0 gives 0.
[[nodiscard]] double rate_ln_e_pass(rate_counts counts, double target) noexcept;
[[nodiscard]] double rate_ln_e_fail(rate_counts counts, double fail_target) noexcept;
// Two-sided confidence sequence {p : A(p) < ln(1/alpha)}; [0, 1] for n = 0.
[[nodiscard]] range rate_interval(rate_counts counts, double alpha = 0.05) noexcept;
// The highest target that a PASS at alpha could have had; 0 if nothing was good.
[[nodiscard]] double rate_lower(rate_counts counts, double alpha = 0.05) noexcept;
// The lowest fail target that a FAIL at alpha could have had; 1 if nothing was bad.
[[nodiscard]] double rate_upper(rate_counts counts, double alpha = 0.01) noexcept;
// Both logarithms and n in one value.
[[nodiscard]] evidence rate_evidence(rate_counts counts, double target,
                                     double fail_target) noexcept;

} // namespace servery::stats
