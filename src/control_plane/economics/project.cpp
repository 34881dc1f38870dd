#include "control_plane/economics/project.h"

#include <algorithm>
#include <cmath>

namespace servery::economics {

result<std::vector<double>> exposure_by_month(std::span<const segment> segments, int horizon) {
    if (horizon < 1 || horizon > longest_horizon)
        return fail(error_code::unprocessable, "economics.horizon.invalid",
                    "the horizon is 1 to 120 months", "months", "12 months are usual");
    std::vector<double> out;
    for (int m = 0; m < horizon; ++m) {
        const double from = m;
        const double until = m + 1;
        double at = 0;
        double left = 1;
        double sum = 0;
        for (const auto& s : segments) {
            const double a = std::max(from, at);
            const double b = std::min(until, at + s.months);
            if (b > a) {
                sum += (b - a) * s.exposure;
                left -= b - a;
            }
            at += s.months;
        }
        const double last = segments.empty() ? 0.0 : segments.back().exposure;
        out.push_back(sum + std::max(0.0, left) * last);
    }
    return out;
}

double setup_cost(const inputs& p, view v) {
    if (v == view::capacity)
        return p.setup_hours * p.wage_owner + p.setup_cash + p.training_hours * p.wage_h;
    return p.setup_cash +
           p.kappa_own * (p.setup_hours * p.wage_owner + p.training_hours * p.wage_h);
}

double monthly_rate(double yearly) {
    return std::pow(1 + yearly, 1 / 12.0) - 1;
}

double net_present_value(std::span<const double> flows, double discount) {
    const double r = monthly_rate(discount);
    double sum = 0;
    for (std::size_t i = 0; i < flows.size(); ++i)
        sum += flows[i] / std::pow(1 + r, static_cast<double>(i));
    return sum;
}

project_value project(const inputs& p, std::span<const double> exposures, view v) {
    project_value out;
    out.setup = setup_cost(p, v);
    out.total_cost = out.setup;
    out.flows.push_back(-out.setup);
    for (const double x : exposures) {
        out.flows.push_back(net(p, x, v));
        if (x <= 0) {
            out.total_cost += p.subscription + p.hosting;
            continue;
        }
        const auto m = month(p, x);
        if (v == view::capacity) {
            out.total_benefit += m.benefit;
            out.total_cost += m.cost;
        } else {
            const double cash_cost = m.tokens + m.fixed + p.kappa_own * m.people;
            out.total_benefit += m.net_cash + cash_cost;
            out.total_cost += cash_cost;
        }
    }
    double sum = 0;
    for (std::size_t i = 0; i < out.flows.size(); ++i) {
        sum += out.flows[i];
        if (!out.payback && sum >= 0 && i > 0) out.payback = static_cast<int>(i);
        if (sum < 0) out.payback.reset(); // a later dip starts the search again
    }
    out.npv = net_present_value(out.flows, p.discount);
    if (out.total_cost != 0) out.roi = (out.total_benefit - out.total_cost) / out.total_cost;
    return out;
}

double forward_npv(const inputs& p, std::span<const double> exposures, double rest, view v) {
    std::vector<double> flows{-rest};
    for (const double x : exposures)
        flows.push_back(net(p, x, v));
    return net_present_value(flows, p.discount);
}

} // namespace servery::economics
