// One connection to an upstream, kept between calls. A read is always under way while it idles, so
// that a FIN or a stray byte ends it at once; the same read then takes the head of the next answer.
// Internal to the client. Thread: its pool's reactor.
#pragma once

#include "foundation/http/head_parser.h"
#include "foundation/net/buffer_list.h"
#include "foundation/net/reactor.h"
#include "foundation/net/stream.h"

#include <array>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>

namespace servery::http {

class upstream_connection final : net::io_sink {
  public:
    // died: called when the connection ends while idle; it may destroy this.
    upstream_connection(net::reactor& home, std::unique_ptr<net::stream> socket,
                        std::function<void(upstream_connection&)> died);
    upstream_connection(const upstream_connection&) = delete;
    upstream_connection& operator=(const upstream_connection&) = delete;

    [[nodiscard]] net::stream& socket() noexcept { return *socket_; }

    // Into the idle state: buffers given back, the watching read begun.
    void rest(millis at_most);
    void wake() noexcept;

    struct read_wait {
        upstream_connection& on;
        [[nodiscard]] bool await_ready() const noexcept { return on.finished_.has_value(); }
        void await_suspend(std::coroutine_handle<> waiter) noexcept { on.waiter_ = waiter; }
        [[nodiscard]] net::read_result await_resume() noexcept {
            return *std::exchange(on.finished_, std::nullopt);
        }
    };
    // The read under way, or that has ended already.
    [[nodiscard]] read_wait read_result() noexcept { return {*this}; }
    void begin_read(std::span<char> into);
    void begin_head_read(net::expect what);

    // Where the head gathers: a small room first, 16 KiB when it does not fit.
    [[nodiscard]] std::span<char> head_bytes() noexcept;
    // More of it arrived; false when the largest room is full.
    [[nodiscard]] bool grow_head();
    void drop_from_head(std::size_t bytes) noexcept;
    void add_to_head(std::size_t bytes) noexcept { used_ += bytes; }
    [[nodiscard]] std::span<char> body_room();

    answer_head_view head;
    head_scanner scanner;

  private:
    void done(std::size_t bytes, net::io_fault fault) override;

    static constexpr std::size_t small = 2048;
    net::reactor& home_;
    std::unique_ptr<net::stream> socket_;
    std::function<void(upstream_connection&)> died_;
    net::deadline idle_;
    std::array<char, small> small_;
    net::buffer_list::buffer large_;
    net::buffer_list::buffer body_;
    std::size_t used_ = 0;
    std::coroutine_handle<> waiter_;
    std::optional<net::read_result> finished_;
    bool idling_ = false;
};

} // namespace servery::http
