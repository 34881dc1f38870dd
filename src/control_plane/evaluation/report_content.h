// The content of the report once, for every format: headings, sentences, tables. Thread: pure.
#pragma once

#include "control_plane/evaluation/report.h"

#include <string>
#include <vector>

namespace servery::evaluation {

struct report_table {
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
};

struct report_part {
    std::string title;
    std::vector<std::string> paragraphs;
    std::vector<std::string> points;
    report_table table; // none when head is empty
};

[[nodiscard]] std::string report_title(const report_context& about);
[[nodiscard]] std::vector<report_part> report_parts(const run_summary& run,
                                                    const report_context& about);

// run, dataset and variant by their short names
[[nodiscard]] std::string report_footer(const run_summary& run);

} // namespace servery::evaluation
