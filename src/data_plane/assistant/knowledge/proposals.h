// From the rows of a file to what would change in the base: new, changed or the same entries.
// Thread: pure functions.
#pragma once

#include "data_plane/assistant/ingest/import_file.h"
#include "data_plane/assistant/knowledge/project_knowledge.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

// [A-Za-z0-9._-]{1,64}
[[nodiscard]] bool is_entry_key(std::string_view key);
// A key of the question's words; `taken` tells what is in use.
[[nodiscard]] std::string key_from_question(std::string_view question,
                                            const std::set<std::string, std::less<>>& taken);
// "2026-11-25"
[[nodiscard]] bool is_date(std::string_view text);

// All faults of an entry, each with its field in `where`; empty = it may be saved.
[[nodiscard]] std::vector<error> entry_faults(const events::knowledge_entry& e);

struct proposal_list {
    std::vector<events::import_proposal> proposals;
    std::vector<events::import_problem> problems;
    std::vector<std::string> missing; // keys of entries that the file does not have
};
// Rows match entries by key, then by normalised question. `now` is empty for a first import.
[[nodiscard]] proposal_list propose_rows(const import_content& content,
                                         const project_knowledge& now,
                                         std::string_view source_title, std::string_view lang,
                                         bool sync);

// The served form of an entry.
[[nodiscard]] release_entry served_form(const events::knowledge_entry& e,
                                        std::vector<std::string> phrasings);

} // namespace servery::assistant
