// Random bytes as a seam. The system source is libsodium's; the seeded one makes a rehearsal or a
// test repeatable byte for byte. Thread: both may be used from any thread; the seeded source gives
// a repeatable sequence only if its callers are ordered.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

namespace servery {

class random_source {
  public:
    virtual ~random_source() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
    [[nodiscard]] std::uint64_t u64();
    // Uniform in [0, 1) with 53 bits.
    [[nodiscard]] double unit();
    // Uniform in [0, n), n >= 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t n);
};

class system_random final : public random_source {
  public:
    void fill(std::span<std::uint8_t> out) override;
};

// splitmix64; not for secrets of a live installation.
class seeded_random final : public random_source {
  public:
    explicit seeded_random(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override;

  private:
    std::mutex mutex_;
    std::uint64_t state_;
};

} // namespace servery
