// A few threads for what blocks or takes over 1 ms: name look-ups, reads of the store, documents.
// Thread: submit() from any; run() is awaited on a reactor and resumes there.
#pragma once

#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/net/reactor.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace servery::net {

class blocking_pool {
  public:
    // queue: how many pieces of work may wait; beyond that submit() says false.
    explicit blocking_pool(std::size_t threads = 2, std::size_t queue = 256);
    blocking_pool(const blocking_pool&) = delete;
    blocking_pool& operator=(const blocking_pool&) = delete;
    // Finishes what is queued, then joins.
    ~blocking_pool();

    [[nodiscard]] bool submit(std::function<void()> work);

    // Runs `work` on a pool thread and gives its value back on `home`.
    // Errors: server.overloaded when the queue is full.
    template <typename Work, typename Value = std::invoke_result_t<Work>>
    [[nodiscard]] task<result<Value>> run(reactor& home, Work work) {
        co_return co_await await_callback<result<Value>>(
            [this, &home, &work](std::function<void(result<Value>)> done) {
                const bool taken = submit([&home, &work, done] {
                    auto value = std::make_shared<result<Value>>(work());
                    home.post([done, value] { done(std::move(*value)); });
                });
                if (!taken) home.post([done] { done(queue_full()); });
            });
    }

  private:
    static std::unexpected<error> queue_full();
    void work_loop();

    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> queue_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

} // namespace servery::net
