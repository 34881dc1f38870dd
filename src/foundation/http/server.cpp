#include "foundation/http/server.h"

#include "foundation/http/lane.h"

namespace servery::http {

struct server::impl {
    impl(net::reactor_pool& on, std::shared_ptr<server_shared> with)
        : reactors(on), shared(std::move(with)) {}
    net::reactor_pool& reactors;
    std::shared_ptr<server_shared> shared;
    std::vector<std::unique_ptr<lane>> lanes;
    std::uint16_t port = 0;
    bool accepting = false;

    // Runs `work` with each lane on its own reactor, and waits.
    void on_each_lane(const std::function<void(lane&)>& work) {
        reactors.on_each([&](net::reactor& at) { work(*lanes[at.index()]); });
    }
    bool wait_until_empty(millis at_most) {
        std::unique_lock lock(shared->mutex);
        return shared->changed.wait_for(lock, at_most, [&] { return shared->open.load() == 0; });
    }
};

server::server(net::reactor_pool& reactors, server_options options, handler answer) {
    auto shared = std::make_shared<server_shared>();
    shared->options = std::move(options);
    shared->answer = std::move(answer);
    impl_ = std::make_shared<impl>(reactors, shared);
    for (std::size_t i = 0; i < reactors.size(); ++i)
        impl_->lanes.push_back(std::make_unique<lane>(reactors.at(i), shared));
}

server::~server() {
    if (impl_->accepting) drain(millis{0});
}

status server::listen() {
    auto at = impl_->shared->options.listen;
    for (auto& each : impl_->lanes) {
        auto port = each->open(at);
        if (!port) return std::unexpected(std::move(port.error()));
        at.port = *port;
    }
    impl_->port = at.port;
    impl_->accepting = true;
    impl_->on_each_lane([](lane& each) { each.start(); });
    return {};
}

std::uint16_t server::port() const noexcept {
    return impl_->port;
}

void server::drain(millis within) {
    if (!std::exchange(impl_->accepting, false)) return;
    impl_->shared->draining = true;
    impl_->on_each_lane([](lane& each) {
        each.stop_accepting();
        each.close_idle();
    });
    if (impl_->wait_until_empty(within)) return;
    impl_->on_each_lane([](lane& each) { each.kill_all(); });
    impl_->wait_until_empty(millis{5'000});
    // What ends a connection may still be on its way out of the loop.
    impl_->on_each_lane([](lane&) {});
}

bool server::draining() const noexcept {
    return impl_->shared->draining;
}
std::size_t server::connections() const noexcept {
    return impl_->shared->open;
}
std::size_t server::in_flight() const noexcept {
    return impl_->shared->in_flight;
}

} // namespace servery::http
