// The plan's JSON Schema (data/plan.schema.json, draft 2020-12) applied to a tree. Covers the
// keywords that file uses: $ref, type, enum, const, pattern, lengths, ranges, items, uniqueItems,
// required, properties, additionalProperties, propertyNames, anyOf, oneOf. Internal to the module.
// Thread: pure functions.
#pragma once

#include "control_plane/plan/faults.h"
#include "foundation/json/json.h"

namespace servery::plan {

void check_schema(const json::object& tree, faults& into);

// The tree with members in the order of the schema; free maps keep theirs, maps of phases follow
// the phases. Null members that the schema gives no meaning stay.
[[nodiscard]] json::object in_schema_order(const json::object& tree);

} // namespace servery::plan
