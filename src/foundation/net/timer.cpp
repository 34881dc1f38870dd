#include "foundation/net/timer.h"

#include "foundation/net/native.h"

namespace servery::net {

struct timer::impl {
    steady_timer clock;
};

timer::timer(reactor& home) : impl_(new impl{steady_timer(home.native().context.get_executor())}) {}
timer::timer(timer&&) noexcept = default;
timer& timer::operator=(timer&&) noexcept = default;
timer::~timer() = default;

namespace {

struct timer_wait {
    steady_timer& clock;
    bool passed = false;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        clock.async_wait([this, waiter](const boost::system::error_code& ec) {
            passed = !ec;
            waiter.resume();
        });
    }
    [[nodiscard]] bool await_resume() const noexcept { return passed; }
};

} // namespace

task<bool> timer::wait(millis d) {
    impl_->clock.expires_after(d);
    co_return co_await timer_wait{impl_->clock};
}

void timer::cancel() noexcept {
    impl_->clock.cancel();
}

task<void> sleep_for(reactor& home, millis d) {
    timer once(home);
    co_await once.wait(d);
}

} // namespace servery::net
