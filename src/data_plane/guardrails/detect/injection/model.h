// The injection model: two linear heads over hashed features.
//   attack    tries to override, extract or misuse: the score of a visitor's text
//   instruct  speaks to the assistant at all: a document has no business to. The score of a
//             document is the larger of both.
// logit = bias + Σ w·x over the features of a window; of a long text the largest window less
// alpha·ln(windows); p = 1 / (1 + exp(−logit / temperature)). Detection is one layer of several;
// what it reaches is written in docs/injection-model.md. Thread: immutable after reading; pure.
#pragma once

#include "data_plane/guardrails/detect/injection/features.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails::injection {

struct scores {
    double user = 0;     // 0..1
    double document = 0; // 0..1
};

struct thresholds {
    double flag = 1;
    double block = 1;
};

struct head {
    std::vector<std::int8_t> weights; // slot_count
    float scale = 0;                  // of one step
    float bias = 0;
    float alpha = 0;
    float temperature = 1;
};

struct model {
    head attack;
    head instruct;
    thresholds user;
    thresholds document;

    [[nodiscard]] scores score(std::string_view text) const;
    // score(text).user alone, at half the work.
    [[nodiscard]] double user_score(std::string_view text) const;
};

// File form: "SVINJ1", slot bits, both heads, thresholds; little-endian. none: not such a file.
[[nodiscard]] std::string to_bytes(const model& m);
[[nodiscard]] std::optional<model> from_bytes(std::string_view bytes);

// The model that ships, read once.
[[nodiscard]] const model& built_in();
// First 12 hex digits of the hash of its file.
[[nodiscard]] std::string_view built_in_hash();

} // namespace servery::guardrails::injection
