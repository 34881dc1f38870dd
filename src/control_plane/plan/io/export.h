// The tables of a plan as files. Equal plans give equal bytes, but for the workbook's compression.
// Pure but for `workbook`, which may block: the library builds its parts in temporary files.
// Thread: any.
#pragma once

#include "control_plane/plan/io/sheets.h"

#include <string>

namespace servery::plan {

// One document with a heading a table; `now` is told at its end.
[[nodiscard]] std::string to_markdown(const document& plan, const live_status* now = nullptr);

// One table, RFC 4180 with a byte order mark, so that spreadsheets read it as UTF-8. A cell that a
// spreadsheet would take for a formula gets one more leading apostrophe.
[[nodiscard]] std::string to_csv(const sheet& from);

// A workbook with a sheet for each table. Errors: plan.export.workbook (internal).
[[nodiscard]] result<std::string> to_workbook(const document& plan,
                                              const live_status* now = nullptr);

// One table for a terminal of `width` columns: cells wrap.
[[nodiscard]] std::string to_terminal(const sheet& from, int width);

} // namespace servery::plan
