// Where a keyed hash goes in an unordered table. Thread: pure.
#pragma once

#include "foundation/base/hash.h"

#include <cstring>

namespace servery {

// A keyed BLAKE2b is uniform, and nobody outside can choose it: its first bytes do.
struct hash16_slot {
    std::size_t operator()(const hash16& of) const noexcept {
        std::size_t n = 0;
        std::memcpy(&n, of.data(), sizeof n);
        return n;
    }
};

} // namespace servery
