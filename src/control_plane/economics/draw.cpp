#include "control_plane/economics/draw.h"

#include "control_plane/economics/random.h"

#include <algorithm>
#include <cmath>

namespace servery::economics {
namespace {

double sum_of(std::span<const double> values) {
    double sum = 0;
    for (const double v : values)
        sum += v;
    return sum;
}

double mean_positive(std::span<const double> values) {
    double sum = 0;
    for (const double v : values)
        sum += std::max(v, 0.0);
    return sum / static_cast<double>(values.size());
}

// The months as indices into the few exposures that differ, and the discount of each month.
struct calendar {
    std::vector<double> levels;
    std::vector<std::size_t> level_of_month;
    std::vector<double> divisor; // (1+r)^m, m from 0; empty when the rate itself is drawn
};

void fill_divisors(std::vector<double>& out, std::size_t months, double discount) {
    const double r = monthly_rate(discount);
    for (std::size_t m = 0; m <= months; ++m)
        out[m] = std::pow(1 + r, static_cast<double>(m));
}

calendar make_calendar(std::span<const double> exposures) {
    calendar c;
    for (const double x : exposures) {
        auto at = std::ranges::find(c.levels, x);
        if (at == c.levels.end()) {
            c.levels.push_back(x);
            at = std::prev(c.levels.end());
        }
        c.level_of_month.push_back(static_cast<std::size_t>(at - c.levels.begin()));
    }
    c.divisor.resize(exposures.size() + 1);
    return c;
}

bool draws_discount(const draw_case& of) {
    const auto at = input_index("discount");
    return std::ranges::any_of(of.drawn, [&](const drawn_input& d) { return d.index == *at; });
}

// cumulative[m * n + draw]: sorted month by month in place.
std::vector<band> bands_of(std::vector<double>& cumulative, std::size_t n) {
    std::vector<band> out;
    for (std::size_t at = 0; at < cumulative.size(); at += n) {
        const std::span month(cumulative.data() + at, n);
        const auto pick = [&](double a) {
            const auto i = std::min(n - 1, static_cast<std::size_t>(a * static_cast<double>(n)));
            std::ranges::nth_element(month, month.begin() + static_cast<std::ptrdiff_t>(i));
            return month[i];
        };
        out.push_back({pick(.1), pick(.5), pick(.9)});
    }
    return out;
}

spread summary(std::vector<double>& values, const draw_options& how) {
    std::ranges::sort(values);
    spread out;
    out.n = how.n;
    out.seed = how.seed;
    out.p10 = quantile(values, .1);
    out.p50 = quantile(values, .5);
    out.p80 = quantile(values, .8);
    out.p90 = quantile(values, .9);
    const auto above = std::ranges::count_if(values, [](double v) { return v > 0; });
    out.p_positive = static_cast<double>(above) / static_cast<double>(values.size());
    out.mean = sum_of(values) / static_cast<double>(values.size());
    out.mean_positive = mean_positive(values);
    out.evpi = expected_value_of_information(values);
    return out;
}

} // namespace

double quantile(std::span<const double> sorted, double a) {
    const auto n = sorted.size();
    return sorted[std::min(n - 1, static_cast<std::size_t>(a * static_cast<double>(n)))];
}

double expected_value_of_information(std::span<const double> values) {
    return mean_positive(values) -
           std::max(sum_of(values) / static_cast<double>(values.size()), 0.0);
}

double draw_from(const law& l, double u) {
    if (const auto* r = std::get_if<range>(&l)) return triangular_inverse(u, *r);
    if (const auto* n = std::get_if<normal_law>(&l)) return n->quantile(u);
    return std::get<quantile_table>(l).at(u);
}

joined_case join(const case_inputs& guess, std::span<const measurement> all) {
    joined_case out;
    out.value.likely = guess.likely;
    for (std::size_t i = 0; i < input_count; ++i) {
        const auto& what = input_definitions()[i];
        used_input row{.index = i, .guess = range::at(guess.likely.*what.member), .measured = {}};
        if (const auto* r = guess.range_of(what.name)) {
            row.guess = *r;
            row.point = false;
        }
        const auto found = std::ranges::find(all, what.name, &measurement::name);
        std::optional<measured_law> instead;
        if (found != all.end()) {
            row.measured = *found;
            instead = measured(row.guess, *found);
        }
        if (instead) {
            row.replaced = true;
            out.value.likely.*what.member = instead->likely;
            // a point that is measured exactly stays a point
            const bool exact = row.point && what.measured == measured_as::point;
            if (!exact) out.value.drawn.push_back({i, std::move(instead->law)});
        } else if (!row.point) {
            out.value.drawn.push_back({i, row.guess});
        }
        row.used = out.value.likely.*what.member;
        out.inputs.push_back(std::move(row));
    }
    return out;
}

result<spread> simulate(const draw_case& of, std::span<const double> exposures,
                        const draw_options& how) {
    if (how.n < 1 || how.n > most_draws)
        return fail(error_code::unprocessable, "economics.input.range",
                    "the number of draws is 1 to 100,000", "n", "20,000 are usual");
    auto months = make_calendar(exposures);
    const bool rate_drawn = draws_discount(of);
    fill_divisors(months.divisor, exposures.size(), of.likely.discount);
    const auto n = static_cast<std::size_t>(how.n);
    std::vector<double> values(n);
    std::vector<double> by_level(months.levels.size());
    std::vector<double> cumulative(how.fan ? n * (exposures.size() + 1) : 0);
    splitmix64 random(how.seed);
    auto p = of.likely;
    for (std::size_t draw = 0; draw < n; ++draw) {
        for (const auto& d : of.drawn)
            p.*input_definitions()[d.index].member = draw_from(d.law, random.next());
        for (std::size_t i = 0; i < by_level.size(); ++i)
            by_level[i] = net(p, months.levels[i], how.view);
        if (rate_drawn) fill_divisors(months.divisor, exposures.size(), p.discount);
        double sum = how.rest ? -*how.rest : -setup_cost(p, how.view);
        double npv = sum;
        if (how.fan) cumulative[draw] = sum;
        for (std::size_t m = 0; m < months.level_of_month.size(); ++m) {
            const double flow = by_level[months.level_of_month[m]];
            npv += flow / months.divisor[m + 1];
            sum += flow;
            if (how.fan) cumulative[(m + 1) * n + draw] = sum;
        }
        values[draw] = npv;
    }
    auto out = summary(values, how);
    if (how.fan) out.fan = bands_of(cumulative, n);
    return out;
}

std::vector<bar> tornado(const draw_case& of, std::span<const double> exposures, view v) {
    std::vector<bar> out;
    for (const auto& d : of.drawn) {
        const auto& what = input_definitions()[d.index];
        const auto at = [&](double value) {
            auto p = of.likely;
            p.*what.member = value;
            return project(p, exposures, v).npv;
        };
        const auto* r = std::get_if<range>(&d.law);
        out.push_back({d.index, at(r != nullptr ? r->low : draw_from(d.law, .05)),
                       at(r != nullptr ? r->high : draw_from(d.law, .95))});
    }
    // Equal swings, to a hundredth, stay in the order of the names.
    std::ranges::sort(out, [](const bar& a, const bar& b) {
        const auto left = std::round(a.swing() * 100);
        const auto right = std::round(b.swing() * 100);
        return left != right ? left > right : a.index < b.index;
    });
    return out;
}

} // namespace servery::economics
