// A plan as a file to read: Markdown, CSV of one table, a workbook. Thread: control.
#pragma once

#include "api/control_api.h"
#include "control_plane/plan/plan_service.h"

#include <string>
#include <string_view>

namespace servery::api {

// md, csv, xlsx. ?table= names the table of a CSV.
[[nodiscard]] bool is_export_format(std::string_view format);

// With how the project stands where it is the newest revision. Errors: plan.table.unknown,
// plan.export.workbook.
[[nodiscard]] result<reply> export_plan(backend& with, const call& c, const plan::plan_view& view,
                                        std::string_view format);

} // namespace servery::api
