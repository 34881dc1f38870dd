#include "app/pending_work.h"

namespace servery::app {

std::shared_ptr<void> pending_work::begin() {
    {
        const std::scoped_lock lock(mutex_);
        ++running_;
    }
    return {this, [](pending_work* self) {
                // Notified under the lock: who waits may destroy this object as soon as it sees 0.
                const std::scoped_lock lock(self->mutex_);
                if (--self->running_ == 0) self->ended_.notify_all();
            }};
}

void pending_work::wait_for_none() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
}

} // namespace servery::app
