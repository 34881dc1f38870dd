#include "foundation/net/tcp.h"

#include "foundation/net/native.h"

#include <boost/asio/connect.hpp>

#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace servery::net {

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// What the handlers under way share with their stream. The stream may die first: then the sinks
// are null. One thread, so the count is plain.
struct under_way {
    int references = 1;
    io_sink* reading = nullptr;
    io_sink* writing = nullptr;
};

class under_way_reference {
  public:
    explicit under_way_reference(under_way* of) noexcept : of_(of) { ++of_->references; }
    under_way_reference(under_way_reference&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)) {}
    under_way_reference(const under_way_reference& other) noexcept : of_(other.of_) {
        ++of_->references;
    }
    under_way_reference& operator=(const under_way_reference&) = delete;
    ~under_way_reference() { release(of_); }
    static void release(under_way* of) noexcept {
        if (of != nullptr && --of->references == 0) delete of;
    }
    under_way* operator->() const noexcept { return of_; }

  private:
    under_way* of_;
};

struct read_handler {
    under_way_reference shared;
    void operator()(const boost::system::error_code& ec, std::size_t bytes = 0) {
        if (auto* sink = std::exchange(shared->reading, nullptr)) sink->done(bytes, fault_of(ec));
    }
};

struct write_handler {
    under_way_reference shared;
    void operator()(const boost::system::error_code& ec) {
        if (auto* sink = std::exchange(shared->writing, nullptr)) sink->done(0, fault_of(ec));
    }
};

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
    explicit tcp_stream(tcp_socket socket) : socket_(std::move(socket)) {}
    ~tcp_stream() override {
        shared_->reading = shared_->writing = nullptr;
        under_way_reference::release(shared_);
    }

    void begin_read(std::span<char> into, io_sink& sink) override {
        shared_->reading = &sink;
        socket_.async_read_some(asio::buffer(into.data(), into.size()),
                                read_handler{under_way_reference(shared_)});
    }
    void begin_wait_readable(io_sink& sink) override {
        shared_->reading = &sink;
        socket_.async_wait(tcp_socket::wait_read, read_handler{under_way_reference(shared_)});
    }
    write_state write_now(std::span<iovec>& pieces, io_fault& fault) override {
        while (!pieces.empty()) {
            msghdr message{};
            message.msg_iov = pieces.data();
            message.msg_iovlen = pieces.size() < 1024 ? pieces.size() : 1024;
            const auto sent =
                ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent >= 0) {
                skip(pieces, static_cast<std::size_t>(sent));
                continue;
            }
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return write_state::blocked;
            fault = fault_of(boost::system::error_code(errno, boost::system::system_category()));
            return write_state::failed;
        }
        return write_state::all;
    }
    void begin_wait_writable(io_sink& sink) override {
        shared_->writing = &sink;
        socket_.async_wait(tcp_socket::wait_write, write_handler{under_way_reference(shared_)});
    }
    void cancel() noexcept override {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
    void close() noexcept override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    void reset() noexcept override {
        boost::system::error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        socket_.close(ignored);
    }
    void shutdown_send() noexcept override {
        boost::system::error_code ignored;
        socket_.shutdown(tcp_socket::shutdown_send, ignored);
    }
    int descriptor() noexcept override { return socket_.native_handle(); }

  private:
    tcp_socket socket_;
    under_way* shared_ = new under_way;
};

} // namespace

io_fault fault_of(const boost::system::error_code& ec) noexcept {
    if (!ec) return io_fault::none;
    if (ec == asio::error::eof) return io_fault::closed;
    if (ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor)
        return io_fault::cancelled;
    if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
        ec == asio::error::connection_aborted || ec == asio::error::not_connected)
        return io_fault::reset;
    if (ec == asio::error::connection_refused) return io_fault::refused;
    return io_fault::other;
}

address from_endpoint(const asio::ip::tcp::endpoint& at) {
    address out;
    out.port = at.port();
    out.v6 = at.address().is_v6();
    if (out.v6) {
        out.bytes = at.address().to_v6().to_bytes();
    } else {
        const auto four = at.address().to_v4().to_bytes();
        std::memcpy(out.bytes.data() + 12, four.data(), 4);
    }
    return out;
}

asio::ip::tcp::endpoint to_endpoint(const address& at) {
    if (at.v6) return {asio::ip::address_v6(at.bytes), at.port};
    asio::ip::address_v4::bytes_type four{};
    std::memcpy(four.data(), at.bytes.data() + 12, 4);
    return {asio::ip::address_v4(four), at.port};
}

std::unique_ptr<stream> make_tcp_stream(tcp_socket socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    return std::make_unique<tcp_stream>(std::move(socket));
}

struct listener::impl {
    impl(reactor& on, accepted then)
        : home(on), take(std::move(then)), acceptor(on.native().context.get_executor()),
          pause(on.native().context.get_executor()) {}
    reactor& home;
    accepted take;
    tcp_acceptor acceptor;
    steady_timer pause;
};

listener::listener(reactor& home, accepted take)
    : impl_(std::make_shared<impl>(home, std::move(take))) {}

listener::~listener() {
    close();
}

result<std::uint16_t> listener::open(const address& at) {
    const auto endpoint = to_endpoint(at);
    boost::system::error_code ec;
    auto& acceptor = impl_->acceptor;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.set_option(reuse_port(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(4096, ec);
    if (ec)
        return fail(error_code::unavailable, "http.listen.failed",
                    "Cannot listen on " + to_text(at) + ": " + ec.message() + ".", "--listen",
                    "Choose another address or port, or stop what uses this one.");
    return acceptor.local_endpoint(ec).port();
}

void listener::start() {
    accept_one();
}

void listener::close() noexcept {
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->pause.cancel();
}

void listener::accept_one() {
    impl_->acceptor.async_accept(
        [this, state = impl_](const boost::system::error_code& ec, tcp_socket socket) {
            if (!state->acceptor.is_open() || ec == asio::error::operation_aborted) return;
            if (!ec) {
                boost::system::error_code gone;
                const auto peer = socket.remote_endpoint(gone);
                if (!gone) state->take(make_tcp_stream(std::move(socket)), from_endpoint(peer));
                if (state->acceptor.is_open()) accept_one();
                return;
            }
            state->pause.expires_after(std::chrono::milliseconds(100));
            state->pause.async_wait([this, state](const boost::system::error_code& stopped) {
                if (!stopped && state->acceptor.is_open()) accept_one();
            });
        });
}

struct connector::impl {
    tcp_socket socket;
};

connector::connector(reactor& home)
    : impl_(new impl{tcp_socket(home.native().context.get_executor())}) {}
connector::~connector() = default;

namespace {

struct connect_op {
    tcp_socket& socket;
    asio::ip::tcp::endpoint to;
    io_fault fault = io_fault::none;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        socket.async_connect(to, [this, waiter](const boost::system::error_code& ec) {
            fault = fault_of(ec);
            waiter.resume();
        });
    }
    [[nodiscard]] io_fault await_resume() const noexcept { return fault; }
};

} // namespace

task<connect_result> connector::connect(address to) {
    connect_result out;
    out.fault = co_await connect_op{impl_->socket, to_endpoint(to)};
    if (out.fault == io_fault::none && !impl_->socket.is_open()) out.fault = io_fault::cancelled;
    if (out.fault == io_fault::none) out.connected = make_tcp_stream(std::move(impl_->socket));
    co_return out;
}

void connector::cancel() noexcept {
    boost::system::error_code ignored;
    impl_->socket.close(ignored);
}

} // namespace servery::net
