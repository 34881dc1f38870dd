// What a phase costs, in cash and in hours apart: hours times a person's rate are opportunity
// cost, shown and never added to cash. Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/draw.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::economics {

inline constexpr std::size_t phase_count = 4; // sandbox, pilot, rollout, production
inline constexpr double days_a_month = 30.4375;

enum class cost_unit {
    hours,
    hours_per_week,
    hours_per_month,
    hours_per_person,
    money,
    money_per_month,
    money_per_year,
    derived,
    na
};

// One row of the resource guide.
struct cost_row {
    std::string id;
    std::array<bool, phase_count> phases{};
    std::string person;    // "" = the owner
    bool external = false; // hours are bought: cash
    bool covered = false;  // a budget line over other rows: compared, never added
    cost_unit unit = cost_unit::na;
    std::optional<range> value;
    std::array<std::optional<range>, phase_count> per_phase;
    double persons = 1;
};

// What a value of 1 amounts to in the phase: its months, persons, or share of the phases. 0 where
// the row gives nothing (other phase, covered, derived, na).
[[nodiscard]] double row_factor(const cost_row& row, std::size_t phase, double months);
// The row's value in the phase; none without an estimate.
[[nodiscard]] std::optional<range> row_value(const cost_row& row, std::size_t phase);
[[nodiscard]] bool is_hours(cost_unit unit);

struct phase_amounts {
    double hours = 0;       // of one's own people
    double opportunity = 0; // those hours at each person's rate
    double cash = 0;        // money units, bought hours, tokens
    std::map<std::string, double> hours_by_person;
};
// rates by person; "owner" is used for whoever has none. months: length of the phase, 12 for an
// ongoing one. conversations: of the whole phase.
[[nodiscard]] phase_amounts phase_cost(std::span<const cost_row> rows, std::size_t phase,
                                       double months, const std::map<std::string, double>& rates,
                                       double conversations = 0, double per_conversation = 0);

// How sure the cost of a phase is: draws with a stream of their own, so that one row more moves no
// NPV. Keys in byte order: N, eligible, involve, `row:<id>` of rows with a range, subscription,
// turns. Rows vary independently, which understates the spread: `highest` has everything high.
struct phase_forecast {
    phase_amounts likely;
    double cash_p50 = 0;
    double cash_p80 = 0;
    double hours_p80 = 0;
    std::map<std::string, double> hours_p80_by_person;
    double highest_cash = 0;
    double highest_hours = 0;
};
inline constexpr std::uint64_t phase_seed = 43;
struct phase_traffic {
    double exposure_months = 0; // sum of exposure times months
    double months = 0;
    bool subscription_apart = false; // no row carries the subscription: it is added
};
[[nodiscard]] phase_forecast forecast_phase(std::span<const cost_row> rows, std::size_t phase,
                                            const phase_traffic& traffic,
                                            const std::map<std::string, double>& rates,
                                            const draw_case& of, int n = usual_draws);

} // namespace servery::economics
