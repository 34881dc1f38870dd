// Groups of digits that are something else: a date, a span of years, a price, a decimal, an ISBN.
// Thread: pure.
#pragma once

#include "data_plane/guardrails/detect/number_cluster.h"

#include <cstddef>
#include <string_view>

namespace servery::guardrails {

// The word before is one that a house, flat or room number follows ("Suite 680 …").
[[nodiscard]] bool after_unit_word(std::string_view text, std::size_t begin);

[[nodiscard]] bool not_a_phone(std::string_view text, const number_cluster& cluster,
                               std::size_t first, std::size_t last);

} // namespace servery::guardrails
