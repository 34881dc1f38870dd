// A plan as tables for a terminal. Pure. Thread: any.
#pragma once

#include "control_plane/plan/document.h"

#include <string>
#include <string_view>

namespace servery::plan {

enum class table { roadmap, checklist, resources, metrics, money };
BOOST_DESCRIBE_ENUM(table, roadmap, checklist, resources, metrics, money)

// Columns of the mission's templates; cells wrap to the width.
[[nodiscard]] std::string show(const document& plan, table which, int width = 100);

} // namespace servery::plan
