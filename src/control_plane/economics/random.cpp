#include "control_plane/economics/random.h"

#include <cmath>

namespace servery::economics {

double splitmix64::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) / 9007199254740992.0; // 2^53
}

double triangular_inverse(double u, const range& r) {
    if (r.high <= r.low) return r.low;
    const double c = (r.likely - r.low) / (r.high - r.low);
    if (u < c) return r.low + std::sqrt(u * (r.high - r.low) * (r.likely - r.low));
    return r.high - std::sqrt((1 - u) * (r.high - r.low) * (r.high - r.likely));
}

} // namespace servery::economics
