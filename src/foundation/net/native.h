// The Asio side of a reactor, for the few sources in net/ that open sockets. Never included by a
// header.
#pragma once

#include "foundation/net/address.h"
#include "foundation/net/buffer_list.h"
#include "foundation/net/hangup_watch.h"
#include "foundation/net/reactor.h"
#include "foundation/net/stream.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <optional>

namespace servery::net {

namespace asio = boost::asio;

struct reactor_native {
    // One thread turns it: descriptors need no locks, only post() from elsewhere does.
    asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
};

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
using steady_timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                                asio::wait_traits<std::chrono::steady_clock>,
                                                asio::io_context::executor_type>;

[[nodiscard]] io_fault fault_of(const boost::system::error_code& ec) noexcept;
[[nodiscard]] address from_endpoint(const asio::ip::tcp::endpoint& at);
[[nodiscard]] asio::ip::tcp::endpoint to_endpoint(const address& at);
[[nodiscard]] std::unique_ptr<stream> make_tcp_stream(tcp_socket socket);

} // namespace servery::net
