#include "foundation/base/random.h"

#include <sodium.h>

#include <cstring>

namespace servery {

std::uint64_t random_source::u64() {
    std::uint64_t value = 0;
    fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    return value;
}

double random_source::unit() {
    return static_cast<double>(u64() >> 11) * 0x1.0p-53;
}

std::uint64_t random_source::below(std::uint64_t n) {
    // Rejection keeps every value equally likely.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % n;
    std::uint64_t value = u64();
    while (value >= limit)
        value = u64();
    return value % n;
}

void system_random::fill(std::span<std::uint8_t> out) {
    randombytes_buf(out.data(), out.size());
}

void seeded_random::fill(std::span<std::uint8_t> out) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t at = 0; at < out.size(); at += 8) {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        z ^= z >> 31;
        std::memcpy(out.data() + at, &z, std::min<std::size_t>(8, out.size() - at));
    }
}

} // namespace servery
