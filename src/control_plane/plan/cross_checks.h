// What the schema cannot say: names that must exist, orders, caps, rules that fit their fact.
// Internal to the module. Thread: pure functions.
#pragma once

#include "control_plane/plan/document.h"
#include "control_plane/plan/faults.h"

namespace servery::plan {

void check_references(const document& d, faults& into);
void check_values(const document& d, const json::object& tree, faults& into);

// Groups of a stage that are staff: all of them where the use case serves staff only, else `staff`
// and names that start with `staff-` or `testers`.
[[nodiscard]] bool staff_only(const stage& s, audience_kind audience);
// A stage's audience may not exceed what its phase means: sandbox staff only; pilot staff groups or
// at most 30 % of public visitors; rollout below all of them.
[[nodiscard]] std::optional<std::string> over_cap(const stage& s, audience_kind audience);

} // namespace servery::plan
