#include "foundation/stats/two_arm.h"

#include <algorithm>
#include <cmath>

namespace servery::stats {

namespace {

constexpr double smallest_variance = 1e-6;
constexpr double same_point = 1e-12;

std::vector<double> grid_points(double margin, double harm_margin) {
    std::vector<double> points{-margin, -harm_margin};
    for (int cents = -90; cents <= 90; ++cents) {
        const bool fine = std::abs(cents) <= 20;
        if (fine || cents % 5 == 0) points.push_back(cents / 100.0);
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end(),
                             [](double a, double b) { return std::abs(a - b) < same_point; }),
                 points.end());
    return points;
}

double bet_on(double sum, double square_sum, double worst) noexcept {
    return std::clamp(sum / (square_sum + 0.25), 0.0, 0.5 / worst);
}

} // namespace

two_arm_state::two_arm_state(double margin, double harm_margin)
    : margin_(margin), harm_margin_(harm_margin) {
    for (const double d : grid_points(margin, harm_margin))
        grid_.push_back({.d = d});
    const auto index_of = [&](double d) {
        const auto found = std::find_if(grid_.begin(), grid_.end(), [&](const point& at) {
            return std::abs(at.d - d) < same_point;
        });
        return static_cast<std::size_t>(found - grid_.begin());
    };
    pass_at_ = index_of(-margin);
    fail_at_ = index_of(-harm_margin);
}

void two_arm_state::add(const two_arm_unit& unit) {
    const auto n = static_cast<double>(n_);
    const double pi = unit.pi;
    const double m = (0.5 + sum_y_) / (1 + n);
    const double g = unit.canary ? (unit.y - m) / pi : -(unit.y - m) / (1 - pi);
    const double worst_up = std::max(m / pi, (1 - m) / (1 - pi));
    const double worst_down = std::max((1 - m) / pi, m / (1 - pi));
    for (point& at : grid_) {
        const double sum = sum_g_ - n * at.d;
        const double squares = std::max(0.0, sum_g2_ - 2 * at.d * sum_g_ + n * at.d * at.d);
        const double up = bet_on(sum, squares, worst_up + at.d);
        const double down = bet_on(-sum, squares, worst_down - at.d);
        if (up > 0) at.up += std::log1p(up * (g - at.d));
        if (down > 0) at.down += std::log1p(down * (at.d - g));
    }
    ++n_;
    sum_y_ += unit.y;
    sum_g_ += g;
    sum_g2_ += g * g;
    last_pi_ = pi;
}

double two_arm_state::difference() const noexcept {
    return n_ == 0 ? 0 : sum_g_ / static_cast<double>(n_);
}

double two_arm_state::ln_e_pass() const noexcept {
    return grid_[pass_at_].up;
}
double two_arm_state::ln_e_fail() const noexcept {
    return grid_[fail_at_].down;
}

double two_arm_state::lower(double alpha) const noexcept {
    const double threshold = ln_threshold(alpha);
    double bound = -1;
    for (const point& at : grid_) {
        if (at.up < threshold) break;
        bound = at.d;
    }
    return bound;
}

double two_arm_state::upper(double alpha) const noexcept {
    const double threshold = ln_threshold(alpha);
    double bound = 1;
    for (auto at = grid_.rbegin(); at != grid_.rend() && at->down >= threshold; ++at)
        bound = at->d;
    return bound;
}

range two_arm_state::interval(double alpha) const noexcept {
    return {lower(alpha / 2), upper(alpha / 2)};
}

forecast two_arm_state::ahead(error_rates alpha, std::int64_t min_n) const noexcept {
    if (n_ == 0) return {.note = forecast_note::no_traffic};
    const auto n = static_cast<double>(n_);
    const double delta = difference();
    const double variance = std::max(smallest_variance, sum_g2_ / n - delta * delta);
    const auto growth = [&](double distance) { return distance * distance / (2 * variance); };
    forecast pass{.note = forecast_note::not_at_this_quality};
    forecast harm = pass;
    if (delta > -margin_)
        pass = make_forecast({.side = forecast_side::pass,
                              .threshold = ln_threshold(alpha.pass),
                              .ln_e_now = ln_e_pass(),
                              .growth = growth(delta + margin_),
                              .factor = std::min(last_pi_, 1 - last_pi_) >= 0.3 ? 1.2 : 1.6,
                              .n = n_,
                              .min_n = min_n});
    if (delta < -harm_margin_)
        harm = make_forecast({.side = forecast_side::fail,
                              .threshold = ln_threshold(alpha.fail),
                              .ln_e_now = ln_e_fail(),
                              .growth = growth(delta + harm_margin_),
                              .factor = 1.2,
                              .n = n_});
    const bool harm_first = harm.n_more && (!pass.n_more || *harm.n_more < *pass.n_more);
    return harm_first ? harm : pass;
}

} // namespace servery::stats
