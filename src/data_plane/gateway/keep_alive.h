// Comments into a silent stream, so that nothing between us and the client gives up: one after
// every 15 s without a byte, between events only. Thread: the exchange's reactor.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/task.h"
#include "foundation/net/deadline_wheel.h"

#include <coroutine>
#include <functional>
#include <memory>

namespace servery::net {
class reactor;
}

namespace servery::gateway {

// One a stream. Its own write and the owner's never overlap: await quiet() before writing, and
// before it dies.
class keep_alive {
  public:
    // home null: never writes. `write` sends the comment.
    keep_alive(net::reactor* home, millis every, std::function<task<void>()> write);
    keep_alive(const keep_alive&) = delete;
    keep_alive& operator=(const keep_alive&) = delete;

    // Something was written: the silence begins anew.
    void touch();
    void stop();

    class until_quiet {
      public:
        explicit until_quiet(keep_alive& of) : of_(of) {}
        [[nodiscard]] bool await_ready() const noexcept { return !of_.writing_; }
        void await_suspend(std::coroutine_handle<> h) noexcept { of_.waiter_ = h; }
        void await_resume() const noexcept {}

      private:
        keep_alive& of_;
    };
    [[nodiscard]] until_quiet quiet() { return until_quiet(*this); }

  private:
    void fire();
    static task<void> run(keep_alive* self);

    millis every_;
    std::function<task<void>()> write_;
    std::unique_ptr<net::deadline> silence_;
    bool writing_ = false;
    bool stopped_ = false;
    std::coroutine_handle<> waiter_;
};

} // namespace servery::gateway
