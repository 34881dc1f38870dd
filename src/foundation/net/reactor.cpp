#include "foundation/net/reactor.h"

#include "foundation/net/native.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <latch>
#include <sched.h>
#include <thread>

namespace servery::net {

namespace {

thread_local reactor* running_here = nullptr;

// A write to a peer that is gone is an error value here, never a signal (OpenSSL writes without
// MSG_NOSIGNAL).
void ignore_broken_pipes() {
    static const auto once = std::signal(SIGPIPE, SIG_IGN);
    static_cast<void>(once);
}

struct running_mark {
    explicit running_mark(reactor* now) : before(running_here) { running_here = now; }
    ~running_mark() { running_here = before; }
    running_mark(const running_mark&) = delete;
    running_mark& operator=(const running_mark&) = delete;
    reactor* before;
};

} // namespace

struct reactor::impl {
    deadline_wheel wheel;
    buffer_list buffers;
    reactor_native native;
    hangup_watch hangups{native};
    steady_timer ticker{native.context.get_executor()};
    steady_time born = std::chrono::steady_clock::now();
    std::atomic<steady_time::rep> turned{born.time_since_epoch().count()};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
        native.context.get_executor()};

    void tick() {
        ticker.expires_after(deadline_wheel::tick);
        ticker.async_wait([this](const boost::system::error_code& ec) {
            if (ec) return;
            turn();
            tick();
        });
    }
    void turn() {
        const auto now = std::chrono::steady_clock::now();
        turned.store(now.time_since_epoch().count(), std::memory_order_relaxed);
        wheel.advance_to(std::chrono::duration_cast<millis>(now - born));
    }
};

reactor::reactor(std::size_t index) : index_(index) {
    ignore_broken_pipes();
    impl_ = std::make_unique<impl>();
    impl_->tick();
}

reactor::~reactor() = default;

void reactor::run() {
    const running_mark mark(this);
    impl_->native.context.run();
}

void reactor::poll() {
    const running_mark mark(this);
    impl_->native.context.restart();
    impl_->native.context.poll();
}

bool reactor::run_until(const std::function<bool()>& done, millis at_most) {
    const running_mark mark(this);
    const auto end = std::chrono::steady_clock::now() + at_most;
    impl_->native.context.restart();
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        impl_->native.context.run_one_until(end);
    }
    return true;
}

void reactor::stop() noexcept {
    impl_->native.context.stop();
}

void reactor::post(std::function<void()> work) {
    asio::post(impl_->native.context, std::move(work));
}

steady_time reactor::last_turn() const noexcept {
    return steady_time(steady_time::duration(impl_->turned.load(std::memory_order_relaxed)));
}

steady_time reactor::now_steady() const noexcept {
    return std::chrono::steady_clock::now();
}
deadline_wheel& reactor::wheel() noexcept {
    return impl_->wheel;
}
buffer_list& reactor::buffers() noexcept {
    return impl_->buffers;
}
hangup_watch& reactor::hangups() noexcept {
    return impl_->hangups;
}
reactor_native& reactor::native() noexcept {
    return impl_->native;
}
reactor* reactor::current() noexcept {
    return running_here;
}

std::size_t usable_cores() noexcept {
    cpu_set_t mine;
    if (::sched_getaffinity(0, sizeof mine, &mine) != 0)
        return std::max(1U, std::thread::hardware_concurrency());
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&mine)));
}

reactor_pool::reactor_pool(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        reactors_.push_back(std::make_unique<reactor>(i));
}

reactor_pool::~reactor_pool() {
    stop_and_join();
}

void reactor_pool::start() {
    if (!threads_.empty()) return;
    for (auto& each : reactors_)
        threads_.emplace_back([&each] { each->run(); });
}

void reactor_pool::stop_and_join() {
    for (auto& each : reactors_)
        each->stop();
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
}

void reactor_pool::on_each(const std::function<void(reactor&)>& work) {
    std::latch all(static_cast<std::ptrdiff_t>(reactors_.size()));
    for (auto& each : reactors_)
        each->post([&] {
            work(*each);
            all.count_down();
        });
    all.wait();
}

} // namespace servery::net
