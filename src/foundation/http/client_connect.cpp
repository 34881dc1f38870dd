// From an upstream's name to a connection: look-up, check, connect, TLS.
#include "foundation/http/client_call.h"

#include <utility>

namespace servery::http {

struct client_call::impl::lookup_wait {
    std::shared_ptr<lookup> on;
    [[nodiscard]] bool await_ready() const noexcept { return on->answer.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { on->waiter = waiter; }
    [[nodiscard]] addresses await_resume() const { return std::move(*on->answer); }
};

task<client_call::impl::addresses> client_call::impl::resolve() {
    const auto& to = bucket_.address;
    lookup_ = std::make_shared<lookup>();
    servery::start(bucket_.names.resolve(bucket_.home, to.host, to.port, to.reach),
                   [state = lookup_](addresses found) {
                       if (state->answer) return;
                       state->answer = std::move(found);
                       if (state->waiter) state->waiter.resume();
                   });
    const lookup_wait wait{lookup_};
    auto found = co_await wait;
    lookup_.reset();
    co_return found;
}

task<status> client_call::impl::connect() {
    const auto& deadlines = request_.deadlines;
    arm(deadlines.connect, client_fault::connect_timeout);
    auto found = co_await resolve();
    if (!ended_by_.empty()) co_return fault(net::io_fault::cancelled);
    if (!found) {
        const bool refused = found.error().id == "net.address.refused";
        auto out = fault_named(refused ? client_fault::refused_address : client_fault::resolve,
                               found.error().message);
        out.error().remedy = found.error().remedy;
        if (refused) {
            out.error().code = error_code::refused;
            out.error().origin = error_origin::internal;
            out.error().retry = false;
        }
        co_return out;
    }
    net::connect_result made;
    for (const auto& each : *found) {
        connector_.emplace(bucket_.home);
        made = co_await connector_->connect(each);
        connector_.reset();
        if (made.connected || !ended_by_.empty()) break;
    }
    if (!ended_by_.empty()) co_return fault(net::io_fault::cancelled);
    if (!made.connected)
        co_return fault_named(client_fault::connect, made.fault == net::io_fault::refused
                                                         ? "The upstream refuses connections."
                                                         : "The upstream cannot be reached.");
    if (bucket_.address.tls) co_return co_await secure(std::move(made.connected));
    connection_ = bucket_.adopt(std::move(made.connected));
    co_return status{};
}

task<status> client_call::impl::secure(std::unique_ptr<net::stream> plain) {
    if (!bucket_.tls) {
        auto settings = net::tls_context::for_client(bucket_.address.ca_file);
        if (!settings) co_return fault_named(client_fault::tls, settings.error().message);
        bucket_.tls = std::move(*settings);
    }
    arm(request_.deadlines.tls, client_fault::tls_timeout);
    handshaking_ =
        net::tls_stream::client(bucket_.home, std::move(plain), *bucket_.tls, bucket_.address.host);
    const auto how = co_await handshaking_->handshake();
    auto socket = std::exchange(handshaking_, nullptr);
    if (!ended_by_.empty()) co_return fault(net::io_fault::cancelled);
    if (how != net::io_fault::none) co_return fault(how, socket->detail());
    connection_ = bucket_.adopt(std::move(socket));
    co_return status{};
}

} // namespace servery::http
