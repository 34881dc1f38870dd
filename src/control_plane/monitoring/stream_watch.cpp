#include "control_plane/monitoring/stream_watch.h"

#include "control_plane/monitoring/project_state.h"
#include "control_plane/monitoring/watch_rules.h"

#include <algorithm>

namespace servery::monitoring {
namespace {

constexpr std::int64_t days_counted = 28;
constexpr std::int64_t of_a_year = 13; // times 28 days
constexpr std::size_t most_examples = 3;

} // namespace

std::optional<double> stream_watch::watched_detector::recent_share() const {
    if (recent.empty()) return {};
    return static_cast<double>(std::ranges::count(recent, true)) /
           static_cast<double>(recent.size());
}

void stream_watch::take(const observation& o) {
    const auto day = day_number(o.at);
    if (!first_day_ || day < *first_day_) first_day_ = day;
    auto& days = by_day_.at(index_of(o.stream));
    ++days[day];
    days.erase(days.begin(), days.lower_bound(day - days_counted));

    auto& slot = detectors_.at(index_of(o.stream));
    if (!slot) return;
    auto& d = *slot;
    d.recent.push_back(o.bad);
    if (d.recent.size() > recent_size) d.recent.pop_front();
    const bool sounded = d.detector.observe(o.bad ? 1 : 0, d.rule.threshold);
    if (d.detector.run() <= 1) {
        d.since = o.at;
        d.bad = 0;
        d.examples.clear();
    }
    if (o.bad) {
        ++d.bad;
        d.examples.push_front(o.conversation);
        if (d.examples.size() > most_examples) d.examples.pop_back();
    }
    if (!sounded) return;
    pending_.push_back({.stream = o.stream,
                        .since = d.since,
                        .n = d.detector.run(),
                        .bad = d.bad,
                        .limit = d.detector.limit(),
                        .examples = {d.examples.begin(), d.examples.end()}});
}

void stream_watch::set(const events::watch_set& rules) {
    const bool keep = same_limits(rules, rules_);
    rules_ = rules;
    if (!keep) detectors_ = {};
    for (const auto& r : rules.streams) {
        const auto s = json::enum_from<stream>(r.stream);
        if (!s) continue; // of a newer version
        auto& d = detectors_.at(index_of(*s));
        if (!d) d = watched_detector{.rule = r, .detector = stats::limit_detector(r.limit)};
        d->rule = r;
    }
}

void stream_watch::recorded(stream s) {
    const auto first = std::ranges::find(pending_, s, &alarm::stream);
    if (first != pending_.end()) {
        pending_.erase(first);
        return;
    }
    // It was found from observations that are not here: the detector began anew then.
    if (auto& d = detectors_.at(index_of(s))) d->detector.reset();
}

const stream_watch::watched_detector* stream_watch::find(stream s) const {
    const auto& d = detectors_.at(index_of(s));
    return d ? &*d : nullptr;
}

std::optional<double> stream_watch::bar_of(stream s) const {
    const auto* d = find(s);
    return d == nullptr ? std::nullopt : std::optional(d->rule.bar);
}

std::optional<std::int64_t> stream_watch::per_year(stream s, instant now) const {
    const auto today = day_number(now);
    if (!first_day_ || today - *first_day_ < days_counted) return {};
    std::int64_t n = 0;
    for (const auto& [day, count] : by_day_.at(index_of(s)))
        if (day >= today - days_counted && day < today) n += count;
    return n * of_a_year;
}

} // namespace servery::monitoring
