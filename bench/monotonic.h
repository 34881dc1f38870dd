// CLOCK_MONOTONIC in nanoseconds: the same in every process of one machine, so that a stamp made by
// the upstream can be compared with an arrival at the load generator.
#pragma once

#include <cstdint>
#include <ctime>

namespace bench {

inline std::int64_t now_ns() {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * std::int64_t{1'000'000'000} + at.tv_nsec;
}

} // namespace bench
