#include "control_plane/plan/lint.h"

#include "control_plane/plan/lint_rules.h"

#include <algorithm>

namespace servery::plan {

std::vector<finding> lint(const plan_document& plan, const lint_options& options) {
    std::vector<finding> all;
    lint_problem_card(plan, all);
    lint_unmeasured_facts(plan, all);
    lint_reachability(plan, options.now, all);
    lint_estimates(plan, all);
    lint_fallbacks(plan, all);
    lint_value_case(plan, all);
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

std::vector<finding> blockers(const plan_document& plan, std::string_view gate, instant now) {
    return lint(plan, {.gate = std::string(gate), .now = now, .levels = {level::blocker}});
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
