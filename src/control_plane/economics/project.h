// A project over its horizon: flows by month, ROI, payback, net present value.
//   r = (1+discount)^(1/12) - 1      NPV = sum f_m/(1+r)^m from m = 0
// Sums run from left to right. Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/month.h"

#include <optional>
#include <span>
#include <vector>

namespace servery::economics {

inline constexpr int longest_horizon = 120;

// A stretch of time at one exposure; months may be a fraction.
struct segment {
    double months = 0;
    double exposure = 0; // 0..1
};
// Time-weighted mean exposure of each month; the last segment goes on. Empty segments = exposure 0.
// Errors: economics.horizon.invalid (1 to 120 months).
[[nodiscard]] result<std::vector<double>> exposure_by_month(std::span<const segment> segments,
                                                            int horizon);

struct project_value {
    double setup = 0;
    std::optional<double> roi; // none when nothing is spent
    // First month from which the cumulative flow stays at or above zero; none = not in the horizon.
    std::optional<int> payback;
    double npv = 0;
    double total_benefit = 0;
    double total_cost = 0;     // with set-up
    std::vector<double> flows; // months 0..horizon
};

// Paid once, at month 0. The cash view counts own time by kappa_own, as months do.
[[nodiscard]] double setup_cost(const inputs& p, view v = view::capacity);
[[nodiscard]] double monthly_rate(double yearly);
[[nodiscard]] double net_present_value(std::span<const double> flows, double discount);
[[nodiscard]] project_value project(const inputs& p, std::span<const double> exposures,
                                    view v = view::capacity);
// From today: what was spent is left out, `rest` is what still has to be paid once.
[[nodiscard]] double forward_npv(const inputs& p, std::span<const double> exposures, double rest,
                                 view v = view::capacity);

} // namespace servery::economics
