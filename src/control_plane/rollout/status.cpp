// How it goes, in numbers and one sentence: the JSON of the status route.
#include "control_plane/rollout/metrics.h"
#include "control_plane/rollout/service_state.h"
#include "foundation/stats/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace servery::rollout {

namespace {

json::value or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(boost::json::string_view(text));
}

template <typename T>
json::value or_null(const std::optional<T>& x) {
    return x ? json::value(*x) : json::value(nullptr);
}

json::object forecast_json(const stats::forecast& f) {
    const auto day = [](const std::optional<instant>& at) {
        return at ? json::value(to_date(*at)) : json::value(nullptr);
    };
    return {{"side", or_null(name(f.side))},
            {"n_more", or_null(f.n_more)},
            {"n_more_p90", or_null(f.n_more_p90)},
            {"note", or_null(name(f.note))},
            {"date", day(f.date)},
            {"date_p90", day(f.date_p90)}};
}

std::string percent(double share) {
    return fmt::format("{:.4g} %", share * 100);
}

// In the plan's own direction: a share of errors, not of successes.
struct shown_metric {
    std::optional<double> estimate;
    double lower = 0;
    double upper = 1;
    stats::range interval;
};

shown_metric in_plan_direction(const metric_state& m) {
    const auto& d = m.definition;
    shown_metric out;
    if (m.counts.n > 0)
        out.estimate = static_cast<double>(m.counts.good) / static_cast<double>(m.counts.n);
    out.lower = stats::rate_lower(m.counts, d.alpha_pass);
    out.upper = stats::rate_upper(m.counts, d.alpha_fail);
    out.interval = stats::rate_interval(m.counts);
    if (!d.complement) return out;
    if (out.estimate) out.estimate = 1 - *out.estimate;
    std::swap(out.lower, out.upper);
    out.lower = 1 - out.lower;
    out.upper = 1 - out.upper;
    out.interval = {1 - out.interval.upper, 1 - out.interval.lower};
    return out;
}

std::string sentence(const metric_state& m, const shown_metric& shown, const stats::forecast& f) {
    const auto& d = m.definition;
    const double limit = d.complement ? 1 - d.target : d.target;
    if (m.counts.n == 0) return fmt::format("{}: nothing seen yet", d.id);
    std::string text =
        fmt::format("{}: {} of {} seen, {} {} {}", d.id, percent(shown.estimate.value_or(0)),
                    m.counts.n, d.complement ? "at most" : "at least", percent(limit),
                    d.complement ? "allowed" : "asked for");
    switch (m.verdict()) {
    case stats::verdict::pass:
        return text + ": shown";
    case stats::verdict::fail:
        return text + ": failed";
    case stats::verdict::wait:
        break;
    }
    return text + ": not yet shown, " + stats::to_words(f);
}

json::object metric_json(const metric_state& m, instant now, double per_day) {
    const auto& d = m.definition;
    const shown_metric shown = in_plan_direction(m);
    stats::forecast ahead = stats::rate_forecast({.counts = m.counts,
                                                  .target = d.target,
                                                  .fail_target = d.fail_target,
                                                  .alpha = {d.alpha_pass, d.alpha_fail},
                                                  .min_n = d.min_n});
    if (m.verdict() == stats::verdict::wait) add_dates(ahead, now, per_day);
    const stats::evidence e = m.evidence();
    json::object out;
    out["id"] = d.id;
    out["verdict"] = boost::json::string_view(name(m.verdict()));
    out["n"] = m.counts.n;
    out["missing"] = m.missing;
    out["estimate"] = or_null(shown.estimate);
    out["lower"] = shown.lower;
    out["upper"] = shown.upper;
    out["interval"] = json::array{shown.interval.lower, shown.interval.upper};
    out["ln_e_pass"] = e.ln_e_pass;
    out["ln_e_fail"] = e.ln_e_fail;
    out["target"] = d.complement ? 1 - d.target : d.target;
    out["complement"] = d.complement;
    out["promote"] = d.promote;
    out["protect"] = d.protect;
    out["on_fail"] = or_null(d.on_fail);
    out["forecast"] = forecast_json(ahead);
    out["sentence"] = sentence(m, shown, ahead);
    return out;
}

