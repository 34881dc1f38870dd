#include "control_plane/monitoring/report_writer.h"

#include "control_plane/monitoring/numbers.h"

#include <fmt/format.h>

#include <algorithm>

namespace servery::monitoring {
namespace {

const number& find_number(const report& r, std::string_view key) {
    const auto at =
        std::ranges::find_if(r.numbers, [&](const report_row& row) { return row.now.key == key; });
    return at->now;
}

sentence said(std::string text, std::string query, std::int64_t n = 0) {
    return {.text = std::move(text), .query = std::move(query), .n = n};
}

// green only when every member is shown; grey while one lacks data.
lamp lamp_of(std::string name, const report& r, std::initializer_list<std::string_view> keys) {
    std::string open;
    std::string bad;
    for (const auto key : keys) {
        const auto& n = find_number(r, key);
        if (n.verdict == "bad") bad += (bad.empty() ? "" : ", ") + n.title;
        if (n.verdict != "bad" && n.verdict != "good") open += (open.empty() ? "" : ", ") + n.title;
    }
    if (!bad.empty()) return {std::move(name), "red", "shown not to hold: " + bad};
    if (!open.empty()) return {std::move(name), "grey", "not enough data, or no target: " + open};
    return {std::move(name), "green", "every target of this lamp is shown"};
}

std::string headline_of(const report& r, const tallies& t) {
    if (t.conversations == 0) return "No visitor wrote in " + r.month + ".";
    const auto& available = find_number(r, "available");
    auto text = fmt::format("{} visitors wrote in {}, {} were handed to a person", t.conversations,
                            r.month, t.handed_over);
    if (available.value)
        text +=
            fmt::format("; it answered in {:.2f} % of the minutes offered", *available.value * 100);
    return text + ".";
}

report_section what_changed(const project_state& p, span_of_time over) {
    report_section s{.title = "What changed"};
    constexpr std::size_t most = 30;
    for (const auto& c : p.changes) {
        if (c.at < over.from || c.at >= over.to) continue;
        if (s.sentences.size() == most) {
            s.sentences.push_back(said("further changes are in the audit log", "changes"));
            break;
        }
        s.sentences.push_back(said(to_date(c.at) + ": " + c.text, "changes", 1));
    }
    if (s.sentences.empty())
        s.sentences.push_back(
            said("Nothing changed: no release, variant, stage or plan.", "changes"));
    return s;
}

report_section what_broke(const project_state& p, const tallies& t, span_of_time over) {
    report_section s{.title = "What broke"};
    const auto m = count_minutes(p, over);
    if (m.offered() > 0)
        s.sentences.push_back(said(fmt::format("{} of {} minutes offered had no answer at all; in "
                                               "{} more the approved fallback answered.",
                                               m.down, m.offered(), m.fallback),
                                   "minutes", m.offered()));
    else
        s.sentences.push_back(said("Availability was not measured: no minute of service was "
                                   "offered, or nobody asked.",
                                   "minutes"));
    std::int64_t exchanges = 0;
    std::int64_t errors = 0;
    std::map<std::string, std::int64_t> causes;
    for (auto at = p.days.lower_bound(day_number(over.from));
         at != p.days.end() && at->first * a_day.count() < over.to.ms; ++at) {
        exchanges += at->second.exchanges;
        errors += at->second.errors;
        for (const auto& [cause, n] : at->second.fallbacks)
            causes[cause] += n;
    }
    s.sentences.push_back(
        said(fmt::format("{} of {} exchanges ended in an error.", errors, exchanges), "exchanges",
             exchanges));
    for (const auto& [cause, n] : causes)
        s.sentences.push_back(said(
            fmt::format("The fallback answered {} times, cause: {}.", n, cause), "fallbacks", n));
    s.sentences.push_back(said(fmt::format("{} conversations had a safety flag.", t.flagged),
                               "flags", t.conversations));
    return s;
}

// The first rule that holds.
std::string decide(const report& r, const project_state& p) {
    std::string bad;
    bool all_good = true;
    bool any_target = false;
    for (const auto& row : r.numbers) {
        if (row.now.verdict == "bad") bad += (bad.empty() ? "" : ", ") + row.now.title;
        if (!row.now.target) continue;
        any_target = true;
        all_good = all_good && row.now.verdict == "good";
    }
    if (!bad.empty()) return "fix first: " + bad;
    if (any_target && all_good && p.phase != "production")
        return "go to the gate of the next stage";
    return "continue";
}

report_section method(const report& r) {
    report_section s{.title = "Method, and what is missing"};
    s.sentences.push_back(said("Counted are live exchanges of visitors; the unit is a visitor's "
                               "first conversation of the month.",
                               "method"));
    s.sentences.push_back(said("Intervals are valid however often somebody looks; shares without "
                               "an interval are described, not proven.",
                               "method"));
    s.sentences.push_back(said("Customers happy is measured by thumbs, not by surveys.", "method"));
    s.sentences.push_back(said(r.final_ ? "Late ratings and labels are included: this is final."
                                        : "Late ratings and labels may still come for seven days "
                                          "after the month's end.",
                               "method"));
    s.sentences.push_back(said("Not measured yet: hours saved, whether people are treated alike, "
                               "whether questions are changing, return on investment, incidents, "
                               "overdue checks, upkeep hours.",
                               "method"));
    return s;
}

} // namespace

report write_report(const project_state& p, calendar_month month,
                    const std::map<std::string, target>& targets, instant now, bool final_report) {
    const span_of_time over{month.begin(), std::min(month.end(), now + millis{1})};
    const auto last_month = month.before();
    const span_of_time before{last_month.begin(), last_month.end()};
    report r{.project = p.id, .month = month.name()};
    r.final_ = final_report;
    r.preview = month.end() > now;
    // A report of a closed month says the same whenever it is read.
    r.written_at = r.preview ? now : month.end();
    const auto last = numbers_of(p, before, targets, false);
    const auto current = numbers_of(p, over, targets, false);
    for (std::size_t i = 0; i < current.size(); ++i)
        r.numbers.push_back({.title = current[i].title,
                             .now = current[i],
                             .last = last[i].value,
                             .last_n = last[i].n});
    const auto t = tally(p, over);
    r.headline = headline_of(r, t);
    r.lamps = {lamp_of("Value", r, {"answered_right", "satisfied"}),
               lamp_of("Responsibility", r, {"flags", "available"}), lamp_of("Money", r, {"cost"})};
    r.decision = decide(r, p);
    r.sections = {
        what_changed(p, over),
        what_broke(p, t, over),
        {.title = "Decision to sign",
         .sentences = {said("Proposed: " + r.decision + ".", "decision"),
                       said("Signed by ____________________ on ____________________", "decision")}},
        method(r)};
    return r;
}

} // namespace servery::monitoring
