// What stays of a row when its text has to go: ids, times, numbers and the words of closed lists;
// never what somebody wrote. Members that this code does not know are taken for text.
// Thread: pure functions.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/json/json.h"

#include <map>
#include <string_view>

namespace servery::privacy {

// Hex of visitors' and conversations' hashes, and what stands there afterwards.
using replacements = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] json::object blanked(const json::object& body, const replacements& instead);

} // namespace servery::privacy
