// The control plane's one thread: a queue of closures and a tick. Everything that decides runs
// here, one closure at a time, so services need no locks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace servery::app {

class control_thread {
  public:
    control_thread() = default;
    control_thread(const control_thread&) = delete;
    control_thread& operator=(const control_thread&) = delete;
    ~control_thread();

    // tick: called about every `every` of real time while nothing else runs; empty = never (a
    // rehearsal ticks by itself, on its own clock).
    void start(std::function<void()> tick = {},
               std::chrono::milliseconds every = std::chrono::milliseconds(250));
    // Runs what is queued, then ends the thread. Later posts are dropped.
    void stop();

    // Any thread.
    void post(std::function<void()> work);
    // Runs `work` and returns when it is done; directly when called on the control thread itself.
    void run(const std::function<void()>& work);
    [[nodiscard]] bool on_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

  private:
    void loop();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::function<void()> tick_;
    std::chrono::milliseconds every_{250};
    std::thread thread_;
};

} // namespace servery::app
