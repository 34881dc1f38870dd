// task<T>: a lazy coroutine. It starts when it is awaited and resumes its awaiter when it ends, by
// symmetric transfer, so a chain of a thousand tasks needs no stack. It knows nothing of I/O: the
// network and the scheduler hand out awaitables. Exceptions do not cross it: they end the process,
// because no code on the data path throws.
//
// Rules for every coroutine in Servery: parameters by value; no capturing lambda coroutine; no lock
// across co_await. Thread: a task runs on the thread that resumes it, one at a time.
#pragma once

#include "foundation/base/frame_memory.h"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace servery {

template <typename T>
class task;

namespace detail {

struct final_awaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
        const auto next = done.promise().continuation;
        return next ? next : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
};

struct promise_base : pooled_frame {
    std::coroutine_handle<> continuation;
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] final_awaiter final_suspend() const noexcept { return {}; }
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

template <typename T>
struct promise final : promise_base {
    std::optional<T> value;
    task<T> get_return_object() noexcept;
    void return_value(T v) { value.emplace(std::move(v)); }
    T take() { return std::move(*value); }
};

template <>
struct promise<void> final : promise_base {
    task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const noexcept {}
};

} // namespace detail

template <typename T = void>
class [[nodiscard]] task {
  public:
    using promise_type = detail::promise<T>;
    using handle = std::coroutine_handle<promise_type>;

    task() = default;
    explicit task(handle h) noexcept : handle_(h) {}
    task(task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    task& operator=(task&& other) noexcept {
        if (this != &other) {
            destroy();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    task(const task&) = delete;
    task& operator=(const task&) = delete;
    ~task() { destroy(); }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle_.promise().continuation = awaiter;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

  private:
    void destroy() noexcept {
        if (handle_) handle_.destroy();
    }
    handle handle_;
};

namespace detail {

template <typename T>
task<T> promise<T>::get_return_object() noexcept {
    return task<T>(std::coroutine_handle<promise<T>>::from_promise(*this));
}
inline task<void> promise<void>::get_return_object() noexcept {
    return task<void>(std::coroutine_handle<promise<void>>::from_promise(*this));
}

struct detached {
    struct promise_type : pooled_frame {
        detached get_return_object() const noexcept { return {}; }
        [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
        [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

} // namespace detail

// Starts a task now, on this thread; it frees itself when it ends.
template <typename T>
detail::detached start(task<T> work) {
    co_await std::move(work);
}

// The same, with what it returned handed to `then`.
template <typename T, typename Then>
detail::detached start(task<T> work, Then then) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
        then();
    } else {
        then(co_await std::move(work));
    }
}

// callback_awaiter: turns a call with a completion callback into something to await.
//   auto r = co_await await_callback<result<int>>([&](auto done) { ask(..., done); });
// `done` must be called exactly once, on the thread the coroutine lives on (post if it is not).
template <typename T, typename Begin>
class callback_awaiter {
  public:
    explicit callback_awaiter(Begin begin) : begin_(std::move(begin)) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) {
        begin_([this, h](T value) {
            value_.emplace(std::move(value));
            h.resume();
        });
    }
    T await_resume() { return std::move(*value_); }

  private:
    Begin begin_;
    std::optional<T> value_;
};

template <typename T, typename Begin>
callback_awaiter<T, Begin> await_callback(Begin begin) {
    return callback_awaiter<T, Begin>(std::move(begin));
}

} // namespace servery
