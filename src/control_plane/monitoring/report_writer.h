// Writes the monthly report from the fold: templates with values, each sentence with what stands
// behind it. Thread: pure over a constant state.
#pragma once

#include "control_plane/monitoring/calendar_month.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/monitoring/project_state.h"

#include <map>
#include <string>

namespace servery::monitoring {

[[nodiscard]] report write_report(const project_state& p, calendar_month month,
                                  const std::map<std::string, target>& targets, instant now,
                                  bool final_report);

} // namespace servery::monitoring
