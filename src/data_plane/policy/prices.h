// What a call costs: one function for every endpoint, streamed or not. Prices are micro-units per
// million tokens, which is pico-units per token; a cost is rounded once, half up, to nano-units.
// Thread: pure functions.
#pragma once

#include "data_plane/policy/snapshot.h"

#include <cstdint>
#include <optional>

namespace servery::policy {

// Tokens of one exchange. The input contains the cached part, as OpenAI counts.
struct token_usage {
    std::int64_t in = 0;
    std::int64_t cached = 0;
    std::int64_t out = 0;
};

// Negative numbers, or more cached than sent: not a count to be believed.
[[nodiscard]] bool plausible(const token_usage& usage);

// cost_pico = (in - cached)*in + cached*cached_price + out*out; nano = floor((pico + 500)/1000),
// 128 bits inside. A row without a price for cached input charges them as input.
[[nodiscard]] std::int64_t cost_nano(const price_row& price, const token_usage& usage);

// True for a row whose every price is zero: free, which is not the same as unpriced.
[[nodiscard]] bool is_free(const price_row& price);

// What is set aside before a call: ceil(bytes/3) input tokens and n times the output cap, at the
// given price. prompt_bytes: of the request's texts; out_max: the cap asked for, else the
// variant's, else 4096.
[[nodiscard]] std::int64_t reserve_nano(const price_row& price, std::int64_t prompt_bytes,
                                        std::int64_t answers, std::int64_t out_max);

// Tokens of a text of so many bytes, when nobody counted: ceil(bytes / 3).
[[nodiscard]] std::int64_t estimate_tokens(std::int64_t bytes);

constexpr std::int64_t default_output_tokens = 4096;

} // namespace servery::policy
