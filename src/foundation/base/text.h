// UTF-8 text: validity, NFC, case, lengths in code points. Built on ICU. Thread: pure functions.
#pragma once

#include "foundation/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery {

[[nodiscard]] bool is_utf8(std::string_view text);
// Number of code points; the text must be valid UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view text);
// Unicode NFC; invalid bytes become U+FFFD.
[[nodiscard]] std::string to_nfc(std::string_view text);
// NFKC with case folding (ICU nfkc_cf): how texts are compared for equality of wording.
[[nodiscard]] std::string fold(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string lower_ascii(std::string_view text);
[[nodiscard]] bool equal_ignoring_ascii_case(std::string_view a, std::string_view b);
// HTML text: & < > " ' as entities.
[[nodiscard]] std::string escape_html(std::string_view text);
// The name in `names` nearest to `text` by edit distance, at most 3 away; empty if none.
[[nodiscard]] std::string nearest_name(std::string_view text,
                                       const std::vector<std::string>& names);

} // namespace servery
