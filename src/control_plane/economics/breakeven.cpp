#include "control_plane/economics/breakeven.h"

namespace servery::economics {

double unit_contribution(const inputs& p) {
    auto one = p;
    one.N = 1;
    one.drafts = 0;
    const auto m = month(one, 1);
    const double reading = m.reach * one.review_share * one.min_review * one.wage_h / 60.0;
    return m.benefit - m.tokens - reading;
}

std::optional<double> break_even_volume(const inputs& p) {
    const double fixed = p.subscription + p.hosting + (p.hours_monitor + p.hours_kb) * p.wage_owner;
    const double unit = unit_contribution(p);
    if (unit <= 0) return std::nullopt;
    return fixed / unit;
}

std::optional<double> break_even_resolution(const inputs& p) {
    const auto at = [&](double share) {
        auto q = p;
        q.resolve = share;
        return month(q, 1).net_capacity;
    };
    if (at(1) < 0) return std::nullopt;
    double low = 0;
    double high = 1;
    for (int step = 0; step < 80; ++step) {
        const double middle = (low + high) / 2;
        (at(middle) < 0 ? low : high) = middle;
    }
    return high;
}

std::optional<double> marginal_resolution(const inputs& p) {
    const double w = p.wage_h / 60.0;
    const double cost = p.min_handoff_extra * w + p.harm_rate * p.harm_cost + token_cost(p) +
                        p.review_share * p.min_review * w;
    const double gain = w * (p.min_easy + p.min_handoff_extra) * (1 - p.recontact);
    if (gain <= 0) return std::nullopt;
    return cost / gain;
}

double vendor_monthly(const inputs& p, double claim) {
    return p.N * 8.0 / 60 * p.wage_h * claim - p.subscription;
}

} // namespace servery::economics
