// Finds structured personal data in one text. A text without `@`, without `.` or `:` between word
// characters and without a run of four digits costs one pass over its bytes and no allocation.
//
// The text is read through a shadow copy (shadow.h): full-width and styled digits, zero-width
// characters, HTML entities and %XX do not hide a value; offsets are those of the original.
// A value has no letter or digit directly before or after it. Context words count only among the
// five words before a value, so that a stream gives the same answer as a whole text.
// Thread: pure, any thread.
#pragma once

#include "data_plane/guardrails/detect/finding.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

struct detect_options {
    // Bit i = pii_type i is looked for.
    std::uint32_t types = (1U << pii_type_count) - 1;
    // Findings below this score are left out.
    int least_score = 1;
    // Values begin here or later; what stands before is read for its words only.
    std::size_t from = 0;
};

// At most 4 GB of valid or invalid UTF-8; invalid bytes end a value and are never part of one.
// The result is sorted by begin and free of overlaps (higher score first, then longer).
[[nodiscard]] std::vector<finding> detect(std::string_view text,
                                          const detect_options& options = {});

// One recogniser alone, as detect() runs it before overlaps are resolved; scores from 1 up.
[[nodiscard]] std::vector<finding> detect_only(pii_type type, std::string_view text);

// The form two spellings of one value share: digits only for numbers, lower case for the rest.
// Used for public values and for placeholders.
[[nodiscard]] std::string normalise(pii_type type, std::string_view value);

} // namespace servery::guardrails
