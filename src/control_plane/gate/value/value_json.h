// The value case, the money and the dates as the API and `--json` show them. Money is a decimal
// string of six places, or null. Thread: pure functions, any thread.
#pragma once

#include "control_plane/gate/value/value_case.h"
#include "control_plane/plan/reachability.h"

namespace servery::gate {

// {inputs[{name, words, guess, measured, n, used, source, assumed}], month{capacity, cash},
// project{…},
//  mc{…}, forward{…}, fan[], tornado[], breakeven{N, resolve, marginal}, stop_rule{…},
//  incomplete[], currency, view, horizon_months, vendor}
[[nodiscard]] json::object to_json(const value_case& v);
// {currency, phases[{phase, months, hours, hours_p80, opportunity, cash, cash_p80, highest, budget,
//  within_budget, people[]}]}
[[nodiscard]] json::object to_json(const std::vector<phase_money>& phases,
                                   const plan::document& plan);
// {gates[], conditions[]}; gate "" = all.
[[nodiscard]] json::object reach_json(const plan::document& plan, instant now,
                                      const plan::reach_knowledge& known,
                                      std::string_view gate = {});
// A forecast's amount at the border: "−142.310000"; null for what is no number.
[[nodiscard]] json::value money_text(double amount);
[[nodiscard]] json::value money_text(std::optional<double> amount);

// {set?, inputs{name: point or [l, m, h]}, ladder [[months, exposure]], months, n, seed, view}
// Errors: economics.input.range, api.body.member-like faults as economics.input.form.
[[nodiscard]] result<value_question> question_of(const json::object& in);

} // namespace servery::gate
