// What the injection model sees of a text: words, pairs and triples of words, and windows of five
// characters, hashed to slots. Training and serving use this one function. Thread: pure.
//
//   text     shadow copy, lower case, everything that is no letter or digit counts as one blank
//   windows  of 64 words for attacks, of 24 for instructions: one sentence inside a long document
//   is
//            not thinned out by what stands around it
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails::injection {

constexpr unsigned slot_bits = 18;
constexpr std::uint32_t slot_count = 1U << slot_bits;

// A distinct slot of a window; negative: its value counts negative (a sign hash spreads
// collisions).
struct feature {
    std::uint32_t slot = 0;
    bool negative = false;
};

// The form that is read: words and marks that attacks are made of, one blank between.
[[nodiscard]] std::string reading_form(std::string_view text);

struct window_shape {
    std::size_t words = 0;
    std::size_t step = 0;
};
constexpr window_shape attack_shape{.words = 64, .step = 32};
constexpr window_shape instruct_shape{.words = 24, .step = 12};

// The windows of a reading form, as views into it; at least one.
[[nodiscard]] std::vector<std::string_view> windows(std::string_view form, window_shape shape);

// Distinct features of one window; each weighs 1 / sqrt(count). `out` is overwritten.
void features(std::string_view window, std::vector<feature>& out);

} // namespace servery::guardrails::injection
