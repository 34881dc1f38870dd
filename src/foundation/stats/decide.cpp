#include "foundation/stats/decide.h"

#include "foundation/stats/mean.h"

#include <utility>

namespace servery::stats {

namespace {

constexpr double interval_alpha = 0.05;

// Follows a stream: latches crossings and keeps the steps that the caller asked for.
class stream {
  public:
    explicit stream(const decide_request& request) : request_(request), crossings_(request.alpha) {}

    void observe(const evidence& now) {
        const auto before = std::pair(crossings_.pass_at(), crossings_.fail_at());
        crossings_.observe(now);
        const bool crossed = before != std::pair(crossings_.pass_at(), crossings_.fail_at());
        if (request_.path == decide_path::all ||
            (request_.path == decide_path::crossings && crossed))
            path_.push_back(now);
    }

    decide_report finish(const evidence& now, std::string method) && {
        return {.verdict = crossings_.at(now.n, request_.min_n),
                .n = now.n,
                .ln_e_pass = now.ln_e_pass,
                .ln_e_fail = now.ln_e_fail,
                .first_pass_at = crossings_.pass_at(),
                .first_fail_at = crossings_.fail_at(),
                .method = std::move(method),
                .path = std::move(path_)};
    }

  private:
    const decide_request& request_;
    latch crossings_;
    std::vector<evidence> path_;
};

// Nothing more is needed once the verdict is there.
void settle_forecast(decide_report& report, forecast ahead) {
    switch (report.verdict) {
    case verdict::wait:
        report.forecast = ahead;
        return;
    case verdict::pass:
        ahead.side = forecast_side::pass;
        break;
    case verdict::fail:
        ahead.side = forecast_side::fail;
        break;
    }
    ahead.note = forecast_note::none;
    ahead.n_more = ahead.n_more_p80 = ahead.n_more_p90 = 0;
    report.forecast = ahead;
}

decide_report run(const decide_request& request, const decide_rate& ask) {
    rate_counts counts;
    stream seen(request);
    if (ask.counts) {
        counts = *ask.counts;
        seen.observe(rate_evidence(counts, ask.target, ask.fail_target));
    } else {
        for (const bool good : ask.outcomes) {
            counts.add(good);
            seen.observe(rate_evidence(counts, ask.target, ask.fail_target));
        }
    }
    auto report =
        std::move(seen).finish(rate_evidence(counts, ask.target, ask.fail_target), "rate/1");
    if (ask.counts) report.first_pass_at = report.first_fail_at = std::nullopt;
    if (counts.n > 0)
        report.estimate = static_cast<double>(counts.good) / static_cast<double>(counts.n);
    report.lower = rate_lower(counts, request.alpha.pass);
    report.upper = rate_upper(counts, request.alpha.fail);
    report.interval = rate_interval(counts, interval_alpha);
    settle_forecast(report, rate_forecast({.counts = counts,
                                           .target = ask.target,
                                           .fail_target = ask.fail_target,
                                           .alpha = request.alpha,
                                           .min_n = request.min_n}));
    return report;
}

// `mean` and `paired` differ in their scale only: value = low + x (high - low).
decide_report run_mean(const decide_request& request, mean_targets targets, double low, double high,
                       const std::vector<double>& values, std::string method) {
    mean_state state(targets);
    stream seen(request);
    for (const double value : values) {
        state.add((value - low) / (high - low));
        seen.observe(state.now());
    }
    auto report = std::move(seen).finish(state.now(), std::move(method));
    const auto in_units = [&](double x) { return low + x * (high - low); };
    if (state.n() > 0) report.estimate = in_units(state.mean());
    report.lower = in_units(state.lower(request.alpha.pass));
    report.upper = in_units(state.upper(request.alpha.fail));
    const range middle = state.interval(interval_alpha);
    report.interval = range{in_units(middle.lower), in_units(middle.upper)};
    settle_forecast(report, state.ahead(request.alpha, request.min_n));
    return report;
}

decide_report run(const decide_request& request, const decide_mean& ask) {
    const auto scaled = [&](double value) { return (value - ask.low) / (ask.high - ask.low); };
    return run_mean(request, {scaled(ask.target), scaled(ask.fail_target)}, ask.low, ask.high,
                    ask.values, "mean/1");
}

decide_report run(const decide_request& request, const decide_paired& ask) {
    return run_mean(request, {(1 - ask.margin) / 2, (1 - ask.harm_margin) / 2}, -1, 1,
                    ask.differences, "paired/1");
}

decide_report run(const decide_request& request, const decide_two_arm& ask) {
    two_arm_state state(ask.margin, ask.harm_margin);
    stream seen(request);
    for (const two_arm_unit& unit : ask.units) {
        state.add(unit);
        seen.observe(state.now());
    }
    auto report = std::move(seen).finish(state.now(), "two_arm/1");
    if (state.n() > 0) report.estimate = state.difference();
    report.lower = state.lower(request.alpha.pass);
    report.upper = state.upper(request.alpha.fail);
    report.interval = state.interval(interval_alpha);
    settle_forecast(report, state.ahead(request.alpha, request.min_n));
    return report;
}

decide_report run(const decide_request& request, const decide_sample_ratio& ask) {
    decide_report report{.method = "sample_ratio/1"};
    double ln_e = 0;
    for (const split_period& period : ask.periods) {
        ln_e += sample_ratio_ln_e(period.pi, period.counts, ask.c);
        for (const std::int64_t count : period.counts)
            report.n += count;
        if (request.path == decide_path::all)
            report.path.push_back({.n = report.n, .ln_e_fail = ln_e});
    }
    report.ln_e_fail = ln_e;
    if (ln_e >= ln_threshold(request.alpha.fail)) report.verdict = verdict::fail;
    return report;
}

} // namespace

decide_report decide(const decide_request& request) {
    return std::visit([&](const auto& ask) { return run(request, ask); }, request.recipe);
}

} // namespace servery::stats
