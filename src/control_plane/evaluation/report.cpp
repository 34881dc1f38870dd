#include "control_plane/evaluation/report.h"

#include "control_plane/evaluation/report_content.h"
#include "foundation/base/text.h"

#include <fmt/format.h>

namespace servery::evaluation {
namespace {

constexpr std::string_view style =
    "body{font:15px/1.45 system-ui,sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:1.4rem}table{border-collapse:"
    "collapse;width:100%}th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}li{margin:.2rem 0;overflow-wrap:anywhere}footer{margin-top:2rem;color:#555;"
    "font-size:.85rem}@media print{body{margin:0;max-width:none}}";

std::string html_table(const report_table& t) {
    std::string out = "<table>\n<thead><tr>";
    for (const auto& cell : t.head)
        out += "<th scope=\"col\">" + escape_html(cell) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : t.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            out += i == 0 ? "<th scope=\"row\">" + escape_html(row[i]) + "</th>"
                          : "<td>" + escape_html(row[i]) + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

// Text of answers must not become markup, headings or links.
std::string md(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' || c == '\r') {
            out += ' ';
            continue;
        }
        if (std::string_view("\\`*_{}[]<>#|!").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string md_table(const report_table& t) {
    std::string out = "|";
    for (const auto& cell : t.head)
        out += " " + md(cell) + " |";
    out += "\n|";
    for (std::size_t i = 0; i < t.head.size(); ++i)
        out += " --- |";
    out += "\n";
    for (const auto& row : t.rows) {
        out += "|";
        for (const auto& cell : row)
            out += " " + md(cell) + " |";
        out += "\n";
    }
    return out + "\n";
}

json::value or_null(const std::optional<double>& v) {
    return v ? json::value(*v) : json::value(nullptr);
}

} // namespace

std::string report_html(const run_summary& run, const report_context& about) {
    const auto title = escape_html(report_title(about));
    std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width\">"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'\"><title>" +
                      title + "</title>\n<style>" + std::string(style) +
                      "</style></head>\n<body><main>\n<h1>" + title + "</h1>\n";
    for (const auto& part : report_parts(run, about)) {
        out += "<section><h2>" + escape_html(part.title) + "</h2>\n";
        for (const auto& p : part.paragraphs)
            out += "<p>" + escape_html(p) + "</p>\n";
        if (!part.points.empty()) {
            out += "<ul>\n";
            for (const auto& p : part.points)
                out += "<li>" + escape_html(p) + "</li>\n";
            out += "</ul>\n";
        }
        if (!part.table.head.empty()) out += html_table(part.table);
        out += "</section>\n";
    }
    return out + "</main><footer>" + escape_html(report_footer(run)) + "</footer></body></html>\n";
}

std::string report_markdown(const run_summary& run, const report_context& about) {
    std::string out = "# " + md(report_title(about)) + "\n\n";
    for (const auto& part : report_parts(run, about)) {
        out += "## " + md(part.title) + "\n\n";
        for (const auto& p : part.paragraphs)
            out += md(p) + "\n\n";
        for (const auto& p : part.points)
            out += "- " + md(p) + "\n";
        if (!part.points.empty()) out += "\n";
        if (!part.table.head.empty()) out += md_table(part.table);
    }
    return out + md(report_footer(run)) + "\n";
}

std::string report_junit(const run_summary& run) {
    std::string cases;
    for (const auto& f : run.failures) {
        std::string reasons;
        for (const auto& r : f.reasons)
            reasons += r + "\n";
        cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"><failure message=\"{}\">{}"
                             "</failure></testcase>\n",
                             escape_html(f.variant_label), escape_html(f.case_id),
                             escape_html(f.state), escape_html(reasons));
    }
    // Passed and ungraded units carry no text of their own.
    for (std::int64_t i = 0; i < run.passed; ++i)
        cases += fmt::format("  <testcase classname=\"passed\" name=\"{}\"/>\n", i + 1);
    for (std::int64_t i = 0; i < run.ungraded; ++i)
        cases += fmt::format(
            "  <testcase classname=\"ungraded\" name=\"{}\"><skipped/></testcase>\n", i + 1);
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" "
                       "tests=\"{}\" failures=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n{}"
                       "</testsuite>\n",
                       escape_html(run.dataset), run.units, run.failures.size(), run.ungraded,
                       run.seconds, cases);
}

json::object run_json(const run_summary& run, std::string_view report_path) {
    json::object out;
    const auto* first = run.columns.empty() ? nullptr : &run.columns[0];
    const auto passed = first == nullptr ? 0 : first->cases_passed;
    const auto missing = first == nullptr ? 0 : first->missing;
    out["run"] = run.run;
    out["state"] = run.state;
    out["cases"] = run.cases;
    out["passed"] = passed;
    out["failed"] = run.cases - passed - std::min(missing, run.cases - passed);
    out["ungraded"] = std::min(missing, run.cases - passed);
    out["interval"] = first != nullptr && first->passed.value
                          ? json::value(json::array{*first->passed.lower, *first->passed.upper})
                          : json::value(nullptr);
    out["interval_method"] = first == nullptr ? "" : first->passed.method;
    out["value"] = first == nullptr ? json::value(nullptr) : or_null(first->passed.value);
    out["families"] = run.families;
    out["target"] = run.target;
    out["verdict"] = first == nullptr ? "no data" : certainty(first->passed, run.target);
    out["cost"] = to_decimal(run.spent);
    out["currency"] =
        run.currency.empty() ? json::value(nullptr) : json::value(json::string(run.currency));
    out["cases_per_s"] = run.cases_per_s;
    out["report"] = report_path;
    out["recommendation"] = run.recommendation;
    json::array failures;
    for (const auto& f : run.failures)
        if (f.split != "holdout") failures.push_back(json::to_json(f));
    out["failures"] = std::move(failures);
    out["variants"] = json::to_json(run.columns);
    return out;
}

} // namespace servery::evaluation
