// The proof-of-concept report: at most three pages and the failures, in HTML (one file, no script,
// no outside link, every text escaped), PDF (A4), Markdown and JUnit. The same content in all.
// Thread: pure.
#pragma once

#include "control_plane/evaluation/matrix.h"

#include <string>
#include <vector>

namespace servery::evaluation {

struct assumption {
    std::string text;
    std::string test;
    std::string result; // "" = untested
};

// What the run itself does not know.
struct report_context {
    std::string title;                    // of the project
    std::string question;                 // the decision asked for
    std::string by;                       // who asked for the run
    std::vector<std::string> plan_topics; // to list those without cases
    std::vector<std::string> plan_langs;
    std::vector<assumption> assumptions;
    std::vector<std::string> limits; // known limits, ready to publish
    std::string fairness;            // one line each, "" = not run
    std::string red_team;
    std::string consistency;
};

[[nodiscard]] std::string report_html(const run_summary& run, const report_context& about);
[[nodiscard]] std::string report_markdown(const run_summary& run, const report_context& about);
// The same bytes for the same run: its date is the run's. Errors: eval.report.pdf (out of memory).
[[nodiscard]] result<std::string> report_pdf(const run_summary& run, const report_context& about);
[[nodiscard]] std::string report_junit(const run_summary& run);

// `eval run --json`: {run, state, cases, passed, failed, ungraded, interval, cost, cases_per_s,
// report, …}; passed and failed count cases of the first variant.
[[nodiscard]] json::object run_json(const run_summary& run, std::string_view report_path);

} // namespace servery::evaluation
