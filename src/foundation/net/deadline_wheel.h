// Coarse deadlines, one wheel a reactor: 100 ms ticks, O(1) to arm and disarm, no timer and no
// system call an operation. A deadline fires at most 200 ms after its time, never before it.
// Thread: the reactor that turns the wheel.
#pragma once

#include "foundation/base/clock.h"

#include <array>
#include <cstdint>
#include <functional>

namespace servery::net {

class deadline_wheel;

// A place in a circular list; alone it points at itself.
struct wheel_link {
    wheel_link* previous = this;
    wheel_link* next = this;
};

// One deadline; owned by whatever it guards and disarmed when that dies. The action runs once an
// arming; it may arm again and disarm others, but must not destroy its own deadline.
class deadline : private wheel_link {
  public:
    deadline(deadline_wheel& wheel, std::function<void()> action)
        : wheel_(wheel), action_(std::move(action)) {}
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;
    ~deadline() { disarm(); }

    // Arms, or moves an armed deadline. `after` <= 0 fires at the next tick.
    void arm(millis after);
    void disarm() noexcept;
    [[nodiscard]] bool armed() const noexcept { return next != this; }

  private:
    friend class deadline_wheel;
    deadline_wheel& wheel_;
    std::function<void()> action_;
    std::uint64_t due_tick_ = 0;
};

class deadline_wheel {
  public:
    static constexpr millis tick{100};

    deadline_wheel() = default;
    deadline_wheel(const deadline_wheel&) = delete;
    deadline_wheel& operator=(const deadline_wheel&) = delete;
    // Forgets what is still armed; nothing fires.
    ~deadline_wheel();

    // Turns the wheel to `elapsed` since its creation and fires what is due, tick by tick. The
    // reactor calls this; a test calls it instead of sleeping.
    void advance_to(millis elapsed);
    [[nodiscard]] std::size_t armed() const noexcept { return armed_; }

  private:
    friend class deadline;
    static constexpr std::size_t slots = 1024;

    void fire(std::uint64_t at_tick);

    std::array<wheel_link, slots> slots_{};
    std::uint64_t now_tick_ = 0;
    std::size_t armed_ = 0;
};

} // namespace servery::net
