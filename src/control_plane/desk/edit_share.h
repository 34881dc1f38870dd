// How much of a draft was changed. Thread: pure functions.
#pragma once

#include <string_view>

namespace servery::desk {

// Edit distance (Levenshtein) in code points over the length of the longer text; 0 = the same,
// 1 = nothing left. Both texts valid UTF-8.
[[nodiscard]] double edit_share(std::string_view before, std::string_view after);

} // namespace servery::desk
