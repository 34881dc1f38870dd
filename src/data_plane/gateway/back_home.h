// Awaiting a call whose callback comes on another thread, such as the conversation book's: the
// coroutine goes on where it lives.
#pragma once

#include "foundation/base/task.h"
#include "foundation/net/reactor.h"

#include <functional>
#include <memory>
#include <utility>

namespace servery::gateway {

// begin(done): starts the call; `done` may be called from any thread, once. Without a reactor it
// must be called at once, on this thread (tests).
template <typename T, typename Begin>
[[nodiscard]] auto await_elsewhere(net::reactor* home, Begin begin) {
    return await_callback<T>([home, begin = std::move(begin)](auto resume) mutable {
        begin([home, resume](T value) {
            if (home == nullptr) {
                resume(std::move(value));
                return;
            }
            auto kept = std::make_shared<T>(std::move(value));
            home->post([resume, kept]() mutable { resume(std::move(*kept)); });
        });
    });
}

} // namespace servery::gateway
