// What a project's facts have measured of the inputs of its value case. Thread: the control thread
// (reads the fact store).
#pragma once

#include "control_plane/economics/posterior.h"
#include "control_plane/gate/facts.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/reachability.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gate {

// economics::measurement as it travels between threads.
struct measured_input {
    std::string name;
    std::int64_t n = 0;
    std::int64_t good = 0;
    double mean = 0;
    double sd = 0;
    double days = 0;
    std::string source;
};
BOOST_DESCRIBE_STRUCT(measured_input, (), (name, n, good, mean, sd, days, source))
[[nodiscard]] std::vector<economics::measurement>
to_measurements(const std::vector<measured_input>& all);

// resolve from hand-overs, harm_rate from labels, N from the conversations of the last 30 days once
// the project has been open for four weeks. since: when visitors first met it; ms 0 = not yet.
[[nodiscard]] std::vector<measured_input> measured_inputs(const fact_store& facts,
                                                          std::string_view project,
                                                          std::string_view variant, instant since,
                                                          instant now);
// Where a project stands and what was measured of its inputs.
struct measured_standing {
    std::string variant;
    std::optional<plan::phase> phase;
    std::vector<measured_input> inputs;
};
[[nodiscard]] measured_standing measured_of(const gate_service& gates, std::string_view project,
                                            instant now);
// Measured rates of the plan's metrics with 20 observations or more, for the forecast of dates.
[[nodiscard]] plan::reach_knowledge knowledge_of(const fact_store& facts, std::string_view project,
                                                 std::string_view variant,
                                                 const plan::document& plan);

} // namespace servery::gate
