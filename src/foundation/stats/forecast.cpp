#include "foundation/stats/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

namespace servery::stats {

namespace {

constexpr double fail_factor = 1.2; // a FAIL's forecast runs this much long
constexpr double p80 = 1.75;
constexpr double p90 = 2.4;
constexpr std::int64_t shown_from = 10;
constexpr double largest_forecast = 1e12; // more than that is "not at this quality"
constexpr double ms_a_day = 86'400'000;

std::string day_and_month(instant at) {
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_time<millis>{millis{at.ms}});
    const std::chrono::year_month_day date{day};
    return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()));
}

} // namespace

std::string_view name(forecast_side side) noexcept {
    switch (side) {
    case forecast_side::pass:
        return "pass";
    case forecast_side::fail:
        return "fail";
    case forecast_side::none:
        break;
    }
    return "";
}

std::string_view name(forecast_note note) noexcept {
    switch (note) {
    case forecast_note::not_at_this_quality:
        return "not at this quality";
    case forecast_note::no_traffic:
        return "no traffic";
    case forecast_note::none:
        break;
    }
    return "";
}

double bernoulli_kl(double a, double b) noexcept {
    const double success = a > 0 ? a * std::log(a / b) : 0;
    const double failure = a < 1 ? (1 - a) * std::log((1 - a) / (1 - b)) : 0;
    return success + failure;
}

double rate_units_to_verdict(double p, double p0, double alpha) noexcept {
    const double growth = bernoulli_kl(p, p0);
    return growth > 0 ? ln_threshold(alpha) / growth : std::numeric_limits<double>::infinity();
}

forecast make_forecast(const forecast_input& in) noexcept {
    forecast out{.side = in.side};
    const double missing = std::max(0.0, in.threshold - in.ln_e_now);
    const double units = in.growth > 0 ? in.factor * missing / in.growth : largest_forecast;
    if (in.side == forecast_side::none || units >= largest_forecast) {
        out.side = forecast_side::none;
        out.note = forecast_note::not_at_this_quality;
        return out;
    }
    const std::int64_t least =
        in.side == forecast_side::pass ? std::max<std::int64_t>(0, in.min_n - in.n) : 0;
    const auto at_least = [&](double x) {
        return std::max(least, static_cast<std::int64_t>(std::ceil(x)));
    };
    out.n_more = at_least(units);
    out.n_more_p80 = at_least(p80 * units);
    out.n_more_p90 = at_least(p90 * units);
    return out;
}

forecast rate_forecast(const rate_forecast_input& in) noexcept {
    const rate_counts c = in.counts;
    const bool use_expected = in.expected && c.n < shown_from;
    if (c.n == 0 && !use_expected) return {.note = forecast_note::no_traffic};
    const double p =
        use_expected ? *in.expected : static_cast<double>(c.good) / static_cast<double>(c.n);
    forecast_input ask{.n = c.n, .min_n = in.min_n};
    if (p > in.target) {
        ask.side = forecast_side::pass;
        ask.threshold = ln_threshold(in.alpha.pass);
        ask.ln_e_now = rate_ln_e_pass(c, in.target);
        ask.growth = bernoulli_kl(p, in.target);
    } else if (p < in.fail_target) {
        ask.side = forecast_side::fail;
        ask.threshold = ln_threshold(in.alpha.fail);
        ask.ln_e_now = rate_ln_e_fail(c, in.fail_target);
        ask.growth = bernoulli_kl(p, in.fail_target);
        ask.factor = fail_factor;
    }
    return make_forecast(ask);
}

void add_dates(forecast& f, instant now, double per_day) noexcept {
    if (!f.n_more) return;
    if (!(per_day > 0)) {
        f = {.note = forecast_note::no_traffic};
        return;
    }
    const auto after = [&](std::int64_t units) {
        constexpr double a_century = 36'525;
        const double days = std::min(a_century, static_cast<double>(units) / per_day);
        return instant{now.ms + static_cast<std::int64_t>(days * ms_a_day)};
    };
    f.date = after(*f.n_more);
    f.date_p90 = after(f.n_more_p90.value_or(*f.n_more));
}

std::string to_words(const forecast& f) {
    if (!f.n_more) return std::string(name(f.note));
    std::string words = fmt::format("about {} more", *f.n_more);
    if (f.n_more_p90 && *f.n_more_p90 > *f.n_more)
        words += fmt::format(" (up to {})", *f.n_more_p90);
    if (f.date) words += fmt::format(", around {}", day_and_month(*f.date));
    return words;
}

} // namespace servery::stats
