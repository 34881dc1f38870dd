// A connected TCP socket. It hangs on Asio's epoll reactor directly instead of on an Asio socket:
// the operations are members, so that none is allocated, and a read that follows a whole message
// waits for the next edge without asking the kernel first. OPTIMIZATION: that question found
// nothing 1.3 times a relayed request (strace -c), and an allocation, a handler and its executor
// were moved four times a request.
#include "foundation/net/native.h"
#include "foundation/net/tcp.h"

#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

#include <cerrno>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace servery::net {

namespace {

using epoll_reactor = asio::detail::epoll_reactor;
using system_code = boost::system::error_code;

system_code last_error() {
    return {errno, boost::system::system_category()};
}

struct under_way;

// Waits for readability (`into` empty) or reads once.
struct read_step final : asio::detail::reactor_op {
    explicit read_step(under_way& of) : reactor_op({}, &perform, &complete), shared(of) {}
    static status perform(reactor_op* base);
    static void complete(void* owner, asio::detail::operation* base, const system_code&,
                         std::size_t);
    // False: there is nothing to read.
    bool read_now();

    under_way& shared;
    std::span<char> into;
    int descriptor = -1;
    // The last read took less than it had room for. What comes later is a new edge; only a FIN that
    // came together with those bytes shows nowhere else than in a further read.
    bool drained = false;
};

struct write_step final : asio::detail::reactor_op {
    explicit write_step(under_way& of) : reactor_op({}, &perform, &complete), shared(of) {}
    static status perform(reactor_op*) { return done; }
    static void complete(void* owner, asio::detail::operation* base, const system_code&,
                         std::size_t);

    under_way& shared;
};

// The operations under way outlive their stream: it may die first, then the sinks are null. One
// thread, so the count is plain.
struct under_way {
    int references = 1;
    io_sink* reading = nullptr;
    io_sink* writing = nullptr;
    read_step read{*this};
    write_step write{*this};

    void release() noexcept {
        if (--references == 0) delete this;
    }
};

bool read_step::read_now() {
    for (;;) {
        const auto got = ::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
        bytes_transferred_ = got > 0 ? static_cast<std::size_t>(got) : 0;
        ec_ = got > 0 ? system_code() : got == 0 ? system_code(asio::error::eof) : last_error();
        drained = bytes_transferred_ < into.size();
        return true;
    }
}

asio::detail::reactor_op::status read_step::perform(reactor_op* base) {
    auto* self = static_cast<read_step*>(base);
    if (self->into.empty()) return done;
    if (!self->read_now()) return not_done;
    return self->drained ? done_and_exhausted : done;
}

// owner null: the loop ends without running what is left.
void read_step::complete(void* owner, asio::detail::operation* base, const system_code&,
                         std::size_t) {
    auto* self = static_cast<read_step*>(base);
    auto& shared = self->shared;
    const auto ec = self->ec_;
    const auto bytes = self->bytes_transferred_;
    auto* sink = std::exchange(shared.reading, nullptr);
    if (owner != nullptr && sink != nullptr) sink->done(bytes, fault_of(ec));
    shared.release();
}

void write_step::complete(void* owner, asio::detail::operation* base, const system_code&,
                          std::size_t) {
    auto* self = static_cast<write_step*>(base);
    auto& shared = self->shared;
    const auto ec = self->ec_;
    auto* sink = std::exchange(shared.writing, nullptr);
    if (owner != nullptr && sink != nullptr) sink->done(0, fault_of(ec));
    shared.release();
}

void skip(std::span<iovec>& pieces, std::size_t bytes) noexcept {
    while (!pieces.empty() && bytes >= pieces.front().iov_len) {
        bytes -= pieces.front().iov_len;
        pieces = pieces.subspan(1);
    }
    if (bytes == 0) return;
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + bytes;
    pieces.front().iov_len -= bytes;
}

class tcp_stream final : public stream {
  public:
    explicit tcp_stream(tcp_socket socket)
        : loop_(asio::use_service<epoll_reactor>(
              asio::query(socket.get_executor(), asio::execution::context))) {
        system_code ec;
        descriptor_ = socket.release(ec);
        int on = 1;
        ::ioctl(descriptor_, FIONBIO, &on);
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        shared_->read.descriptor = descriptor_;
        // A socket that cannot be registered fails at its first operation.
        if (loop_.register_descriptor(descriptor_, registered_) != 0) close();
    }
    ~tcp_stream() override {
        shared_->reading = shared_->writing = nullptr;
        close();
        shared_->release();
    }

    void begin_read(std::span<char> into, io_sink& sink, expect what) override {
        auto& step = begin_reading(into, sink);
        if (what == expect::more && step.drained && registered_ != nullptr && step.read_now()) {
            loop_.post_immediate_completion(&step, false);
            return;
        }
        loop_.start_op(epoll_reactor::read_op, descriptor_, registered_, &step, false, true);
    }
    void begin_wait_readable(io_sink& sink) override {
        auto& step = begin_reading({}, sink);
        loop_.start_op(epoll_reactor::read_op, descriptor_, registered_, &step, false, false);
    }
    write_state write_now(std::span<iovec>& pieces, io_fault& fault) override {
        while (!pieces.empty()) {
            msghdr message{};
            message.msg_iov = pieces.data();
            message.msg_iovlen = pieces.size() < 1024 ? pieces.size() : 1024;
            const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent >= 0) {
                skip(pieces, static_cast<std::size_t>(sent));
                continue;
            }
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return write_state::blocked;
            fault = fault_of(last_error());
            return write_state::failed;
        }
        return write_state::all;
    }
    void begin_wait_writable(io_sink& sink) override {
        shared_->writing = &sink;
        ++shared_->references;
        auto& step = shared_->write;
        step.ec_ = {};
        loop_.start_op(epoll_reactor::write_op, descriptor_, registered_, &step, false, false);
    }
    void cancel() noexcept override { loop_.cancel_ops(descriptor_, registered_); }
    void close() noexcept override {
        if (descriptor_ < 0) return;
        loop_.deregister_descriptor(descriptor_, registered_, true);
        ::close(std::exchange(descriptor_, -1));
        loop_.cleanup_descriptor_data(registered_);
    }
    void reset() noexcept override {
        const linger hard{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    void shutdown_send() noexcept override { ::shutdown(descriptor_, SHUT_WR); }
    int descriptor() noexcept override { return descriptor_; }

  private:
    read_step& begin_reading(std::span<char> into, io_sink& sink) {
        shared_->reading = &sink;
        ++shared_->references;
        auto& step = shared_->read;
        step.into = into;
        step.ec_ = {};
        step.bytes_transferred_ = 0;
        return step;
    }

    epoll_reactor& loop_;
    epoll_reactor::per_descriptor_data registered_ = nullptr;
    int descriptor_ = -1;
    under_way* shared_ = new under_way;
};

} // namespace

std::unique_ptr<stream> make_tcp_stream(tcp_socket socket) {
    return std::make_unique<tcp_stream>(std::move(socket));
}

} // namespace servery::net
