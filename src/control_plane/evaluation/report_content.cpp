#include "control_plane/evaluation/report_content.h"

#include "foundation/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace servery::evaluation {
namespace {

constexpr std::size_t failures_shown = 10;
constexpr std::size_t longest_quote = 300; // code points

std::string excerpt(std::string_view text) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
        if (n++ == longest_quote) return std::string(text.substr(0, i)) + "…";
    }
    return std::string(text);
}

int of_hundred_down(double share) {
    return static_cast<int>(std::floor(share * 100 + 1e-9));
}
int of_hundred_up(double share) {
    return static_cast<int>(std::ceil(share * 100 - 1e-9));
}

std::string name_of(const matrix_column& c) {
    return c.label.empty() ? c.variant.substr(0, 12) : c.label;
}

// "17 of 20 right: between 64 and 95 of 100"
std::string in_words(const share& s) {
    if (!s.value) return "no data";
    return fmt::format("{} of {} right: between {} and {} of 100", s.good, s.n,
                       of_hundred_down(*s.lower), of_hundred_up(*s.upper));
}

std::string quantile_cell(const quantile& q) {
    if (!q.value) return "not measured";
    auto out = fmt::format("{:.0f} ms", *q.value);
    if (!q.lower && !q.upper) return out + fmt::format(" (n = {}, no interval)", q.n);
    out += q.lower ? fmt::format(" ({:.0f} to ", *q.lower) : " (up to ";
    out += q.upper ? fmt::format("{:.0f}", *q.upper) : std::string("no upper bound at this n");
    return out + fmt::format(", n = {})", q.n);
}

std::string money_cell(const std::optional<double>& amount, const std::string& currency) {
    if (!amount) return "not known";
    return fmt::format("{:.6f}{}{}", *amount, currency.empty() ? "" : " ", currency);
}

report_part the_question(const run_summary& run, const report_context& about) {
    report_part p{.title = "The question"};
    p.paragraphs.push_back(about.question.empty() ? "Is the tested assistant good enough to go on?"
                                                  : about.question);
    p.paragraphs.push_back(fmt::format("Target: at least {:.0f} of 100 questions right; {}.",
                                       run.target * 100, run.can_prove));
    return p;
}

report_part what_was_tested(const run_summary& run, const report_context& about) {
    report_part p{.title = "What was tested"};
    for (const auto& c : run.columns)
        p.points.push_back(fmt::format("{}: variant {}", name_of(c), c.variant));
    p.points.push_back(fmt::format(
        "dataset {}{}, content {}", run.dataset,
        run.dataset_version > 0 ? " version " + std::to_string(run.dataset_version) : std::string(),
        run.dataset_hash.substr(0, 12)));
    p.points.push_back(fmt::format("{} cases in {} families (wordings of one question count once)",
                                   run.cases, run.families));
    p.points.push_back(fmt::format("run {}, {}{}{}", run.run, run.state,
                                   run.finished_at ? ", " + to_rfc3339(*run.finished_at) : "",
                                   about.by.empty() ? "" : ", asked for by " + about.by));
    return p;
}

report_part the_result(const run_summary& run) {
    report_part p{.title = "Result"};
    for (const auto& c : run.columns)
        p.paragraphs.push_back(fmt::format("{}: {}. The target is {}.", name_of(c),
                                           in_words(c.passed), certainty(c.passed, run.target)));
    p.paragraphs.push_back("Recommendation: " + run.recommendation + ".");
    const bool fixed = run.columns.empty() || run.columns[0].passed.method == "wilson";
    p.paragraphs.push_back(
        fixed ? "Intervals: Wilson, 95 %, for a number of questions fixed beforehand."
              : "The run ended early: the intervals are those that stay valid when somebody looks "
                "before the end.");
    if (run.ungraded > 0)
        p.paragraphs.push_back(fmt::format("{} of {} answers have no grade ({} of them lost); they "
                                           "count neither as right nor as wrong.",
                                           run.ungraded, run.units, run.lost));
    return p;
}

std::vector<std::string> row_of(std::string title, const run_summary& run, auto cell) {
    std::vector<std::string> row{std::move(title)};
    for (const auto& c : run.columns)
        row.push_back(cell(c));
    return row;
}

void add_grader_rows(report_table& t, const run_summary& run) {
    std::vector<std::string> names;
    for (const auto& c : run.columns)
        for (const auto& g : c.graders)
            if (std::ranges::find(names, g.grader) == names.end()) names.push_back(g.grader);
    for (const auto& name : names)
        t.rows.push_back(row_of("grader " + name, run, [&](const matrix_column& c) {
            const auto at = std::ranges::find(c.graders, name, &grader_row::grader);
            if (at == c.graders.end()) return std::string("not measured");
            return fmt::format("{} of {}, mean {:.2f}", at->passed, at->n, at->mean.value_or(0));
        }));
}

report_part the_matrix(const run_summary& run) {
    report_part p{.title = "The tools side by side"};
    auto& t = p.table;
    t.head = {""};
    for (const auto& c : run.columns)
        t.head.push_back(name_of(c));
    t.rows.push_back(
        row_of("families right", run, [](const auto& c) { return in_words(c.passed); }));
    add_grader_rows(t, run);
    t.rows.push_back(row_of("handed over", run, [](const auto& c) {
        return c.handover_share ? fmt::format("{:.0f} %", *c.handover_share * 100)
                                : std::string("not measured");
    }));
    t.rows.push_back(row_of("errors / missing", run, [](const auto& c) {
        return fmt::format("{} / {}", c.errors, c.missing);
    }));
    const auto or_open = [](const std::string& s) { return s.empty() ? "not stated" : s; };
    t.rows.push_back(row_of("data region", run, [&](const auto& c) { return or_open(c.region); }));
    t.rows.push_back(row_of("retention", run, [&](const auto& c) { return or_open(c.retention); }));
    t.rows.push_back(row_of("from cache", run, [](const auto& c) {
        return fmt::format("{:.0f} %", c.cache_share * 100);
    }));
    return p;
}

