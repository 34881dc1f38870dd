#include "foundation/stats/limit_detector.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace servery::stats {
namespace {

constexpr std::array<double, 4> odds_ratios{1.5, 2.5, 5, 10};

double mean(const std::array<double, 4>& of) {
    return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
}

} // namespace

limit_detector::limit_detector(double limit) noexcept : limit_(std::clamp(limit, 0.001, 0.999)) {
    const double odds = limit_ / (1 - limit_);
    for (std::size_t j = 0; j < raised_.size(); ++j)
        raised_[j] = odds * odds_ratios[j] / (1 + odds * odds_ratios[j]);
}

bool limit_detector::observe(double x, double threshold) noexcept {
    std::array<double, 4> e{};
    for (std::size_t j = 0; j < e.size(); ++j) {
        e[j] = x * raised_[j] / limit_ + (1 - x) * (1 - raised_[j]) / (1 - limit_);
        r_[j] = (r_[j] + 1) * e[j];
    }
    if (c_ <= 0) run_ = 0;
    c_ = std::max(c_, 0.0) + std::log(mean(e));
    ++run_;
    if (c_ <= 0) run_ = 0;
    if (evidence() < threshold) return false;
    r_ = {};
    c_ = 0;
    return true;
}

double limit_detector::evidence() const noexcept {
    return mean(r_);
}

void limit_detector::reset() noexcept {
    r_ = {};
    c_ = 0;
    run_ = 0;
}

} // namespace servery::stats
