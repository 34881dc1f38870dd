// Value an owner's scarce hour buys: which project to do first. Thread: pure, any thread.
#pragma once

namespace servery::economics {

// p · mean(max(NPV, 0)) / (owner's hours to the first gate · months to a decidable gate), the two
// below at least 1 and .25.
[[nodiscard]] double portfolio_score(double p_positive, double mean_positive, double owner_hours,
                                     double months_to_gate);

} // namespace servery::economics
