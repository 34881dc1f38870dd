// What a change of policy gives up. Thread: pure, any thread.
#pragma once

#include "data_plane/guardrails/screen.h"

#include <string>
#include <vector>

namespace servery::guardrails {

// Where `to` does less than `from`: a weaker action on a type of personal data, a higher threshold,
// a longer text, a weaker answer to injections, shadow instead of enforcing, a value that is no
// longer hidden. One line each, in the words of the document; empty: nothing is loosened.
[[nodiscard]] std::vector<std::string> loosened(const screen_policy& from, const screen_policy& to);

} // namespace servery::guardrails
