#include "data_plane/gateway/keep_alive.h"

#include "foundation/net/reactor.h"

#include <utility>

namespace servery::gateway {

keep_alive::keep_alive(net::reactor* home, millis every, std::function<task<void>()> write)
    : every_(every), write_(std::move(write)) {
    if (home == nullptr || every.count() <= 0) return;
    silence_ = std::make_unique<net::deadline>(home->wheel(), [this] { fire(); });
    silence_->arm(every_);
}

void keep_alive::touch() {
    if (silence_ && !stopped_) silence_->arm(every_);
}

void keep_alive::stop() {
    stopped_ = true;
    if (silence_) silence_->disarm();
}

void keep_alive::fire() {
    if (writing_ || stopped_) return;
    writing_ = true;
    start(run(this));
}

task<void> keep_alive::run(keep_alive* self) {
    co_await self->write_();
    self->writing_ = false;
    self->touch();
    if (self->waiter_) std::exchange(self->waiter_, {}).resume();
}

} // namespace servery::gateway