report_part cost_and_speed(const run_summary& run) {
    report_part p{.title = "Cost and speed"};
    auto& t = p.table;
    t.head = {""};
    for (const auto& c : run.columns)
        t.head.push_back(name_of(c));
    t.rows.push_back(row_of("cost per answer", run, [&](const auto& c) {
        return money_cell(c.cost_per_answer, run.currency);
    }));
    t.rows.push_back(row_of("cost per month", run, [&](const auto& c) {
        return c.cost_per_month ? money_cell(c.cost_per_month, run.currency)
                                : std::string("no planned volume");
    }));
    t.rows.push_back(row_of("answers", run, [](const auto& c) { return c.cost_note; }));
    t.rows.push_back(
        row_of("time, median", run, [](const auto& c) { return quantile_cell(c.p50_ms); }));
    t.rows.push_back(row_of("time, 95 of 100 within", run,
                            [](const auto& c) { return quantile_cell(c.p95_ms); }));
    t.rows.push_back(row_of("first words, median", run,
                            [](const auto& c) { return quantile_cell(c.ttft_p50_ms); }));
    p.paragraphs.push_back(
        fmt::format("This run cost {}{}{}. Times are those of fresh answers only.",
                    to_decimal(run.spent), run.currency.empty() ? "" : " ", run.currency));
    if (run.throttled)
        p.paragraphs.push_back("A provider slowed the run down: its times are not those of normal "
                               "operation.");
    return p;
}

report_part the_failures(const run_summary& run) {
    report_part p{.title = "The worst failures"};
    std::size_t hidden = 0;
    for (const auto& f : run.failures) {
        if (f.split == "holdout") {
            ++hidden;
            continue;
        }
        if (p.points.size() == failures_shown) break;
        std::string reasons;
        for (const auto& r : f.reasons)
            reasons += (reasons.empty() ? "" : "; ") + r;
        p.points.push_back(fmt::format(
            "{}{} ({}): “{}” → “{}”. {}", f.case_id, f.severity == "critical" ? ", critical" : "",
            f.variant_label, excerpt(f.question), excerpt(f.answer), reasons));
    }
    if (p.points.empty()) p.paragraphs.push_back("No case of the open part failed.");
    if (hidden > 0)
        p.paragraphs.push_back(
            fmt::format("{} failures of held-back cases are counted and not shown.", hidden));
    return p;
}

report_part not_tested(const run_summary& run, const report_context& about) {
    report_part p{.title = "What was not tested"};
    const auto untested = [&](const std::vector<std::string>& planned,
                              const std::vector<std::string>& seen, std::string_view what) {
        for (const auto& item : planned)
            if (std::ranges::find(seen, item) == seen.end())
                p.points.push_back(std::string(what) + " “" + item + "”: no case");
    };
    untested(about.plan_topics, run.topics, "topic");
    untested(about.plan_langs, run.langs, "language");
    if (about.plan_topics.empty())
        p.points.emplace_back("topics: the plan names none to compare with");
    p.points.emplace_back("load: how it behaves with many visitors at once");
    p.points.emplace_back("people: no real visitor has used it in this run");
    if (about.fairness.empty())
        p.points.emplace_back("whether different groups of people are answered alike");
    return p;
}

report_part other_checks(const report_context& about) {
    const auto line = [](std::string_view what, const std::string& result) {
        return std::string(what) + ": " + (result.empty() ? "not run" : result);
    };
    return {.title = "Fairness, attacks, consistency",
            .points = {line("fairness", about.fairness), line("attacks (red team)", about.red_team),
                       line("consistency of repeated answers", about.consistency)}};
}

report_part assumptions_and_limits(const report_context& about) {
    report_part p{.title = "Assumptions and known limits"};
    for (const auto& a : about.assumptions)
        p.points.push_back(fmt::format("assumption: {} (test: {}): {}", a.text,
                                       a.test.empty() ? "none" : a.test,
                                       a.result.empty() ? "untested" : a.result));
    for (const auto& limit : about.limits)
        p.points.push_back("known limit: " + limit);
    if (p.points.empty())
        p.paragraphs.push_back("The plan lists neither assumptions nor known limits.");
    return p;
}

} // namespace

std::string report_title(const report_context& about) {
    return "Proof of concept" + (about.title.empty() ? "" : ": " + about.title);
}

std::string report_footer(const run_summary& run) {
    return fmt::format("run {} · dataset {} · {}", run.run, run.dataset_hash.substr(0, 12),
                       run.columns.empty() ? "" : run.columns[0].variant.substr(0, 12));
}

std::vector<report_part> report_parts(const run_summary& run, const report_context& about) {
    return {the_question(run, about),
            what_was_tested(run, about),
            the_result(run),
            the_matrix(run),
            cost_and_speed(run),
            the_failures(run),
            not_tested(run, about),
            other_checks(about),
            assumptions_and_limits(about),
            {.title = "Decision",
             .paragraphs = {"Decision: ____________________   Reason: ____________________",
                            "Name: ____________________   Date: ____________________"}}};
}

} // namespace servery::evaluation
