#include "foundation/net/blocking_pool.h"

namespace servery::net {

blocking_pool::blocking_pool(std::size_t threads, std::size_t queue) : limit_(queue) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { work_loop(); });
}

blocking_pool::~blocking_pool() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

bool blocking_pool::submit(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (ending_ || queue_.size() >= limit_) return false;
        queue_.push_back(std::move(work));
    }
    ready_.notify_one();
    return true;
}

void blocking_pool::work_loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ready_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

std::unexpected<error> blocking_pool::queue_full() {
    auto fault = fail(error_code::unavailable, "server.overloaded",
                      "The server has more background work queued than it takes.", {},
                      "Try again in a second.");
    fault.error().origin = error_origin::internal;
    fault.error().retry = true;
    return fault;
}

} // namespace servery::net
