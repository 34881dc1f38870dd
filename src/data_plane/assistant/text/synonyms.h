// Words that customers of a small firm use for one another (lift and elevator, wifi and internet).
// They widen what is searched, never what was asked. Thread: pure functions; the tables are read
// once a process.
#pragma once

#include "data_plane/assistant/text/analyse.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

// Words that stand for a word or a phrase of this text, as tokens, each once; words of the text
// itself are not repeated.
[[nodiscard]] std::vector<token> synonyms_of(std::span<const token> tokens, std::string_view lang);

// The shipped groups: one a line, members parted by commas; a member may have up to three words.
[[nodiscard]] std::string_view synonym_groups(std::string_view lang);

} // namespace servery::assistant
