// The rules behind lint.h, one function each. Internal to the module. Thread: pure functions.
#pragma once

#include "control_plane/plan/lint.h"

namespace servery::plan {

void lint_problem_card(const plan_document& plan, std::vector<finding>& out);              // L1
void lint_unmeasured_facts(const plan_document& plan, std::vector<finding>& out);          // L3
void lint_reachability(const plan_document& plan, instant now, std::vector<finding>& out); // L5
void lint_estimates(const plan_document& plan, std::vector<finding>& out);                 // L9
void lint_fallbacks(const plan_document& plan, std::vector<finding>& out);                 // L10
void lint_value_case(const plan_document& plan, std::vector<finding>& out);                // L16

} // namespace servery::plan
