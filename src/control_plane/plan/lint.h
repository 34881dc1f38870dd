// Lint of a plan: what would stop a gate, what is weak, and what to do about it. Pure. Thread: any.
// Rules: L1 problem card, L2 baseline, L3 facts nobody measures, L5 undecidable gates, L6 owners
// and deputies, L7 something to compare with, L8 hours, L9 estimates, L10 fallback chains, L11
// human route, L12 personal data, L13 terms of tools, L15 uptime, L16 value case, L18 texts, L19
// areas that need a lawyer, L20 rows without an owner. L4 and L17 need more than a plan.
#pragma once

#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

// blocker stops the named gate and later ones.
enum class level { blocker, warning, advice };
BOOST_DESCRIBE_ENUM(level, blocker, warning, advice)

struct finding {
    std::string id; // L1 …
    plan::level level = level::warning;
    std::string gate; // first gate it blocks: G0 … G3; "" unless a blocker
    std::string path;
    int line = 0;
    std::string what;
    std::string why;
    std::string fix;
    friend bool operator==(const finding&, const finding&) = default;
};
BOOST_DESCRIBE_STRUCT(finding, (), (id, level, gate, path, line, what, why, fix))

struct lint_options {
    // The gate ahead (G0..G3). Blockers of later gates are shown as warnings.
    std::string gate = "G0";
    instant now; // phases without a start are planned one after the other from here
    // Levels B, W and A to keep; empty = all.
    std::vector<level> levels;
};

[[nodiscard]] std::vector<finding> lint(const plan_document& plan, const lint_options& options);
// Blocking findings for the gate: those of `gate` and of the gates before it.
[[nodiscard]] std::vector<finding> blockers(const plan_document& plan, std::string_view gate,
                                            instant now);
// 100 - 10 B - 3 W - A, floor 0.
[[nodiscard]] int score(const std::vector<finding>& findings);

// {findings:[{id, level, path, line, what, why, fix}], score}
[[nodiscard]] json::object lint_json(const std::vector<finding>& findings);
// One line each: `plan.yaml:41: L5 warning: what; fix: …`
[[nodiscard]] std::string lint_text(const std::vector<finding>& findings, std::string_view file);

} // namespace servery::plan
