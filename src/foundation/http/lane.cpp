#include "foundation/http/lane.h"

#include "foundation/base/log.h"
#include "foundation/http/connection.h"

namespace servery::http {

bool server_shared::admit(const net::address& peer) {
    if (open.load(std::memory_order_relaxed) >= options.limits.connections) return false;
    if (!net::is_loopback(peer)) {
        const std::lock_guard lock(mutex);
        auto& count = by_address[peer.bytes];
        if (count >= options.limits.connections_an_address) return false;
        ++count;
    }
    open.fetch_add(1, std::memory_order_relaxed);
    return true;
}

void server_shared::forget(const net::address& peer) {
    const std::lock_guard lock(mutex);
    if (!net::is_loopback(peer)) {
        const auto at = by_address.find(peer.bytes);
        if (at != by_address.end() && --at->second == 0) by_address.erase(at);
    }
    open.fetch_sub(1, std::memory_order_relaxed);
    changed.notify_all();
}

lane::lane(net::reactor& on, std::shared_ptr<server_shared> with)
    : home(on), shared(std::move(with)),
      listener_(on, [this](std::unique_ptr<net::stream> socket, const net::address& peer) {
          accept(std::move(socket), peer);
      }) {}

lane::~lane() = default;

result<std::uint16_t> lane::open(const net::address& at) {
    return listener_.open(at);
}
void lane::start() {
    listener_.start();
}
void lane::stop_accepting() noexcept {
    listener_.close();
}

void lane::accept(std::unique_ptr<net::stream> socket, const net::address& peer) {
    if (!shared->admit(peer)) {
        log::warn("http.connection_refused", {{"peer", net::host_text(peer)}});
        return;
    }
    auto one = std::make_unique<connection>(*this, std::move(socket), peer);
    servery::start(live(std::move(one)));
}

task<void> lane::live(std::unique_ptr<connection> one) {
    connections_.insert(one.get());
    co_await one->run();
    connections_.erase(one.get());
    const auto peer = one->peer();
    one.reset();
    const auto keep = shared;
    keep->forget(peer);
}

void lane::close_idle() noexcept {
    for (connection* each : connections_)
        each->close_when_idle();
}

void lane::kill_all() noexcept {
    // A kill may end this connection and, through its handler, others.
    const std::vector<connection*> all(connections_.begin(), connections_.end());
    for (connection* each : all)
        if (connections_.contains(each)) each->kill();
}

std::string_view lane::date_line() {
    const std::time_t now = std::time(nullptr);
    if (now != dated_) {
        dated_ = now;
        std::tm parts{};
        ::gmtime_r(&now, &parts);
        date_size_ = std::strftime(date_.data(), date_.size(),
                                   "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return {date_.data(), date_size_};
}

std::unique_ptr<head_room> lane::take_room() {
    std::unique_ptr<head_room> room;
    if (rooms_.empty()) {
        room = std::make_unique<head_room>();
    } else {
        room = std::move(rooms_.back());
        rooms_.pop_back();
    }
    room->bytes = home.buffers().take();
    return room;
}

void lane::put_room(std::unique_ptr<head_room> room) noexcept {
    room->bytes.reset();
    if (rooms_.size() < 64) rooms_.push_back(std::move(room));
}

} // namespace servery::http
