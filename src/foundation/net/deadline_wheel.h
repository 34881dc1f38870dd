// Coarse deadlines, one wheel a reactor: 100 ms ticks, O(1) to arm and disarm, no timer and no
// system call an operation. A deadline fires between its time and 100 ms after it, never before.
// Thread: the reactor that turns the wheel.
#pragma once

#include "foundation/base/clock.h"

#include <array>
#include <cstdint>
#include <functional>

namespace servery::net {

class deadline_wheel;

// One deadline; owned by whatever it guards and disarmed when that dies. The action runs at most
// once an arming and may arm again, disarm others, or destroy its own deadline's owner's socket,
// but not the deadline itself.
class deadline {
  public:
    deadline(deadline_wheel& wheel, std::function<void()> action)
        : wheel_(wheel), action_(std::move(action)) {}
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;
    ~deadline() { disarm(); }

    // Arms, or moves an armed deadline. `after` <= 0 fires at the next tick.
    void arm(millis after);
    void disarm() noexcept;
    [[nodiscard]] bool armed() const noexcept { return next_ != nullptr; }

  private:
    friend class deadline_wheel;
    deadline_wheel& wheel_;
    std::function<void()> action_;
    deadline* previous_ = nullptr;
    deadline* next_ = nullptr;
    std::uint64_t due_tick_ = 0;
};

class deadline_wheel {
  public:
    static constexpr millis tick{100};

    deadline_wheel();
    deadline_wheel(const deadline_wheel&) = delete;
    deadline_wheel& operator=(const deadline_wheel&) = delete;
    ~deadline_wheel();

    // Turns the wheel to `elapsed` since its creation; fires what is due, in order of ticks. The
    // reactor calls this; a test calls it instead of sleeping.
    void advance_to(millis elapsed);
    [[nodiscard]] std::size_t armed() const noexcept { return armed_; }

  private:
    friend class deadline;
    static constexpr std::size_t slots = 1024;

    void link(deadline& node) noexcept;
    void unlink(deadline& node) noexcept;
    void fire_slot(std::uint64_t at_tick);

    std::array<deadline*, slots> heads_{};
    std::uint64_t now_tick_ = 0;
    std::size_t armed_ = 0;
};

} // namespace servery::net
