// RFC 4180 tables: delimiter by the header line, quotes, line breaks inside fields, BOM, CR LF.
// Thread: pure.
#pragma once

#include "foundation/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

struct csv_row {
    std::size_t line = 0; // of the file, from 1
    std::vector<std::string> cells;
    std::string raw; // as it stands in the file, without its line end
};

struct csv_table {
    char delimiter = ',';
    std::string header_line;
    std::vector<std::string> columns; // lower case, trimmed
    std::vector<csv_row> rows;        // blank lines are left out
};

// Errors: eval.case.bad_row (a quote that never ends, an empty file).
[[nodiscard]] result<csv_table> read_csv(std::string_view text);

// A cell as CSV; what a spreadsheet would run is prefixed with '.
[[nodiscard]] std::string csv_cell(std::string_view text);

} // namespace servery::evaluation
