#include "foundation/http/upstream_connection.h"

#include <cstring>
#include <utility>

namespace servery::http {

upstream_connection::upstream_connection(net::reactor& home, std::unique_ptr<net::stream> socket,
                                         std::function<void(upstream_connection&)> died)
    : home_(home), socket_(std::move(socket)), died_(std::move(died)),
      // Closing ends the watching read, whose end tells the pool.
      idle_(home.wheel(), [this] { socket_->close(); }) {
    begin_head_read(net::expect::message);
}

void upstream_connection::rest(millis at_most) {
    idling_ = true;
    large_.reset();
    body_.reset();
    used_ = 0;
    scanner.reset();
    idle_.arm(at_most);
    begin_head_read(net::expect::message);
}

void upstream_connection::wake() noexcept {
    idling_ = false;
    idle_.disarm();
}

void upstream_connection::begin_read(std::span<char> into) {
    socket_->begin_read(into, *this, net::expect::more);
}

std::span<char> upstream_connection::head_bytes() noexcept {
    return {large_ ? large_.get() : small_.data(), used_};
}

void upstream_connection::begin_head_read(net::expect what) {
    const auto room = large_ ? net::buffer_list::size : small;
    socket_->begin_read({head_bytes().data() + used_, room - used_}, *this, what);
}

bool upstream_connection::grow_head() {
    if (large_) return used_ < net::buffer_list::size;
    if (used_ < small) return true;
    large_ = home_.buffers().take();
    std::memcpy(large_.get(), small_.data(), used_);
    return true;
}

void upstream_connection::drop_from_head(std::size_t bytes) noexcept {
    const auto all = head_bytes();
    used_ -= bytes;
    std::memmove(all.data(), all.data() + bytes, used_);
    scanner.reset();
}

std::span<char> upstream_connection::body_room() {
    if (!body_) body_ = home_.buffers().take();
    return {body_.get(), net::buffer_list::size};
}

void upstream_connection::done(std::size_t bytes, net::io_fault fault) {
    if (idling_) {
        died_(*this);
        return;
    }
    finished_ = net::read_result{bytes, fault};
    if (auto waiter = std::exchange(waiter_, nullptr)) waiter.resume();
}

} // namespace servery::http
