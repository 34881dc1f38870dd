// Fits the two heads and what turns their logits into scores. Thread: one; the same rows and seed
// give the same bytes.
#pragma once

#include "data_plane/guardrails/detect/injection/model.h"
#include "rows.h"

#include <cstdint>
#include <vector>

namespace servery::train {

// Logistic loss, classes weighted equally, L2 1e-6, AdaGrad, five passes in seeded order; int8.
[[nodiscard]] guardrails::injection::model fit(const std::vector<row>& rows, std::uint64_t seed);

// Alpha and temperature from held rows, then thresholds: the 99.5th and 99.9th percentile of what
// ordinary held rows score in each lane, of the user lane in the group that scores highest.
void calibrate(guardrails::injection::model& m, const std::vector<row>& rows);

} // namespace servery::train
