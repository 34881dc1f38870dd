// Reads a pasted text, a CSV or TSV file or a Markdown document into rows of question and answer.
// Nothing is decided here: rows become proposals in knowledge/. One bad row never fails the file.
// Thread: pure functions, any thread.
#pragma once

#include "foundation/base/result.h"
#include "foundation/events/knowledge_published.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::assistant {

enum class import_kind { paste, csv, tsv, markdown };
BOOST_DESCRIBE_ENUM(import_kind, paste, csv, tsv, markdown)

constexpr std::size_t max_import_rows = 20'000;
constexpr std::size_t max_import_bytes = 20'000'000;

// One question with its answer as the file has it; texts trimmed, valid UTF-8, NFC.
struct import_row {
    std::string unit; // "row 17", "lines 3-5", "heading 2"
    std::string key;
    std::string question;
    std::string answer;
    std::vector<std::string> variants;
    std::vector<std::string> tags;
    std::string topic;
    std::string lang;
    std::string source;
    std::string valid_from;
    std::string valid_to;
    std::string review_by;
    std::string owner;
    std::vector<std::string> audience;
    std::vector<std::pair<std::string, std::string>> extra;
};

struct import_content {
    import_kind kind = import_kind::paste;
    std::vector<import_row> rows;
    std::vector<events::import_problem> problems;
    std::int64_t units = 0; // rows, blocks or headings read
};

// The kind by name ("", "paste", "csv", "tsv", "markdown", "md") or else by the file's name;
// error knowledge.import.kind_unknown.
[[nodiscard]] result<import_kind> import_kind_of(std::string_view kind, std::string_view file_name);

// Errors: knowledge.import.too_large, knowledge.import.no_question_column,
// knowledge.import.unreadable (nothing to read in it).
[[nodiscard]] result<import_content> read_import(import_kind kind, std::string_view bytes);

// RFC 4180 rows with any of , ; tab | between the cells.
struct delimited_table {
    char delimiter = ',';
    std::vector<std::vector<std::string>> rows;
    std::vector<std::int64_t> lines; // first line of each row, from 1
    bool unterminated = false;       // a quoted cell runs to the end of the file
};
// delimiter 0 = the one with the most even column count over the first 20 rows.
[[nodiscard]] delimited_table read_delimited(std::string_view text, char delimiter = 0);

// UTF-8 as it is, UTF-16 with BOM, else Windows-1252 (windows_1252 set).
struct decoded_text {
    std::string text;
    bool windows_1252 = false;
};
[[nodiscard]] decoded_text decode_text(std::string_view bytes);

} // namespace servery::assistant
