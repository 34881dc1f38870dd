// One connection of a client: reads heads, calls the handler, writes answers, until either side has
// had enough. Internal to the server. Thread: its lane's reactor.
#pragma once

#include "foundation/http/faults.h"
#include "foundation/http/lane.h"
#include "foundation/net/hangup_watch.h"
#include "foundation/net/stream.h"

#include <string>

namespace servery::http {

class connection final : public responder, public net::hangup_watch::watched {
  public:
    connection(lane& on, std::unique_ptr<net::stream> socket, const net::address& peer);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    // The whole life; ends when the connection is over.
    [[nodiscard]] task<void> run();
    // Between requests: ends. During one: lets it end, then closes.
    void close_when_idle() noexcept;
    void kill() noexcept;
    [[nodiscard]] const net::address& peer() const noexcept { return peer_; }

    [[nodiscard]] task<bool> send(int status, std::span<const http::header> headers,
                                  std::string_view body) override;
    [[nodiscard]] task<bool> start_stream(int status, std::span<const http::header> headers,
                                          flush when) override;
    using responder::write;
    [[nodiscard]] task<bool> write(std::span<const std::string_view> pieces) override;
    [[nodiscard]] task<bool> finish(std::span<const std::string_view> last) override;
    void abort() noexcept override;
    void close_after() noexcept override { keep_ = false; }
    [[nodiscard]] bool gone() const noexcept override { return gone_; }
    void on_gone(std::function<void()> call) override;
    [[nodiscard]] bool started() const noexcept override { return answer_ != answer_state::none; }
    [[nodiscard]] std::uint64_t bytes_out() const noexcept override { return bytes_out_; }

  private:
    class own_request final : public request {
      public:
        explicit own_request(connection& on) : on_(on) {}
        task<result<std::string_view>> read_body(std::size_t limit) override {
            return on_.read_body(limit);
        }

      private:
        connection& on_;
    };

    // What the one deadline means when it fires.
    enum class waiting : unsigned char {
        nothing,
        idle_with_buffer,
        idle,
        head,
        body,
        stall,
        linger
    };
    enum class answer_state : unsigned char { none, streaming, done };
    enum class head_state : unsigned char { more, complete, refused };

    void hung_up() override;
    void deadline_passed();
    void wait_for(waiting what, millis at_most);
    void tell_gone();

    [[nodiscard]] task<bool> receive_head();
    [[nodiscard]] head_state look_at_head(refusal& why);
    [[nodiscard]] task<void> answer_one();
    [[nodiscard]] task<void> refuse(refusal why);
    [[nodiscard]] task<void> linger();
    void make_request();
    void next_request();

    [[nodiscard]] task<result<std::string_view>> read_body(std::size_t limit);
    [[nodiscard]] task<result<std::string_view>> read_large(std::size_t size);
    [[nodiscard]] task<result<std::string_view>> read_chunked(std::size_t limit);
    [[nodiscard]] task<result<std::size_t>> read_more(std::span<char> into);
    [[nodiscard]] task<bool> say_continue();
    [[nodiscard]] bool body_unread() const noexcept;

    void begin_head(int status, std::span<const http::header> headers);
    [[nodiscard]] task<bool> write_out(std::span<iovec> pieces);
    void gather_chunk(std::span<const std::string_view> pieces, std::array<char, 20>& room);

    lane& lane_;
    std::unique_ptr<net::stream> socket_;
    net::address peer_; // the other end of the socket
    own_request request_{*this};
    net::deadline deadline_;
    std::function<void()> on_gone_;

    std::unique_ptr<head_room> room_;
    head_scanner scanner_;
    std::size_t used_ = 0;     // bytes in the room
    std::size_t consumed_ = 0; // of them, what belongs to the current request
    std::unique_ptr<char[]> large_body_;
    std::string chunked_body_;
    std::string carry_; // what came behind a chunked body
    std::size_t window_bytes_ = 0;

    std::string out_; // head of the answer
    std::vector<iovec> parts_;
    std::uint64_t bytes_out_ = 0;

    waiting waiting_ = waiting::nothing;
    answer_state answer_ = answer_state::none;
    bool first_ = true;
    bool in_flight_ = false;
    bool body_read_ = false;
    bool keep_ = true;
    bool gone_ = false;
    bool timed_out_ = false;
    bool release_room_ = false;
    bool head_unsent_ = false;
    bool raw_stream_ = false; // HTTP/1.0: ends with the connection
    bool no_body_ = false;    // HEAD
};

} // namespace servery::http
