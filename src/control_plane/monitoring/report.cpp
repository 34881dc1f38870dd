#include "control_plane/monitoring/report.h"

#include "foundation/base/text.h"

#include <fmt/format.h>

namespace servery::monitoring {
namespace {

constexpr std::string_view style =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:1.4rem}table{border-collapse:"
    "collapse;width:100%}th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}@media print{body{margin:0;max-width:none}}";

std::string title_of(const report& r) {
    return fmt::format("{}: report for {}{}", r.project, r.month,
                       r.preview  ? " (preview, the month is not over)"
                       : r.final_ ? " (final)"
                                  : "");
}

std::string value_text(const std::optional<double>& v, const std::string& unit) {
    if (!v) return "no data";
    if (unit == "share") return fmt::format("{:.1f} %", *v * 100);
    if (unit == "s") return fmt::format("{:.1f} s", *v);
    return fmt::format("{:.6f}", *v);
}

std::string interval_text(const number& n) {
    if (!n.lower || !n.upper) return "none";
    return value_text(n.lower, n.unit) + " to " + value_text(n.upper, n.unit);
}

std::vector<std::string> cells_of(const report_row& row) {
    const auto& n = row.now;
    return {row.title,
            value_text(n.value, n.unit) + fmt::format(" (n = {})", n.n),
            value_text(row.last, n.unit) + fmt::format(" (n = {})", row.last_n),
            n.target ? value_text(n.target, n.unit) : "no target",
            interval_text(n),
            n.words};
}

const std::vector<std::string>& heads() {
    static const std::vector<std::string> names{"number", "this month", "month before",
                                                "target", "interval",   "in words"};
    return names;
}

std::string md(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("\\`*_{}[]<>#|").find(c) != std::string_view::npos) out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

} // namespace

std::string to_markdown(const report& r) {
    std::string out = "# " + md(title_of(r)) + "\n\n" + md(r.headline) + "\n\n";
    for (const auto& l : r.lamps)
        out += "- **" + md(l.name) + "**: " + l.state + ", " + md(l.text) + "\n";
    out += "\n## The numbers\n\n|";
    for (const auto& head : heads())
        out += " " + head + " |";
    out += "\n|";
    for (std::size_t i = 0; i < heads().size(); ++i)
        out += " --- |";
    out += "\n";
    for (const auto& row : r.numbers) {
        out += "|";
        for (const auto& cell : cells_of(row))
            out += " " + md(cell) + " |";
        out += "\n";
    }
    for (const auto& s : r.sections) {
        out += "\n## " + md(s.title) + "\n\n";
        for (const auto& line : s.sentences)
            out += "- " + md(line.text) + "\n";
    }
    return out;
}

std::string to_html(const report& r) {
    const auto title = escape_html(title_of(r));
    std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'\"><title>" +
                      title + "</title>\n<style>" + std::string(style) +
                      "</style></head>\n<body><main>\n<h1>" + title + "</h1>\n<p>" +
                      escape_html(r.headline) + "</p>\n<ul>\n";
    for (const auto& l : r.lamps)
        out += "<li><strong>" + escape_html(l.name) + "</strong>: " + escape_html(l.state) + ", " +
               escape_html(l.text) + "</li>\n";
    out += "</ul>\n<h2>The numbers</h2>\n<table><thead><tr>";
    for (const auto& head : heads())
        out += "<th scope=\"col\">" + head + "</th>";
    out += "</tr></thead><tbody>\n";
    for (const auto& row : r.numbers) {
        out += "<tr>";
        bool first = true;
        for (const auto& cell : cells_of(row)) {
            out += first ? "<th scope=\"row\">" + escape_html(cell) + "</th>"
                         : "<td>" + escape_html(cell) + "</td>";
            first = false;
        }
        out += "</tr>\n";
    }
    out += "</tbody></table>\n";
    for (const auto& s : r.sections) {
        out += "<h2>" + escape_html(s.title) + "</h2>\n<ul>\n";
        for (const auto& line : s.sentences)
            out += "<li>" + escape_html(line.text) + "</li>\n";
        out += "</ul>\n";
    }
    return out + "</main></body></html>\n";
}

} // namespace servery::monitoring
