#include "foundation/net/tcp.h"

#include "foundation/net/native.h"

#include <boost/asio/connect.hpp>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace servery::net {

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

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
