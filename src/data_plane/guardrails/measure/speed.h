// What reading costs: whole texts of about 1 KB, and streams cut like a model's tokens. Thread:
// one.
#pragma once

#include "data_plane/guardrails/screen.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::guardrails {

// Ordinary answers of `bytes` ± 16 bytes with a value here and there, seeded.
[[nodiscard]] std::vector<std::string> texts_like_answers(std::size_t count, std::size_t bytes,
                                                          std::uint64_t seed);

// {texts, bytes, whole: {p50_us, p99_us, most_us}, stream: {deltas, p50_ns, p99_ns, held_p50,
// held_p99, held_most}, clean_mb_per_s, hostile: [{text, mb_per_s}]}. Times of the wall clock.
[[nodiscard]] json::object measure_speed(const std::vector<std::string>& texts,
                                         const screen_policy& policy);

} // namespace servery::guardrails
