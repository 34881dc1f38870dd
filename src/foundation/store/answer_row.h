// An answer that is kept under an Idempotency-Key, so that a request that is repeated after a
// restart does its work once. Thread: plain values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <cstdint>
#include <vector>

namespace servery::store {

inline constexpr millis answers_kept{24LL * 3'600'000};

struct answer_row {
    hash32 slot{}; // keyed hash of caller, path and key
    instant at;    // of the request; a day later the row goes
    std::vector<std::uint8_t> sealed;
};

} // namespace servery::store