json::object split_json(const observations& seen) {
    const auto& split = seen.split();
    return {{"n", split.n()},
            {"canary", split.canary()},
            {"expected_canary", split.expected_canary()},
            {"ln_e", split.ln_e()},
            {"verdict", seen.split_broken_at() ? "FAIL" : "WAIT"},
            {"broken_at", or_null(seen.split_broken_at())}};
}

} // namespace

done rollout_service::impl::done_of(const entry& e, bool recorded) const {
    const std::string word = e.leaving() ? "rolled_back" : state_word(e.doc, killed(e));
    const int rung = published_rung(e);
    return {.rollout = e.doc.id,
            .state = word,
            .stage = rung < 0 ? "" : e.doc.stages[static_cast<std::size_t>(rung)].id,
            .recorded = recorded};
}

json::array rollout_service::list(std::string_view project) const {
    json::array out;
    const project_state* state = impl_->find(project);
    if (state == nullptr) return out;
    for (auto it = state->rollouts.rbegin(); it != state->rollouts.rend(); ++it)
        out.push_back(document_json((*it)->doc, impl_->killed(**it)));
    return out;
}

result<json::object> rollout_service::show(std::string_view project, std::string_view id) const {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    return document_json((*e)->doc, impl_->killed(**e));
}

result<std::int64_t> rollout_service::version(std::string_view project, std::string_view id) const {
    const auto e = impl_->require(project, id);
    if (!e) return std::unexpected(e.error());
    return (*e)->doc.version;
}

std::optional<std::string> rollout_service::current(std::string_view project) const {
    const project_state* state = impl_->find(project);
    if (state == nullptr) return std::nullopt;
    for (auto it = state->rollouts.rbegin(); it != state->rollouts.rend(); ++it)
        if ((*it)->doc.state != release_state::superseded) return (*it)->doc.id;
    return std::nullopt;
}

result<json::object> rollout_service::status(std::string_view project, std::string_view id) const {
    const auto found = impl_->require(project, id);
    if (!found) return std::unexpected(found.error());
    const entry& e = **found;
    const instant now = impl_->env.time.now();
    const double per_day = e.seen.per_day(now);
    const done state = impl_->done_of(e, e.pending.empty());
    const auto open = impl_->why_not(e);
    json::array metrics;
    for (const metric_state& m : e.seen.metrics())
        metrics.push_back(metric_json(m, now, per_day));
    json::object excluded;
    for (const auto& [reason, n] : e.seen.excluded())
        excluded[reason] = n;
    const int rung = impl_->published_rung(e);
    const events::rollout_stage* stage =
        rung < 0 ? nullptr : &e.doc.stages[static_cast<std::size_t>(rung)];
    json::object out;
    out["id"] = e.doc.id;
    out["variant"] = e.doc.variant;
    out["state"] = state.state;
    out["stage"] = or_null(state.stage);
    out["recorded"] = state.recorded;
    out["holds"] = json::to_json(e.doc.holds);
    out["why_not"] = or_null(open ? std::string_view(open->sentence) : std::string_view());
    out["why_not_step"] = open ? json::value(open->step) : json::value(nullptr);
    out["evidence"] = open ? json::to_json(open->evidence) : json::value(json::array{});
    out["ends"] = or_null(open ? std::string_view(open->ends) : std::string_view());
    out["next_possible"] = open && open->next_possible
                               ? json::value(to_rfc3339(*open->next_possible))
                               : json::value(nullptr);
    out["metrics"] = std::move(metrics);
    out["sample_ratio"] = split_json(e.seen);
    out["excluded"] = std::move(excluded);
    out["counted"] = e.seen.counted();
    out["share_served"] = stage == nullptr ? 0.0 : static_cast<double>(stage->audience.basis) / 100;
    out["blast_radius"] = json::object{{"visitors", std::ceil(per_day)}, {"money", nullptr}};
    out["unmeasured"] = std::ranges::none_of(
        e.doc.metrics, [](const events::rollout_metric& m) { return m.promote; });
    out["version"] = e.doc.version;
    return out;
}

} // namespace servery::rollout
