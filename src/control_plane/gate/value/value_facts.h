// What the value case says as facts that gates read. Thread: pure, any thread; 20,000 draws take
// some tens of milliseconds.
#pragma once

#include "control_plane/gate/value/value_case.h"
#include "foundation/events/fact.h"

#include <string>
#include <vector>

namespace servery::gate {

// economics.p_npv_positive: share of the draws whose forward NPV is above 0; not usable while
// inputs are missing, and then says which. economics.next_phase_forecast_p80: the cash of the next
// phase that four of five draws stay below; none in production, which has no next phase.
// asked.phase: where the project stands; none = before the sandbox.
[[nodiscard]] std::vector<events::fact> value_facts(const plan::plan_document& plan,
                                                    const value_question& asked,
                                                    std::string_view variant, instant now);

} // namespace servery::gate
