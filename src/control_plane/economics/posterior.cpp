#include "control_plane/economics/posterior.h"

#include "foundation/stats/wilson.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>

namespace servery::economics {
namespace {

constexpr double most_values = 10;
constexpr std::int64_t fewest_values = 5;
constexpr double fewest_days = 28;
constexpr double days_a_month = 30.4375;
constexpr double least_spread = .10;

std::optional<measured_law> measured_rate(const range& guess, const measurement& m) {
    if (m.n < 1 || m.good < 0 || m.good > m.n) return std::nullopt;
    const auto law = beta_posterior(guess, m.good, m.n);
    return measured_law{quantile_table(law), law.mean()};
}

std::optional<measured_law> measured_mean(const range& guess, const measurement& m, bool any_sign) {
    if (m.n < fewest_values) return std::nullopt;
    auto law = mean_posterior(guess, m.n, m.mean, m.sd);
    if (!any_sign) law.floor = 0;
    return measured_law{law, law.mean};
}

std::optional<measured_law> measured_volume(const measurement& m) {
    if (m.days < fewest_days) return std::nullopt;
    const double months = m.days / days_a_month;
    const auto count = static_cast<double>(m.n);
    const double rate = count / months;
    const double sd = std::max(std::sqrt(count) / months, least_spread * rate);
    return measured_law{normal_law{rate, sd, 0}, rate};
}

std::optional<measured_law> measured_hours(const measurement& m) {
    if (m.days < fewest_days) return std::nullopt;
    return measured_law{range{.7 * m.mean, m.mean, 1.5 * m.mean}, m.mean};
}

} // namespace

moments triangular_moments(const range& r) {
    return {(r.low + r.likely + r.high) / 3,
            (r.low * r.low + r.likely * r.likely + r.high * r.high - r.low * r.likely -
             r.low * r.high - r.likely * r.high) /
                18};
}

beta_law beta_prior(const range& guess, double most_events) {
    auto [m, v] = triangular_moments(guess);
    m = std::clamp(m, .001, .999);
    const double cap = most_events / std::min(m, 1 - m);
    const double s = v <= 0 ? cap : std::min(m * (1 - m) / v - 1, cap);
    return {m * s, (1 - m) * s};
}

beta_law beta_posterior(const range& guess, std::int64_t good, std::int64_t n) {
    const auto prior = beta_prior(guess);
    return {prior.a + static_cast<double>(good), prior.b + static_cast<double>(n - good)};
}

double beta_quantile(const beta_law& law, double u) {
    return boost::math::ibeta_inv(law.a, law.b, u);
}

quantile_table::quantile_table(const beta_law& law) {
    for (std::size_t i = 0; i <= steps; ++i) {
        const double u = static_cast<double>(i) / steps;
        knots_[i] = beta_quantile(law, std::clamp(u, 1.0 / 4096, 1 - 1.0 / 4096));
    }
}

double quantile_table::at(double u) const {
    const double place = u * steps;
    const auto i = std::min(static_cast<std::size_t>(place), steps - 1);
    return knots_[i] + (place - static_cast<double>(i)) * (knots_[i + 1] - knots_[i]);
}

double normal_law::quantile(double u) const {
    if (sd <= 0) return std::max(floor, mean);
    // u = 0 is a legal draw; the quantile there would be minus infinity
    const double z = stats::normal_quantile(std::clamp(u, 1e-12, 1 - 1e-12));
    return std::max(floor, mean + sd * z);
}

normal_law mean_posterior(const range& guess, std::int64_t n, double mean, double sd) {
    const auto [m0, v0] = triangular_moments(guess);
    const double n0 = v0 <= 0 ? most_values : std::min(most_values, sd * sd / v0);
    const auto count = static_cast<double>(n);
    return {.mean = (count * mean + n0 * m0) / (count + n0), .sd = sd / std::sqrt(count + n0)};
}

std::optional<measured_law> measured(const range& guess, const measurement& m) {
    const auto at = input_index(m.name);
    if (!at) return std::nullopt;
    const auto& what = input_definitions()[*at];
    switch (what.measured) {
    case measured_as::rate:
        return measured_rate(guess, m);
    case measured_as::mean:
        return measured_mean(guess, m, what.domain == domain::any);
    case measured_as::volume:
        return measured_volume(m);
    case measured_as::hours:
        return measured_hours(m);
    case measured_as::point:
        return measured_law{range::at(m.mean), m.mean};
    case measured_as::typed:
        break; // stays a guess until a person types another
    }
    return std::nullopt;
}

} // namespace servery::economics
