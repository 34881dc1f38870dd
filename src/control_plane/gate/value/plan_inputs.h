// What the value case of a plan is computed from: its inputs with what follows from people, tools
// and resources, the ladder as time at an exposure, and the rows of the resource guide.
// Thread: pure functions, any thread.
#pragma once

#include "control_plane/economics/phase_cost.h"
#include "control_plane/plan/document.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace servery::gate {

struct plan_inputs {
    economics::given_inputs given;
    std::map<std::string, std::string> origin; // by input: "plan", "people", "tool card" …
    std::vector<economics::segment> ladder;    // from the start of the sandbox
    std::vector<economics::cost_row> rows;     // with the training courses
    std::map<std::string, double> rates;       // an hour, by person; "owner" = whoever pays
    std::array<double, economics::phase_count> months{}; // production counts 12
    std::array<double, economics::phase_count> exposure_months{};
    bool subscription_apart = false; // no row of the guide carries the subscription
    int horizon = 12;
};

// wage_h, wage_owner, subscription, prices, set-up and training are taken from people, the chosen
// tool, sandbox rows and courses where the plan names none.
[[nodiscard]] plan_inputs inputs_of(const plan::plan_document& plan);

// The share of the whole volume that a stage serves: percent, times the share of its topics or
// regions where it names some; 0 for staff in a case for customers; in a case for staff the share
// of its groups (all groups count the same).
[[nodiscard]] double stage_exposure(const plan::document& d, const plan::stage& s);
// A phase's stages by their dwell, the last one takes the rest.
[[nodiscard]] std::vector<economics::segment> phase_segments(const plan::document& d,
                                                             plan::phase p);
// 12 for an ongoing phase.
[[nodiscard]] double phase_months(const plan::document& d, plan::phase p);

} // namespace servery::gate
