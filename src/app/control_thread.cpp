#include "app/control_thread.h"

#include "foundation/base/log.h"

#include <exception>
#include <future>
#include <utility>

namespace servery::app {

namespace {

// In the control plane an exception ends one piece of work, never the process.
void run_guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& e) {
        log::error("control.exception", {{"what", e.what()}});
    }
}

} // namespace

control_thread::~control_thread() {
    stop();
}

void control_thread::start(std::function<void()> tick, std::chrono::milliseconds every) {
    tick_ = std::move(tick);
    every_ = every;
    thread_ = std::thread([this] { loop(); });
}

void control_thread::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void control_thread::post(std::function<void()> work) {
    {
        const std::scoped_lock lock(mutex_);
        if (stopping_) return;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
}

void control_thread::run(const std::function<void()>& work) {
    if (on_thread()) {
        run_guarded(work);
        return;
    }
    std::promise<void> done;
    post([&] {
        run_guarded(work);
        done.set_value();
    });
    done.get_future().wait();
}

void control_thread::loop() {
    auto next_tick = std::chrono::steady_clock::now() + every_;
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            const auto ready = [this] { return stopping_ || !queue_.empty(); };
            if (tick_)
                wake_.wait_until(lock, next_tick, ready);
            else
                wake_.wait(lock, ready);
            if (!queue_.empty()) {
                work = std::move(queue_.front());
                queue_.pop_front();
            } else if (stopping_) {
                return;
            }
        }
        if (work) run_guarded(work);
        if (tick_ && std::chrono::steady_clock::now() >= next_tick) {
            run_guarded(tick_);
            next_tick = std::chrono::steady_clock::now() + every_;
        }
    }
}

} // namespace servery::app
