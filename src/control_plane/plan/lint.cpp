#include "control_plane/plan/lint.h"

#include "control_plane/plan/lint_rules.h"

#include <algorithm>

namespace servery::plan {

namespace {

std::vector<finding> all_but_dates(const plan_document& plan) {
    std::vector<finding> all;
    lint_problem_card(plan, all);
    lint_baseline(plan, all);
    lint_unmeasured_facts(plan, all);
    lint_owners(plan, all);
    lint_control(plan, all);
    lint_hours(plan, all);
    lint_estimates(plan, all);
    lint_fallbacks(plan, all);
    lint_human_route(plan, all);
    lint_personal_data(plan, all);
    lint_tool_terms(plan, all);
    lint_uptime(plan, all);
    lint_value_case(plan, all);
    lint_texts(plan, all);
    lint_area(plan, all);
    lint_row_owners(plan, all);
    return all;
}

// Those that the options keep, the worst first.
std::vector<finding> kept(const plan_document& plan, std::vector<finding> all,
                          const lint_options& options) {
    std::vector<finding> out;
    for (auto& f : all) {
        f.line = plan.line_of(f.path);
        // what blocks a later gate only warns today
        if (f.level == level::blocker && f.gate > options.gate) f.level = level::warning;
        if (options.levels.empty() ||
            std::ranges::find(options.levels, f.level) != options.levels.end())
            out.push_back(std::move(f));
    }
    std::ranges::sort(out, {}, [](const finding& f) {
        return std::tuple(f.level, f.gate, std::stoi(f.id.substr(1)), f.line, f.path);
    });
    return out;
}

} // namespace

std::vector<finding> lint(const plan_document& plan, const lint_options& options) {
    auto all = all_but_dates(plan);
    lint_reachability(plan, options.now, all);
    return kept(plan, std::move(all), options);
}

std::vector<finding> blockers(const plan_document& plan, std::string_view gate, instant now) {
    // a late date only warns, and is the one finding that takes time to compute
    return kept(plan, all_but_dates(plan),
                {.gate = std::string(gate), .now = now, .levels = {level::blocker}});
}

int score(const std::vector<finding>& findings) {
    int points = 100;
    for (const auto& f : findings)
        points -= f.level == level::blocker ? 10 : f.level == level::warning ? 3 : 1;
    return std::max(points, 0);
}

json::object lint_json(const std::vector<finding>& findings) {
    json::object out;
    out["findings"] = json::to_json(findings);
    out["score"] = score(findings);
    return out;
}

std::string lint_text(const std::vector<finding>& findings, std::string_view file) {
    std::string out;
    for (const auto& f : findings) {
        out += std::string(file);
        if (f.line > 0) out += ":" + std::to_string(f.line);
        out += ": " + f.id + " " + std::string(json::enum_word(f.level));
        if (!f.gate.empty()) out += " (" + f.gate + ")";
        out += ": " + f.what + "; " + f.why + "; fix: " + f.fix + "\n";
    }
    return out;
}

} // namespace servery::plan
