// A connected byte stream, plain or TLS, for the HTTP server and client. At most one read (or wait
// for readability) and one write are under way at a time. Destroying a stream closes it and forgets
// what is under way: its sink is not called any more. Thread: the reactor's.
#pragma once

#include "foundation/net/deadline_wheel.h"

#include <coroutine>
#include <cstddef>
#include <memory>
#include <span>
#include <sys/uio.h>

namespace servery::net {

// closed: FIN. reset: RST, or writing to a peer that is gone. cancelled: our own close() or
// cancel(). refused: nobody listens. tls: handshake, certificate or record. other: the rest.
enum class io_fault : unsigned char { none, closed, reset, cancelled, refused, tls, other };

// Where a completion goes. Called from the loop, never inside the call that began the operation.
class io_sink {
  public:
    virtual void done(std::size_t bytes, io_fault fault) = 0;

  protected:
    ~io_sink() = default;
};

// What a reader knows of its peer. more: in the middle of a message, so that an end may already be
// here. message: the last one is whole, so that whatever comes next comes by itself; then the
// kernel is not asked whether it is here already (a FIN that came with the last bytes is seen only
// when the connection is used again).
enum class expect : unsigned char { more, message };

enum class write_state : unsigned char { all, blocked, failed };

class stream {
  public:
    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    virtual ~stream() = default;

    // Reads what is there, at least one byte; FIN is the fault `closed`.
    virtual void begin_read(std::span<char> into, io_sink& sink, expect what) = 0;
    // Waits until a read would not block; holds no buffer.
    virtual void begin_wait_readable(io_sink& sink) = 0;
    // Writes as much as the kernel takes and moves `pieces` on. After `blocked`: wait, call again.
    virtual write_state write_now(std::span<iovec>& pieces, io_fault& fault) = 0;
    virtual void begin_wait_writable(io_sink& sink) = 0;

    // Ends what is under way as cancelled; the stream stays open.
    virtual void cancel() noexcept = 0;
    // Ends what is under way as cancelled and closes; the peer sees a FIN.
    virtual void close() noexcept = 0;
    // The same; the peer sees a RST.
    virtual void reset() noexcept = 0;
    // FIN to the peer; reading goes on.
    virtual void shutdown_send() noexcept = 0;
    [[nodiscard]] virtual int descriptor() noexcept = 0;
};

struct read_result {
    std::size_t bytes = 0;
    io_fault fault = io_fault::none;
};

// co_await read(from, buffer, what)
class read_op final : io_sink {
  public:
    read_op(stream& from, std::span<char> into, expect what)
        : from_(from), into_(into), what_(what) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        from_.begin_read(into_, *this, what_);
    }
    [[nodiscard]] read_result await_resume() const noexcept { return out_; }

  private:
    void done(std::size_t bytes, io_fault fault) override {
        out_ = {bytes, fault};
        waiter_.resume();
    }
    stream& from_;
    std::span<char> into_;
    expect what_;
    std::coroutine_handle<> waiter_;
    read_result out_;
};

// co_await wait_readable(from): none, or why not.
class wait_readable_op final : io_sink {
  public:
    explicit wait_readable_op(stream& from) : from_(from) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        from_.begin_wait_readable(*this);
    }
    [[nodiscard]] io_fault await_resume() const noexcept { return fault_; }

  private:
    void done(std::size_t, io_fault fault) override {
        fault_ = fault;
        waiter_.resume();
    }
    stream& from_;
    std::coroutine_handle<> waiter_;
    io_fault fault_ = io_fault::none;
};

// co_await wait_writable(to): none, or why not.
class wait_writable_op final : io_sink {
  public:
    explicit wait_writable_op(stream& to) : to_(to) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        to_.begin_wait_writable(*this);
    }
    [[nodiscard]] io_fault await_resume() const noexcept { return fault_; }

  private:
    void done(std::size_t, io_fault fault) override {
        fault_ = fault;
        waiter_.resume();
    }
    stream& to_;
    std::coroutine_handle<> waiter_;
    io_fault fault_ = io_fault::none;
};

// co_await write_all(to, pieces, stall, after): none when the kernel has every byte. Usually done
// at once, without suspending. While it waits for the peer, `stall` is armed with `after`, anew for
// each piece of progress; its action should close the stream.
class write_op final : io_sink {
  public:
    write_op(stream& to, std::span<iovec> pieces, deadline* stall, millis after)
        : to_(to), pieces_(pieces), stall_(stall), after_(after) {}
    [[nodiscard]] bool await_ready() {
        state_ = to_.write_now(pieces_, fault_);
        return state_ != write_state::blocked;
    }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        wait();
    }
    [[nodiscard]] io_fault await_resume() noexcept {
        if (stall_ != nullptr && waiter_) stall_->disarm();
        return fault_;
    }

  private:
    void wait() {
        if (stall_ != nullptr) stall_->arm(after_);
        to_.begin_wait_writable(*this);
    }
    void done(std::size_t, io_fault fault) override {
        fault_ = fault;
        if (fault == io_fault::none) {
            state_ = to_.write_now(pieces_, fault_);
            if (state_ == write_state::blocked) {
                wait();
                return;
            }
        }
        waiter_.resume();
    }
    stream& to_;
    std::span<iovec> pieces_;
    deadline* stall_;
    millis after_;
    std::coroutine_handle<> waiter_;
    write_state state_ = write_state::all;
    io_fault fault_ = io_fault::none;
};

[[nodiscard]] inline read_op read(stream& from, std::span<char> into, expect what = expect::more) {
    return {from, into, what};
}
[[nodiscard]] inline wait_readable_op wait_readable(stream& from) {
    return wait_readable_op(from);
}
[[nodiscard]] inline wait_writable_op wait_writable(stream& to) {
    return wait_writable_op(to);
}
[[nodiscard]] inline write_op write_all(stream& to, std::span<iovec> pieces,
                                        deadline* stall = nullptr, millis after = {}) {
    return {to, pieces, stall, after};
}

} // namespace servery::net
