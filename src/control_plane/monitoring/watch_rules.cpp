#include "control_plane/monitoring/watch_rules.h"

#include "control_plane/monitoring/alert_service.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace servery::monitoring {
namespace {

constexpr double errors_allowed = 0.05; // where the plan says nothing
constexpr double slow_allowed = 0.05;   // a 95th percentile
constexpr double lowest_limit = 0.001;
constexpr double highest_limit = 0.999;
constexpr double least_threshold = 1000;
constexpr std::int64_t least_per_year = 365;

// The share that a target allows to be bad; none: no target, or one that is no share.
std::optional<double> allowed(const plan_limits& plan, std::string_view number) {
    const auto found = plan.targets.find(std::string(number));
    if (found == plan.targets.end()) return {};
    const auto& t = found->second;
    const double bad = t.at_least ? 1 - t.value : t.value;
    if (bad < 0 || bad > 1) return {};
    return std::clamp(bad, lowest_limit, highest_limit);
}

constexpr std::pair<stream, std::string_view> limited_by_the_plan[] = {
    {stream::wrong, "answered_right"},     {stream::harm, "harm"},
    {stream::thumbs_down, "satisfied"},    {stream::hand_over, "handed_over"},
    {stream::ask_or_refuse, "unanswered"}, {stream::guard_stop, "flags"}};

} // namespace

bool is_public(std::string_view phase) {
    return phase == "pilot" || phase == "rollout" || phase == "production";
}

std::string quarter_of(instant at) {
    const std::chrono::sys_time<millis> time{millis{at.ms}};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
    return std::to_string(int(date.year())) + "-Q" +
           std::to_string((unsigned(date.month()) - 1) / 3 + 1);
}

events::watch_set rules_of(const plan_limits& plan, std::string quarter, std::string variant) {
    events::watch_set out{.quarter = std::move(quarter), .variant = std::move(variant)};
    const auto add = [&](stream s, double limit, double bar = 0) {
        out.streams.push_back(
            {.stream = std::string(json::enum_word(s)), .limit = limit, .bar = bar});
    };
    add(stream::errors, allowed(plan, "errors").value_or(errors_allowed));
    const auto slow = plan.targets.find("latency_p95");
    if (slow != plan.targets.end() && !slow->second.at_least && slow->second.value > 0)
        add(stream::slow, slow_allowed, slow->second.value);
    for (const auto& [s, number] : limited_by_the_plan)
        if (const auto limit = allowed(plan, number)) add(s, *limit);
    return out;
}

void set_thresholds(events::watch_set& rules, const std::function<std::int64_t(stream)>& expected) {
    const auto streams = static_cast<double>(rules.streams.size());
    for (auto& r : rules.streams) {
        const auto s = json::enum_from<stream>(r.stream);
        r.per_year = std::max(least_per_year, s ? expected(*s) : 0);
        r.threshold = std::max(least_threshold, streams * static_cast<double>(r.per_year));
    }
}

bool same_limits(const events::watch_set& a, const events::watch_set& b) {
    return a.variant == b.variant &&
           std::ranges::equal(a.streams, b.streams, [](const auto& one, const auto& other) {
               return one.stream == other.stream && one.limit == other.limit &&
                      one.bar == other.bar;
           });
}

bool same_watch(const events::watch_set& a, const events::watch_set& b) {
    return a.quarter == b.quarter && same_limits(a, b);
}

severity severity_of(stream s, std::string_view phase) {
    const bool grave =
        s == stream::errors || s == stream::wrong || s == stream::harm || s == stream::guard_stop;
    return grave && phase != "production" ? severity::critical : severity::warning;
}

} // namespace servery::monitoring
