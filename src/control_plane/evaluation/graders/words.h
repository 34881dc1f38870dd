// Words of a text for comparing wordings: lower case, stop words removed, stemmed (libstemmer).
// Languages en, de, fr, es, it, nl; others are compared unstemmed. Thread: any (stemmers are
// thread-local).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace servery::evaluation {

// Stems of the content words, in order; words that hold a digit are left to values.h.
[[nodiscard]] std::vector<std::string> content_stems(std::string_view text, std::string_view lang);

} // namespace servery::evaluation
