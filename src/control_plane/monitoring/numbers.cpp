#include "control_plane/monitoring/numbers.h"

#include "foundation/stats/forecast.h"
#include "foundation/stats/wilson.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace servery::monitoring {
namespace {

using targets_by_key = std::map<std::string, target>;

int percent_down(double share) {
    return static_cast<int>(std::floor(share * 100 + 1e-9));
}
int percent_up(double share) {
    return static_cast<int>(std::ceil(share * 100 - 1e-9));
}

void judge(number& n, const targets_by_key& targets) {
    const auto t = targets.find(n.key);
    if (t == targets.end()) return;
    n.target = t->second.value;
    n.direction = t->second.at_least ? "ge" : "le";
    if (!n.value || !n.lower || !n.upper) return;
    const double past = t->second.value;
    const bool good = t->second.at_least ? *n.lower >= past : *n.upper <= past;
    const bool bad = t->second.at_least ? *n.upper < past : *n.lower > past;
    n.verdict = good ? "good" : bad ? "bad" : "open";
}

// "about N more" at the quality seen so far.
std::string open_words(const number& n, std::int64_t good) {
    const bool at_least = n.direction == "ge";
    const double wanted = at_least ? *n.target : 1 - *n.target;
    const auto ahead =
        stats::rate_forecast({.counts = {.good = at_least ? good : n.n - good, .n = n.n},
                              .target = wanted,
                              .fail_target = wanted,
                              .min_n = 0});
    if (!ahead.n_more || *ahead.n_more <= 0) return "not yet shown";
    return "not yet shown, about " + std::to_string(*ahead.n_more) + " more";
}

std::string share_words(const number& n, std::int64_t good) {
    auto words = fmt::format("{} of {}: between {} and {} of 100", good, n.n,
                             percent_down(*n.lower), percent_up(*n.upper));
    if (n.verdict == "good") words += "; target shown";
    if (n.verdict == "bad") words += "; shown not to hold";
    if (n.verdict == "open") words += "; " + open_words(n, good);
    return words;
}

number share_number(std::string key, std::string title, std::int64_t good, std::int64_t of,
                    const targets_by_key& targets) {
    number n{.key = std::move(key), .title = std::move(title)};
    n.unit = "share";
    n.n = of;
    if (of == 0) {
        judge(n, targets);
        n.words = "no data";
        n.why_not = "too_few";
        return n;
    }
    const auto range = stats::rate_interval({.good = good, .n = of});
    n.value = static_cast<double>(good) / static_cast<double>(of);
    n.lower = range.lower;
    n.upper = range.upper;
    judge(n, targets);
    n.words = share_words(n, good);
    return n;
}

void mark_unsure_units(number& n, const tallies& t) {
    if (t.without_visitor == 0) return;
    n.detail["without_visitor"] = t.without_visitor;
    n.words += fmt::format("; {} conversations name no visitor, so this may be too sure",
                           t.without_visitor);
}

number waiting_number(const tallies& t, const targets_by_key& targets) {
    number n{.key = "waiting",
             .title = "waiting time",
             .n = static_cast<std::int64_t>(t.waits_s.size())};
    n.unit = "s";
    n.interval = "none";
    judge(n, targets);
    if (t.waits_s.empty()) {
        n.words = "no data";
        n.why_not = "too_few";
        return n;
    }
    const auto half = *nearest_rank(t.waits_s, 0.5);
    const auto most = *nearest_rank(t.waits_s, 0.95);
    n.value = half;
    n.detail["p50_s"] = half;
    n.detail["p95_s"] = most;
    n.words = fmt::format("half of the visitors had the first words within {:.1f} s, 95 of 100 "
                          "within {:.1f} s",
                          half, most);
    return n;
}

number available_number(const minutes_count& m, const targets_by_key& targets) {
    number n{.key = "available", .title = "available", .n = m.offered()};
    n.unit = "share";
    n.interval = "none";
    n.detail["minutes"] = json::object{{"up", m.up},
                                       {"fallback", m.fallback},
                                       {"down", m.down},
                                       {"not_offered", m.not_offered},
                                       {"unknown", m.unknown}};
    judge(n, targets);
    if (m.offered() == 0) {
        n.words =
            m.unknown > 0 ? "too few visitors to tell, and no synthetic visitor asked" : "no data";
        n.why_not = "too_few";
        return n;
    }
    const auto offered = static_cast<double>(m.offered());
    n.value = static_cast<double>(m.up + m.fallback) / offered;
    n.detail["ai"] = static_cast<double>(m.up) / offered;
    n.words = fmt::format("{} of {} minutes; the AI itself {:.2f} %", m.up + m.fallback,
                          m.offered(), 100 * static_cast<double>(m.up) / offered);
    if (n.target) {
        // Neighbouring minutes are not independent: the share is compared as it is.
        const bool holds = n.direction == "le" ? *n.value <= *n.target : *n.value >= *n.target;
        n.verdict = holds ? "good" : "bad";
        n.words += fmt::format("; {:.0f} % allows {:.0f} hours of failure a month", *n.target * 100,
                               (1 - *n.target) * 720);
    }
    return n;
}

number cost_number(const project_state& p, const tallies& t, span_of_time over,
                   const targets_by_key& targets) {
    number n{.key = "cost", .title = "cost", .n = t.conversations};
    n.unit = "money";
    n.interval = "none";
    spend all;
    for (auto at = p.days.lower_bound(day_number(over.from));
         at != p.days.end() && at->first * a_day.count() < over.to.ms; ++at)
        for (const auto& [currency, s] : at->second.money) {
            if (currency != p.currency) continue;
            all.settled_nano += s.settled_nano;
            all.estimated_nano += s.estimated_nano;
            all.unpriced += s.unpriced;
        }
    n.detail["currency"] = p.currency;
    n.detail["settled"] = to_decimal(nano_to_micros(all.settled_nano));
    n.detail["estimated"] = to_decimal(nano_to_micros(all.estimated_nano));
    n.detail["unpriced_exchanges"] = t.unpriced;
    judge(n, targets);
    if (t.conversations == 0) {
        n.words = "no data";
        n.why_not = "too_few";
        return n;
    }
    if (t.unpriced > 0) {
        n.words = fmt::format("{} exchanges have no price, so the cost is not known", t.unpriced);
        n.why_not = "unpriced";
        return n;
    }
    n.value = static_cast<double>(t.cost_nano) / 1e9 / static_cast<double>(t.conversations);
    n.words = fmt::format("{:.6f} {} a conversation, {} conversations", *n.value, p.currency,
                          t.conversations);
    if (n.target) {
        const bool holds = n.direction == "ge" ? *n.value >= *n.target : *n.value <= *n.target;
        n.verdict = holds ? "good" : "bad";
    }
    return n;
}

number satisfied_number(const tallies& t, const targets_by_key& targets) {
    auto n = share_number("satisfied", "customers happy", t.thumbs_up, t.thumbs_up + t.thumbs_down,
                          targets);
    const auto rated = t.thumbs_up + t.thumbs_down;
    n.detail["response_rate"] =
        t.conversations == 0
            ? json::value(nullptr)
            : json::value(static_cast<double>(rated) / static_cast<double>(t.conversations));
    n.detail["source"] = "thumbs";
    n.words += fmt::format("; {} of {} visitors gave a thumb", rated, t.conversations);
    return n;
}

// Day by day, each with an interval that is meant for that day only.
void add_trend(number& n, const std::map<std::int64_t, tallies>& by_day, span_of_time over,
               std::int64_t tallies::* good, std::int64_t tallies::* of) {
    for (auto day = day_number(over.from); day * a_day.count() < over.to.ms; ++day) {
        const auto found = by_day.find(day);
        const tallies t = found == by_day.end() ? tallies{} : found->second;
        trend_point point{.t = to_date({day * a_day.count()}), .n = t.*of};
        if (point.n > 0) {
            const auto range = stats::wilson({.good = t.*good, .n = point.n});
            point.value = static_cast<double>(t.*good) / static_cast<double>(point.n);
            point.lower = range.lower;
            point.upper = range.upper;
        }
        n.trend.push_back(std::move(point));
    }
}

} // namespace

