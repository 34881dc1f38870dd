// Cases from files: CSV, JSONL or a JSON list, and lists of questions with answers (FAQ). All or
// nothing: one bad row keeps nothing, unless skip_bad. Thread: pure, any thread.
#pragma once

#include "control_plane/evaluation/case.h"
#include "foundation/base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

// faq: CSV with question and answer columns, Markdown (`## question`, then the answer), or
// `Q:`/`A:` lines.
enum class case_format { csv, jsonl, faq };
BOOST_DESCRIBE_ENUM(case_format, csv, jsonl, faq)

constexpr std::size_t most_bytes = 50u << 20;
constexpr std::size_t most_cases = 100'000;
constexpr std::size_t most_field_bytes = 64u << 10;

struct import_options {
    bool skip_bad = false;
    std::string lang; // of cases that name none
};

// A question with its approved answer, as a FAQ file has it: what an assistant may be built from.
struct faq_entry {
    std::string id;
    std::string question;
    std::string answer;
};

struct imported {
    std::vector<eval_case> cases;
    std::vector<faq_entry> entries; // of a faq
    std::vector<error> rejected;    // with skip_bad; where = "row 17, column answer"
    std::string rejected_file;      // the rejected rows, same format, "" if none
};

// The format by file name and first line; none if it cannot be told.
[[nodiscard]] std::optional<case_format> guess_format(std::string_view file_name,
                                                      std::string_view text);

// Errors: eval.import.too_large (too_large), eval.import.encoding, eval.import.unsupported,
// eval.case.bad_row, eval.case.no_grader, eval.case.bad_regex (unprocessable; the first 100 faults
// in `more`, each with its row and column).
[[nodiscard]] result<imported> import_cases(std::string_view text, case_format format,
                                            const import_options& options = {});

// The same JSONL and CSV back. CSV cells that a spreadsheet would run are prefixed with '.
[[nodiscard]] std::string export_jsonl(const std::vector<eval_case>& cases);
[[nodiscard]] std::string export_csv(const std::vector<eval_case>& cases);

} // namespace servery::evaluation
