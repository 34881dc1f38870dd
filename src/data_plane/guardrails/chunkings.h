// Shows that a stream sees what a whole text shows: the same texts cut at random places, compared
// with the whole. Used by the tests and by `servery guard eval --chunkings N`. Thread: pure.
#pragma once

#include "data_plane/guardrails/screen.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

// A text's pieces, views into it.
[[nodiscard]] std::vector<std::string_view> pieces_of(std::string_view text, const chunking& cut);

// Everything that must not depend on the cuts, as one text: the output, then each finding.
[[nodiscard]] std::string read_whole(std::string_view text, const screen_policy& policy, lane from);
[[nodiscard]] std::string read_pieces(const std::vector<std::string_view>& pieces,
                                      const screen_policy& policy, lane from);
[[nodiscard]] std::string read_bytes(std::string_view text, const screen_policy& policy, lane from);

// Texts of at most 200 bytes with values of every kind beside what surrounds them in real texts.
[[nodiscard]] const std::vector<std::string>& short_texts();

struct chunking_report {
    std::uint64_t chunkings = 0;
    std::uint64_t texts = 0;
    std::uint64_t with_findings = 0; // chunkings of texts that hold a value
    std::uint64_t different = 0;
    std::string first_difference;
};

// Cuts generated texts, and `also` (may be empty), `count` times in all, seeded.
[[nodiscard]] chunking_report compare_chunkings(std::uint64_t count, std::uint64_t seed,
                                                const screen_policy& policy,
                                                const std::vector<std::string>& also = {});

} // namespace servery::guardrails
