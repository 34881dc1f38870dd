// How cells become rows; shared by the readers of this folder. Thread: pure functions.
#pragma once

#include "data_plane/assistant/ingest/import_file.h"

namespace servery::assistant {

// NFC, trimmed, line ends as \n.
[[nodiscard]] std::string clean_text(std::string_view text);

// Adds the row, or a problem that says why not (no question, no answer, too long).
void add_row(import_content& out, import_row row);

[[nodiscard]] import_content read_table(const delimited_table& table, bool& question_known);
[[nodiscard]] import_content read_paste(std::string_view text);
[[nodiscard]] import_content read_markdown(std::string_view text);

// What a header names: "question", "answer", "key" …, or empty if it is not known.
[[nodiscard]] std::string_view column_role(std::string_view header);

} // namespace servery::assistant
