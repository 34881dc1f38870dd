// The random numbers of a forecast: splitmix64 (Steele, Lea, Flood 2014) and the inverse of the
// triangular distribution. The stream is part of the contract: two programs with one seed print
// the same quantiles. Thread: a value, one thread; functions any.
#pragma once

#include "control_plane/economics/inputs.h"

#include <cstdint>

namespace servery::economics {

class splitmix64 {
  public:
    explicit splitmix64(std::uint64_t seed) : state_(seed) {}
    // In [0, 1): the top 53 bits.
    [[nodiscard]] double next();

  private:
    std::uint64_t state_;
};

// Quantile u of the triangle; low = high gives the constant.
[[nodiscard]] double triangular_inverse(double u, const range& r);

} // namespace servery::economics
