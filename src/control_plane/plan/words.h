// Numbers and targets of a plan as people read them. Pure. Thread: any.
#pragma once

#include "control_plane/plan/document.h"

#include <string>

namespace servery::plan {

// "85 %" of a share, "300 s", "5" of a count.
[[nodiscard]] std::string quantity_words(double value, const std::string& unit);

// ">= 85 % shown at 95 % confidence".
[[nodiscard]] std::string target_words(const metric& m, const target& t);

} // namespace servery::plan
