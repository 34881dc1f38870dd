#include "control_plane/plan/tables.h"

#include "foundation/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace servery::plan {
namespace {

using row = std::vector<std::string>;

// Splits at spaces so that no line is longer than `width` code points; a long word is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const auto paragraph : split(text, '\n')) {
        std::string line;
        for (const auto word : split(paragraph, ' ')) {
            if (!line.empty() && code_points(line) + 1 + code_points(word) > width) {
                lines.push_back(std::move(line));
                line.clear();
            }
            line += (line.empty() ? "" : " ") + std::string(word);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string padded(const std::string& text, std::size_t width) {
    const auto length = code_points(text);
    return text + std::string(width > length ? width - length : 0, ' ');
}

// shares: how the width is divided.
std::string render(const row& header, const std::vector<row>& rows, const std::vector<int>& shares,
                   int width) {
    int sum = 0;
    for (const int s : shares)
        sum += s;
    const int room = std::max(width - 2 * static_cast<int>(shares.size() - 1), 40);
    std::vector<std::size_t> widths;
    for (const int s : shares)
        widths.push_back(static_cast<std::size_t>(std::max(room * s / sum, 4)));
    std::string out;
    const auto write = [&](const row& cells) {
        std::vector<std::vector<std::string>> lines;
        std::size_t height = 1;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            lines.push_back(wrap(cells[i], widths[i]));
            height = std::max(height, lines.back().size());
        }
        for (std::size_t h = 0; h < height; ++h) {
            std::string line;
            for (std::size_t i = 0; i < lines.size(); ++i)
                line += padded(h < lines[i].size() ? lines[i][h] : "", widths[i]) + "  ";
            out += std::string(line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
        }
    };
    write(header);
    row rule;
    for (const auto w : widths)
        rule.push_back(std::string(w, '-'));
    write(rule);
    for (const auto& r : rows)
        write(r);
    return out;
}

std::string marks(const std::vector<phase>& phases, const std::vector<phase>& advised = {}) {
    static constexpr std::array names{"S", "P", "R", "Pr"};
    std::string out;
    for (int i = 0; i < phase_count; ++i) {
        const auto p = static_cast<phase>(i);
        const bool required = std::ranges::find(phases, p) != phases.end();
        const bool wished = std::ranges::find(advised, p) != advised.end();
        out += fmt::format("{}[{}]{}", i == 0 ? "" : " ",
                           required ? "X"
                           : wished ? "o"
                                    : " ",
                           names[static_cast<std::size_t>(i)]);
    }
    return out;
}

std::string amount(const json::value& v) {
    const auto e = read_estimate(v);
    if (!e) return "";
    if (e->low == e->high) return fmt::format("{:g}", e->likely);
    return fmt::format("{:g}–{:g}–{:g}", e->low, e->likely, e->high);
}

std::string estimate_text(const resource_estimate& e) {
    auto out = amount(e.value);
    for (const auto& [p, v] : e.per_phase)
        out += (out.empty() ? "" : "; ") + p + " " + amount(v);
    if (e.unit == "na") return "N/A";
    return out.empty() ? e.unit : out + " " + e.unit;
}

std::string roadmap(const document& d, int width) {
    std::vector<row> rows;
    for (const auto& p : d.phases) {
        std::string activities;
        for (const auto& a : p.activities) {
            const auto* mark = a.status == activity_status::done      ? "x"
                               : a.status == activity_status::doing   ? "~"
                               : a.status == activity_status::skipped ? "-"
                                                                      : " ";
            activities +=
                fmt::format("{}[{}] {} {}", activities.empty() ? "" : "\n", mark, a.id, a.text);
        }
        rows.push_back({std::string(word(p.id)), activities,
                        p.duration + (p.start ? " from " + *p.start : ""), p.owner});
    }
    return render({"Phase", "Key Activities", "Timeline (Est.)", "Owner(s)"}, rows,
                  {12, 50, 20, 14}, width);
}

std::string checklist(const document& d, int width) {
    std::vector<row> rows;
    for (const auto& r : d.risks)
        rows.push_back({r.id, r.category, r.question, marks(r.phases, r.advised),
                        std::string(json::enum_word(r.answer)), r.note});
    return render({"Row", "Risk Category", "Assessment Question", "Phase Check (S,P,R,Pr)",
                   "Answer", "Notes / Mitigation Plan"},
                  rows, {9, 13, 34, 22, 7, 15}, width);
}

std::string resources(const document& d, int width) {
    std::vector<row> rows;
    for (const auto& r : d.resources)
        rows.push_back({r.id, r.category, r.details, r.phases.empty() ? "N/A" : marks(r.phases),
                        estimate_text(r.estimate), r.source, r.notes});
    return render({"Row", "Resource Category", "Details / Requirements", "Phase(s) Needed",
                   "Estimated Cost / Time Commitment", "Source", "Notes"},
                  rows, {9, 11, 28, 20, 18, 10, 18}, width);
}

std::string metrics(const document& d, int width) {
    std::vector<row> rows;
    for (const auto& m : d.metrics) {
        std::string targets;
        for (int i = 0; i < phase_count; ++i) {
            const auto t = m.targets.find(std::string(word(static_cast<phase>(i))));
            if (t == m.targets.end()) continue;
            targets += fmt::format("{}{}: {} {:g} ({})", targets.empty() ? "" : "\n", t->first,
                                   m.better == direction::higher ? ">=" : "<=", t->second.value,
                                   json::enum_word(t->second.rule));
        }
        rows.push_back({m.id, m.label, m.from, targets, m.guardrail ? "guardrail" : "",
                        m.locked_at ? "locked " + m.locked_at->substr(0, 10) : ""});
    }
    return render({"Metric", "What", "From", "Targets", "", "Lock"}, rows, {10, 24, 24, 30, 9, 11},
                  width);
}

std::string money(const document& d, int width) {
    std::vector<row> rows;
    for (int i = 0; i < phase_count; ++i) {
        const std::string p(word(static_cast<phase>(i)));
        const auto cash = d.budget.per_phase.find(p);
        rows.push_back({p,
                        cash == d.budget.per_phase.end()
                            ? "-"
                            : fmt::format("{:.2f} {}", cash->second, d.meta.currency),
                        d.budget.approved_by});
    }
    auto out = render({"Phase", "Cash", "Approved by"}, rows, {20, 20, 20}, std::min(width, 80));
    if (d.budget.monthly_cap)
        out += fmt::format("At most {:.2f} {} a month{}.\n", *d.budget.monthly_cap, d.meta.currency,
                           d.budget.hard_stop ? ", then calls stop" : "");
    const auto& rule = d.roi.stop_rule;
    out += fmt::format("Stop rule: go above {:g}, stop below {:g}, decided at {}; {}.\n",
                       rule.go_above, rule.stop_below, rule.decide_by,
                       rule.signed_by ? "signed by " + *rule.signed_by : "not signed");
    return out;
}

} // namespace

std::string show(const document& d, table which, int width) {
    switch (which) {
    case table::roadmap:
        return roadmap(d, width);
    case table::checklist:
        return checklist(d, width);
    case table::resources:
        return resources(d, width);
    case table::metrics:
        return metrics(d, width);
    case table::money:
        return money(d, width);
    }
    return {};
}

} // namespace servery::plan
