#include "foundation/stats/mean.h"

#include "foundation/stats/log_special.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace servery::stats {

namespace {

constexpr double fail_factor = 1.2;
const double ln_16 = std::log(16.0);

double bet(std::size_t k) noexcept {
    return (static_cast<double>(k) + 0.5) / 16;
}

} // namespace

mean_state::mean_state(mean_targets targets) : targets_(targets), counts_(steps + 1, 0) {}

void mean_state::add(double x) {
    if (!(x >= 0 && x <= 1)) ++outside_;
    const auto index = x > 0 ? std::llround(std::min(x, 1.0) * steps) : 0;
    const double rounded = static_cast<double>(index) / steps;
    for (std::size_t k = 0; k < bets; ++k) {
        pass_[k] += std::log1p(bet(k) * (rounded - targets_.pass) / targets_.pass);
        fail_[k] += std::log1p(bet(k) * (targets_.fail - rounded) / (1 - targets_.fail));
    }
    ++counts_[static_cast<std::size_t>(index)];
    sum_ += index;
    ++n_;
}

void mean_state::merge(const mean_state& other) {
    for (std::size_t k = 0; k < bets; ++k) {
        pass_[k] += other.pass_[k];
        fail_[k] += other.fail_[k];
    }
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
    n_ += other.n_;
    sum_ += other.sum_;
    outside_ += other.outside_;
}

double mean_state::mean() const noexcept {
    return n_ == 0 ? 0 : static_cast<double>(sum_) / (static_cast<double>(n_) * steps);
}

double mean_state::ln_e_pass() const noexcept {
    return log_sum_exp(pass_) - ln_16;
}
double mean_state::ln_e_fail() const noexcept {
    return log_sum_exp(fail_) - ln_16;
}

double mean_state::ln_e_pass_at(double m) const {
    std::array<double, bets> sums{};
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] == 0) continue;
        const double x = static_cast<double>(i) / steps;
        for (std::size_t k = 0; k < bets; ++k)
            sums[k] += static_cast<double>(counts_[i]) * std::log1p(bet(k) * (x - m) / m);
    }
    return log_sum_exp(sums) - ln_16;
}

double mean_state::ln_e_fail_at(double f) const {
    std::array<double, bets> sums{};
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] == 0) continue;
        const double x = static_cast<double>(i) / steps;
        for (std::size_t k = 0; k < bets; ++k)
            sums[k] += static_cast<double>(counts_[i]) * std::log1p(bet(k) * (f - x) / (1 - f));
    }
    return log_sum_exp(sums) - ln_16;
}

// The searches stay off 0 and 1, where a bet's denominator vanishes.
constexpr double search_floor = -30;
constexpr double search_ceiling = 30;

double mean_state::lower(double alpha) const {
    if (sum_ == 0) return 0;
    const double threshold = ln_threshold(alpha);
    return bisect_logit([&](probability p) { return ln_e_pass_at(p.p) - threshold; }, search_floor,
                        search_ceiling);
}

double mean_state::upper(double alpha) const {
    if (sum_ == n_ * steps) return 1;
    const double threshold = ln_threshold(alpha);
    return bisect_logit([&](probability p) { return threshold - ln_e_fail_at(p.p); }, search_floor,
                        search_ceiling);
}

range mean_state::interval(double alpha) const {
    if (n_ == 0) return {};
    const double threshold = ln_threshold(alpha);
    const auto above = [&](probability p) {
        const std::array<double, 2> both{ln_e_pass_at(p.p), ln_e_fail_at(p.p)};
        return log_sum_exp(both) - std::log(2.0) - threshold;
    };
    const double average = mean();
    const double middle = average <= 0   ? search_floor
                          : average >= 1 ? search_ceiling
                                         : std::log(average / (1 - average));
    return {sum_ == 0 ? 0 : bisect_logit(above, search_floor, middle),
            sum_ == n_ * steps
                ? 1
                : bisect_logit([&](probability p) { return -above(p); }, middle, search_ceiling)};
}

forecast mean_state::ahead(error_rates alpha, std::int64_t min_n) const {
    if (n_ == 0) return {.note = forecast_note::no_traffic};
    forecast_input ask{.n = n_, .min_n = min_n};
    const auto growth = [&](std::span<const double> sums) {
        return *std::max_element(sums.begin(), sums.end()) / static_cast<double>(n_);
    };
    if (mean() > targets_.pass) {
        ask.side = forecast_side::pass;
        ask.threshold = ln_threshold(alpha.pass);
        ask.ln_e_now = ln_e_pass();
        ask.growth = growth(pass_);
    } else if (mean() < targets_.fail) {
        ask.side = forecast_side::fail;
        ask.threshold = ln_threshold(alpha.fail);
        ask.ln_e_now = ln_e_fail();
        ask.growth = growth(fail_);
        ask.factor = fail_factor;
    }
    return make_forecast(ask);
}

} // namespace servery::stats