std::optional<double> nearest_rank(std::vector<double> all, double q) {
    if (all.empty()) return std::nullopt;
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(all.size())));
    const auto at = std::clamp<std::size_t>(rank, 1, all.size()) - 1;
    std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(at));
    return all[at];
}

std::vector<number> numbers_of(const project_state& p, span_of_time over,
                               const targets_by_key& targets, bool with_trend) {
    const auto t = tally(p, over);
    std::vector<number> out;
    out.push_back(share_number("answered_right", "answered correctly", t.labelled_right, t.labelled,
                               targets));
    if (t.labelled == 0) out.back().words = "no data: no randomly drawn answer has been labelled";
    out.push_back(
        share_number("handed_over", "handed to a person", t.handed_over, t.conversations, targets));
    mark_unsure_units(out.back(), t);
    out.push_back(
        share_number("unanswered", "could not answer", t.unanswered, t.conversations, targets));
    mark_unsure_units(out.back(), t);
    out.push_back(satisfied_number(t, targets));
    out.push_back(waiting_number(t, targets));
    out.push_back(available_number(count_minutes(p, over), targets));
    out.push_back(cost_number(p, t, over, targets));
    out.push_back(share_number("flags", "safety flags", t.flagged, t.conversations, targets));
    if (out.back().value) out.back().detail["per_1000"] = *out.back().value * 1000;
    mark_unsure_units(out.back(), t);
    if (!with_trend) return out;
    const auto by_day = tally_by_day(p, over);
    add_trend(out[0], by_day, over, &tallies::labelled_right, &tallies::labelled);
    add_trend(out[1], by_day, over, &tallies::handed_over, &tallies::conversations);
    add_trend(out[2], by_day, over, &tallies::unanswered, &tallies::conversations);
    return out;
}

} // namespace servery::monitoring
