// Base64 inside a text: what its decoded bytes hold hides the whole run. Depth 1. Thread: pure.
#pragma once

#include "data_plane/guardrails/detect/finding.h"

#include <string_view>
#include <vector>

namespace servery::guardrails {

// Adds to `found` one finding a run of 24..4,096 base64 characters whose decoded bytes are 90 %
// printable and hold a value of at least `act`. `found` stays sorted by begin.
void find_encoded(std::string_view text, int act, std::vector<finding>& found);

} // namespace servery::guardrails
