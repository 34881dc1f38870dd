// Waiting for a moment, to the millisecond: paced answers, backoff. Deadlines of I/O hang on the
// wheel instead (deadline_wheel.h). Thread: the reactor's.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/task.h"
#include "foundation/net/reactor.h"

#include <memory>

namespace servery::net {

// One waiter at a time; the timer outlives the wait.
class timer {
  public:
    explicit timer(reactor& home);
    timer(timer&&) noexcept;
    timer& operator=(timer&&) noexcept;
    ~timer();

    // true: the time passed; false: cancel() came first.
    [[nodiscard]] task<bool> wait(millis d);
    // Ends a wait; the waiter resumes from the loop, not inside this call. Harmless without one.
    void cancel() noexcept;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

[[nodiscard]] task<void> sleep_for(reactor& home, millis d);

} // namespace servery::net
