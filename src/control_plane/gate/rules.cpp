#include "control_plane/gate/rules.h"

#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"
#include "foundation/stats/wilson.h"

#include <algorithm>
#include <cmath>

namespace servery::gate {
namespace {

constexpr double alpha_fail = 0.01;
constexpr std::int64_t default_min_n = 30;
constexpr std::int64_t least_of_a_coverage = 20; // conversations of the sandbox
constexpr double ms_a_day = 86'400'000.0;

judgement waiting(std::string why) {
    return {.why = std::move(why)};
}

// Units a day at the pace of the fact's own window; 0 = unknown.
double pace(const events::fact& f) {
    if (!f.window_from || !f.window_to || *f.window_to <= *f.window_from) return 0;
    const auto days = static_cast<double>((*f.window_to - *f.window_from).count()) / ms_a_day;
    return static_cast<double>(f.n) / std::max(days, 1.0);
}

std::optional<needs> needs_of(const stats::rate_forecast_input& in, const events::fact& f,
                              instant now) {
    auto forecast = stats::rate_forecast(in);
    if (const double per_day = pace(f); per_day > 0) stats::add_dates(forecast, now, per_day);
    needs out;
    out.n_more = forecast.n_more;
    out.n_more_p80 = forecast.n_more_p80;
    out.date = forecast.date;
    if (forecast.n_more_p80 && pace(f) > 0)
        out.date_p80 = now + millis{static_cast<std::int64_t>(
                                 static_cast<double>(*forecast.n_more_p80) / pace(f) * ms_a_day)};
    out.words = stats::to_words(forecast);
    return out;
}

std::int64_t good_of(const events::fact& f) {
    return std::clamp<std::int64_t>(std::llround(f.sum), 0, std::max<std::int64_t>(f.n, 0));
}

// A rate against a target: recipe `rate`, on the complement where lower is better.
struct rate_question {
    stats::rate_counts counts;
    double p0 = 0;
    double alpha = 0;
    std::int64_t min_n = 0;
};

rate_question question_of(const events::fact& f, const rule_input& in) {
    const bool lower = in.better == plan::direction::lower;
    return {.counts = {lower ? f.n - good_of(f) : good_of(f), f.n},
            .p0 = std::clamp(lower ? 1 - in.target : in.target, stats::lowest_target,
                             stats::highest_target),
            .alpha = 1 - in.confidence,
            .min_n = in.min_n.value_or(default_min_n)};
}

state state_of(const rate_question& q) {
    const auto e = stats::rate_evidence(q.counts, q.p0, q.p0);
    if (e.ln_e_fail >= stats::ln_threshold(alpha_fail)) return state::fail;
    const bool shown = e.ln_e_pass >= stats::ln_threshold(q.alpha) && q.counts.n >= q.min_n;
    return shown ? state::pass : state::not_enough_data;
}

judgement judge_rate(const events::fact& f, const rule_input& in) {
    const auto q = question_of(f, in);
    judgement out;
    out.n = f.n;
    if (f.n > 0) {
        out.value = static_cast<double>(good_of(f)) / static_cast<double>(f.n);
        const auto both = stats::rate_interval({good_of(f), f.n});
        out.interval = interval{both.lower, both.upper};
    }
    out.state = state_of(q);
    if (out.state == state::fail) {
        out.why = "shown to miss the target";
    } else if (out.state == state::pass) {
        out.why = "shown to meet the target";
    } else {
        out.needs = needs_of({.counts = q.counts,
                              .target = q.p0,
                              .fail_target = q.p0,
                              .alpha = {.pass = q.alpha, .fail = alpha_fail},
                              .min_n = q.min_n,
                              .expected = in.expected},
                             f, in.now);
        out.why = std::to_string(f.n) + " so far";
        if (f.n < q.min_n) out.why += ", at least " + std::to_string(q.min_n) + " are needed";
        if (!out.needs->words.empty()) out.why += "; " + out.needs->words;
    }
    return out;
}

// Means and quantiles arrive as ln E from the module that folds them.
judgement judge_given(const events::fact& f, const rule_input& in) {
    judgement out;
    out.n = f.n;
    out.value = f.value;
    if (!f.ln_e_pass && !f.ln_e_fail) {
        out.why = "the module that measures it sends no test of this rule";
        return out;
    }
    const auto min_n = in.min_n.value_or(default_min_n);
    if (f.ln_e_fail.value_or(0) >= stats::ln_threshold(alpha_fail)) {
        out.state = state::fail;
        out.why = "shown to miss the target";
    } else if (f.ln_e_pass.value_or(0) >= stats::ln_threshold(1 - in.confidence) && f.n >= min_n) {
        out.state = state::pass;
        out.why = "shown to meet the target";
    } else {
        out.why = std::to_string(f.n) + " so far";
    }
    return out;
}

bool meets(double value, double target, plan::direction better) {
    return better == plan::direction::higher ? value >= target : value <= target;
}

judgement judge_count(const events::fact& f, const rule_input& in) {
    judgement out;
    out.n = f.n;
    out.value = f.value;
    if (!f.value) return waiting("the run gave no number");
    if (f.missing > 0 || f.n < in.min_n.value_or(0)) {
        out.why = "the run is not complete: " + std::to_string(f.n) + " of " +
                  std::to_string(std::max(f.n + f.missing, in.min_n.value_or(0)));
        return out;
    }
    if (f.n > 0 && *f.value >= 0 && *f.value <= static_cast<double>(f.n)) {
        const auto both = stats::wilson({std::llround(*f.value), f.n});
        out.interval = interval{both.lower, both.upper};
    }
    const bool met = meets(*f.value, in.target, in.better);
    out.state = met ? state::pass : state::fail;
    out.why = met ? "the complete run meets it" : "the complete run misses it";
    return out;
}

judgement judge_point(const events::fact& f, const rule_input& in) {
    judgement out;
    out.n = f.n;
    out.value = f.value;
    if (!f.value) return waiting("no value yet");
    if (f.missing > 0) {
        out.why = std::to_string(f.missing) + " values are missing: this rule takes no sample";
        return out;
    }
    if (f.window_from && f.window_to && in.window.count() > 0) {
        const auto covered = *f.window_to - *f.window_from;
        // a window that is short by less than a hundredth is full
        if (covered.count() < in.window.count() * 99 / 100) {
            out.why =
                "the window is not full: " + to_duration(covered) + " of " + to_duration(in.window);
            return out;
        }
    }
    const bool met = meets(*f.value, in.target, in.better);
    out.state = met ? state::pass : state::fail;
    out.why = met ? "on the right side" : "on the wrong side";
    return out;
}

judgement compare(const events::fact& f, const plan::evidence_rule& rule, double wanted) {
    judgement out;
    out.n = f.n;
    out.value = f.value;
    if (!f.value) return waiting("no value yet");
    const double v = *f.value;
    const bool met = rule.op == "<="   ? v <= wanted
                     : rule.op == ">=" ? v >= wanted
                     : rule.op == "<"  ? v < wanted
                     : rule.op == ">"  ? v > wanted
                                       : v == wanted;
    out.state = met ? state::pass : state::fail;
    out.why = met ? "as asked for" : "not as asked for";
    return out;
}

judgement judge_check(const events::fact& f) {
    judgement out;
    out.n = f.n;
    out.value = f.value;
    if (!f.value) return waiting("not checked yet");
    out.state = *f.value >= 1 ? state::pass : state::fail;
    out.why = f.note.empty() ? (*f.value >= 1 ? "the check passed" : "the check failed") : f.note;
    return out;
}

std::optional<double> wanted_number(const plan::evidence_rule& rule, std::optional<double> budget) {
    if (rule.value.is_number()) return rule.value.to_number<double>();
    if (rule.value.is_bool()) return rule.value.get_bool() ? 1.0 : 0.0;
    if (rule.value.is_string() && rule.value.get_string() == "budget") return budget;
    return std::nullopt;
}

} // namespace

judgement judge(const events::fact* f, const plan::fact_definition& definition,
                const rule_input& in) {
    if (f == nullptr) return waiting("not measured yet");
    if (!f->usable) return waiting(f->why_not.empty() ? "not usable" : f->why_not);
    switch (in.rule) {
    case plan::rule_kind::lower_bound:
    case plan::rule_kind::upper_bound:
        return definition.kind == plan::fact_kind::rate ? judge_rate(*f, in) : judge_given(*f, in);
    case plan::rule_kind::mean_bound:
    case plan::rule_kind::noninferior:
        return judge_given(*f, in);
    case plan::rule_kind::count:
        return judge_count(*f, in);
    case plan::rule_kind::point:
        return judge_point(*f, in);
    }
    return waiting("not measured yet");
}

state judge_state(const events::fact* f, const plan::fact_definition& definition,
                  const rule_input& in) {
    const bool rate =
        definition.kind == plan::fact_kind::rate &&
        (in.rule == plan::rule_kind::lower_bound || in.rule == plan::rule_kind::upper_bound);
    if (f == nullptr || !f->usable || !rate) return judge(f, definition, in).state;
    return state_of(question_of(*f, in));
}

judgement judge_evidence(const events::fact* f, const plan::fact_definition& definition,
                         const plan::evidence_rule& rule, instant now,
                         std::optional<double> budget) {
    if (f == nullptr) return waiting("not measured yet");
    if (!f->usable) return waiting(f->why_not.empty() ? "not usable" : f->why_not);
    const bool coverage =
        definition.kind == plan::fact_kind::share && definition.obtained == "folded";
    if (coverage && f->n == 0) return waiting("nothing to count in the window yet");
    if (coverage && f->phase == "sandbox" && f->n < least_of_a_coverage) {
        auto out = waiting(std::to_string(f->n) + " of " + std::to_string(least_of_a_coverage) +
                           " conversations in the sandbox");
        out.n = f->n;
        out.value = f->value;
        return out;
    }
    if (rule.op == "exists")
        return {.state = state::pass, .value = f->value, .n = f->n, .why = "exists"};
    if (definition.kind == plan::fact_kind::check) return judge_check(*f);
    const auto wanted = wanted_number(rule, budget);
    if (!wanted) {
        rule_input in{.rule = plan::rule_kind::noninferior, .now = now};
        return judge_given(*f, in);
    }
    const bool directed = rule.op == ">=" || rule.op == ">" || rule.op == "<=" || rule.op == "<";
    const bool higher = rule.op == ">=" || rule.op == ">";
    if (directed && definition.kind == plan::fact_kind::rate)
        return judge_rate(
            *f, {.rule = higher ? plan::rule_kind::lower_bound : plan::rule_kind::upper_bound,
                 .better = higher ? plan::direction::higher : plan::direction::lower,
                 .target = *wanted,
                 .now = now});
    if (directed && definition.kind == plan::fact_kind::mean)
        return judge_given(*f, {.rule = plan::rule_kind::mean_bound, .now = now});
    return compare(*f, rule, *wanted);
}

} // namespace servery::gate
