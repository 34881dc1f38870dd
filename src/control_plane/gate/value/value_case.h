// The value case of a plan: what it is worth, how sure that is, where it turns, what each phase
// costs, with what was measured beside and in place of the guesses.
// Unknown is null, never zero: a case that lacks an input is shown as incomplete with its name.
// Thread: pure functions, any thread; 20,000 draws take some tens of milliseconds.
#pragma once

#include "control_plane/economics/breakeven.h"
#include "control_plane/economics/draw.h"
#include "control_plane/economics/stop_rule.h"
#include "control_plane/gate/value/plan_inputs.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::gate {

struct value_question {
    economics::given_inputs set; // instead of the plan's
    std::optional<int> months;   // horizon; else the plan's
    std::optional<std::vector<economics::segment>> ladder;
    std::vector<economics::measurement> measured;
    std::optional<double> cost_a_conversation; // by the spend ledger, over `conversations`
    std::int64_t conversations = 0;
    economics::view view = economics::view::capacity;
    int draws = economics::usual_draws;
    std::uint64_t seed = economics::usual_seed;
    // Where the project stands; none = at the start: forward NPV is then from the first stage on.
    std::optional<plan::phase> phase;
};

struct phase_money {
    std::string phase;
    double months = 0;
    economics::phase_forecast cost;
    std::optional<double> budget;
    [[nodiscard]] bool within_budget() const { return budget && cost.cash_p80 <= *budget; }
};

struct value_case {
    std::string currency;
    plan::stop_rule rule;
    std::optional<std::string> locked_at; // when guesses and rule were frozen
    economics::view view = economics::view::capacity;
    int horizon = 12;
    std::vector<economics::used_input> inputs;
    std::map<std::string, std::string> origin;
    std::vector<std::string> incomplete; // names of missing inputs
    // The rest is there only when nothing is missing.
    struct numbers {
        economics::inputs likely;
        std::vector<double> exposures;
        economics::month_flows full_month;
        economics::project_value project;
        double forward_npv = 0;
        economics::spread forward; // of the NPV from today
        economics::spread spread;  // of the whole project, with its fan
        std::vector<economics::bar> tornado;
        std::optional<double> break_even_volume;
        std::optional<double> break_even_resolution;
        std::optional<double> marginal_resolution;
        economics::decision decision;
    };
    std::optional<numbers> known;
};

// What a case stands on when it is not a plan's: inputs from a file.
struct case_frame {
    plan_inputs from;
    std::vector<economics::segment> ahead; // from today on
    std::string currency;
    plan::stop_rule rule;
    std::optional<std::string> locked_at;
};
[[nodiscard]] case_frame frame_of(const plan::plan_document& plan, const value_question& asked);
// Errors: economics.input.range, economics.input.unknown, economics.horizon.invalid. A missing
// input is no error: it stands in `incomplete`.
[[nodiscard]] result<value_case> value_of(const case_frame& frame, const value_question& asked);
[[nodiscard]] result<value_case> value_of(const plan::plan_document& plan,
                                          const value_question& asked);
// The cost of every phase, also while the case lacks inputs that a phase does not need; empty when
// an input is out of range.
[[nodiscard]] std::vector<phase_money> money_of(const plan::plan_document& plan,
                                                const value_question& asked);

} // namespace servery::gate
