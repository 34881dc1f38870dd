// The rules behind lint.h, one function each. Internal to the module. Thread: pure functions.
#pragma once

#include "control_plane/plan/lint.h"

namespace servery::plan {

// Whether the row says what it takes in the phase; true for rows that are derived or not needed.
[[nodiscard]] bool has_estimate(const resource& row, phase p);

void lint_problem_card(const plan_document& plan, std::vector<finding>& out);              // L1
void lint_baseline(const plan_document& plan, std::vector<finding>& out);                  // L2
void lint_unmeasured_facts(const plan_document& plan, std::vector<finding>& out);          // L3
void lint_reachability(const plan_document& plan, instant now, std::vector<finding>& out); // L5
void lint_owners(const plan_document& plan, std::vector<finding>& out);                    // L6
void lint_control(const plan_document& plan, std::vector<finding>& out);                   // L7
void lint_hours(const plan_document& plan, std::vector<finding>& out);                     // L8
void lint_estimates(const plan_document& plan, std::vector<finding>& out);                 // L9
void lint_fallbacks(const plan_document& plan, std::vector<finding>& out);                 // L10
void lint_human_route(const plan_document& plan, std::vector<finding>& out);               // L11
void lint_personal_data(const plan_document& plan, std::vector<finding>& out);             // L12
void lint_tool_terms(const plan_document& plan, std::vector<finding>& out);                // L13
void lint_uptime(const plan_document& plan, std::vector<finding>& out);                    // L15
void lint_value_case(const plan_document& plan, std::vector<finding>& out);                // L16
void lint_texts(const plan_document& plan, std::vector<finding>& out);                     // L18
void lint_area(const plan_document& plan, std::vector<finding>& out);                      // L19
void lint_row_owners(const plan_document& plan, std::vector<finding>& out);                // L20

} // namespace servery::plan
