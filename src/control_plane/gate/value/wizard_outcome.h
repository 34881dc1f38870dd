// What a plan fresh from the wizard amounts to: what it costs, what it is worth, what is still to
// be done, and the date on which its pilot can be decided. Thread: pure, any thread; tens of
// milliseconds.
#pragma once

#include "control_plane/plan/lint.h"
#include "control_plane/plan/wizard.h"

#include <string>
#include <vector>

namespace servery::gate {

// {plan, findings, score, notes, headline, forecast{…}, reachability{gates, conditions}, next{…}}
// Errors: those of run_wizard.
[[nodiscard]] result<json::object> wizard_outcome(const json::object& answers, instant now,
                                                  std::string_view preset,
                                                  std::string_view language);
[[nodiscard]] json::object outcome_of(const plan::plan_document& plan, const json::object& answers,
                                      instant now, const std::vector<std::string>& notes,
                                      std::string_view language);
// The outcome for a terminal: what it costs, what is open, when it can be decided, the next step.
[[nodiscard]] std::string outcome_text(const json::object& outcome);

} // namespace servery::gate
