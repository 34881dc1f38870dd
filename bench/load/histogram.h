// Durations in nanoseconds in logarithmic buckets of at most 0.8 % relative error: 128 steps an
// octave. Thread: one.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

class histogram {
  public:
    void add(std::int64_t ns) {
        const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
        ++cells_[cell(value)];
        ++count_;
        largest_ = std::max(largest_, value);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    // The value below which `share` (0–1) of the durations lie, ns.
    [[nodiscard]] double quantile(double share) const {
        if (count_ == 0) return 0;
        const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            seen += cells_[i];
            if (seen > rank) return middle(i);
        }
        return static_cast<double>(largest_);
    }
    [[nodiscard]] double largest() const { return static_cast<double>(largest_); }

  private:
    static constexpr std::size_t steps = 128;
    static std::size_t cell(std::uint64_t value) {
        if (value < steps) return static_cast<std::size_t>(value);
        const auto octave = static_cast<std::size_t>(std::bit_width(value)) - 8;
        return (octave + 1) * steps + static_cast<std::size_t>((value >> octave) - steps);
    }
    static double middle(std::size_t index) {
        if (index < steps) return static_cast<double>(index);
        const auto octave = index / steps - 1;
        const auto low = (std::uint64_t{index % steps} + steps) << octave;
        return static_cast<double>(low) + static_cast<double>((std::uint64_t{1} << octave) - 1) / 2;
    }
    std::array<std::uint64_t, steps * 50> cells_{};
    std::uint64_t count_ = 0;
    std::uint64_t largest_ = 0;
};

} // namespace bench
