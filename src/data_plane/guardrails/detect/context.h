// Context words: is there, among the five words before a value, one that says what it is?
// Words are compared by their beginnings, in lower case, in the languages of the first tier (en,
// de, fr, es, it, nl). Words after a value never count: a stream has not seen them yet. Thread:
// pure.
#pragma once

#include "data_plane/guardrails/detect/finding.h"

#include <cstddef>
#include <string_view>

namespace servery::guardrails {

// text: a shadow; begin: where the value starts.
[[nodiscard]] bool has_context(pii_type type, std::string_view text, std::size_t begin);

// The word that ends directly before `begin` (spaces and punctuation between are skipped), as it
// stands in the text; "" if there is none.
[[nodiscard]] std::string_view word_before(std::string_view text, std::size_t begin);

} // namespace servery::guardrails
