// "About N more": how many further units a verdict is likely to need at the quality seen so far.
//   n_more = ceil(factor (ln(1/alpha) - ln E_now)/G)    G = expected growth of ln E a unit
// 80th and 90th percentile = 1.75 and 2.4 times that. Never a promise: a forecast decides nothing.
// Thread: pure functions, any thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::stats {

enum class forecast_side { none, pass, fail };
enum class forecast_note { none, not_at_this_quality, no_traffic };

[[nodiscard]] std::string_view name(forecast_side side) noexcept; // "pass", "fail"; "" for none
[[nodiscard]] std::string_view name(forecast_note note) noexcept; // words for people; "" for none

struct forecast {
    forecast_side side = forecast_side::none;
    std::optional<std::int64_t> n_more; // unknown when no verdict comes at this quality
    std::optional<std::int64_t> n_more_p80;
    std::optional<std::int64_t> n_more_p90;
    forecast_note note = forecast_note::none;
    std::optional<instant> date; // of n_more, when a pace was given
    std::optional<instant> date_p90;
};

// Kullback-Leibler divergence of Bernoulli(a) from Bernoulli(b), nats; b in (0, 1).
[[nodiscard]] double bernoulli_kl(double a, double b) noexcept;
// ln(1/alpha)/KL(p, p0): units in all; infinite for p = p0.
[[nodiscard]] double rate_units_to_verdict(double p, double p0, double alpha) noexcept;

// One side's ask. growth: expected ln E a unit; factor: 1, or 1.2 and 1.6 where a recipe needs it.
struct forecast_input {
    forecast_side side = forecast_side::none;
    double threshold = 0; // ln(1/alpha)
    double ln_e_now = 0;
    double growth = 0;
    double factor = 1;
    std::int64_t n = 0;
    std::int64_t min_n = 0; // a PASS needs this many in all
};
[[nodiscard]] forecast make_forecast(const forecast_input& in) noexcept;

struct rate_forecast_input {
    rate_counts counts;
    double target = 0.8;
    double fail_target = 0.8;
    error_rates alpha;
    std::int64_t min_n = 30;
    // The quality that the plan expects; used below 10 observations.
    std::optional<double> expected;
};
// No observation and no expected value gives note no_traffic.
[[nodiscard]] forecast rate_forecast(const rate_forecast_input& in) noexcept;

// Adds dates: per_day = folded units of the last 7 full days / 7. per_day <= 0: note no_traffic.
void add_dates(forecast& f, instant now, double per_day) noexcept;

// "about 369 more (up to 886)", "not at this quality", "no traffic"; with dates "around 14 May".
[[nodiscard]] std::string to_words(const forecast& f);

} // namespace servery::stats
