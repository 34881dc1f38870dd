// The event loop: one a core, one thread each, sockets never migrate. Everything in net/ and http/
// that says "the reactor's thread" means the thread inside run(). The loop itself (Boost.Asio over
// epoll) is hidden, so that including this costs nothing.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/net/deadline_wheel.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace servery::net {

class buffer_list;
class hangup_watch;
struct reactor_native;

using steady_time = std::chrono::steady_clock::time_point;

class reactor {
  public:
    // index: which core's reactor this is, for per-core tables of the owner.
    explicit reactor(std::size_t index = 0);
    reactor(const reactor&) = delete;
    reactor& operator=(const reactor&) = delete;
    ~reactor();

    // Turns until stop(); work posted after stop() is dropped when the reactor is destroyed.
    void run();
    // Runs what is ready now and returns; for tests that drive a reactor by hand.
    void poll();
    // Turns until `done` says true or `at_most` has passed; returns what `done` says. For tests.
    bool run_until(const std::function<bool()>& done, millis at_most = millis{5000});

    // Any thread.
    void stop() noexcept;
    void post(std::function<void()> work);
    // When the loop turned last (at most 100 ms ago on a healthy loop).
    [[nodiscard]] steady_time last_turn() const noexcept;
    [[nodiscard]] std::size_t index() const noexcept { return index_; }

    // The reactor's thread only.
    [[nodiscard]] steady_time now_steady() const noexcept;
    [[nodiscard]] deadline_wheel& wheel() noexcept;
    [[nodiscard]] buffer_list& buffers() noexcept;
    [[nodiscard]] hangup_watch& hangups() noexcept;
    // The reactor whose run() or poll() this thread is in, or null.
    [[nodiscard]] static reactor* current() noexcept;

    struct impl;
    [[nodiscard]] reactor_native& native() noexcept;

  private:
    std::size_t index_;
    std::unique_ptr<impl> impl_;
};

// Cores this process may run on (a container or a unit file may leave it fewer than there are).
[[nodiscard]] std::size_t usable_cores() noexcept;

// n reactors and their threads. Construction makes the reactors, start() the threads. The
// destructor stops and joins; sockets and coroutines must have ended before (server::drain).
class reactor_pool {
  public:
    explicit reactor_pool(std::size_t count);
    reactor_pool(const reactor_pool&) = delete;
    reactor_pool& operator=(const reactor_pool&) = delete;
    ~reactor_pool();

    [[nodiscard]] std::size_t size() const noexcept { return reactors_.size(); }
    [[nodiscard]] reactor& at(std::size_t index) noexcept { return *reactors_[index]; }
    void start();
    void stop_and_join();
    // Runs `work` on every reactor and returns when all have done it. Any thread but a reactor's.
    void on_each(const std::function<void(reactor&)>& work);

  private:
    std::vector<std::unique_ptr<reactor>> reactors_;
    std::vector<std::thread> threads_;
};

} // namespace servery::net
