// A model provider that costs next to nothing: one epoll thread, OpenAI dialect, fixed answers or
// paced server-sent events whose deltas carry a number and the time they were sent. What a proxy in
// front of it adds is then the proxy's.
//
//   POST /v1/chat/completions   "stream":true in the body -> SSE, else one JSON answer
//   POST anything else          the JSON answer
//   GET  /stats {"requests","streams","completed","aborted":[{"events","closed_ns"}]}
// A request header `x-bench: deltas=64 gap_us=20000 first_us=0 bytes=300` overrides the options.
// bytes: size of the JSON answer's text, or of each delta's padding.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bench {

struct pace {
    std::int64_t deltas = 21;
    std::int64_t gap_us = 0; // 0: one write a turn of the loop
    std::int64_t first_us = 0;
    std::int64_t bytes = 300;
};

class upstream {
  public:
    upstream(std::uint16_t port, pace usual);
    // Until the process is killed.
    void run();

  private:
    struct connection {
        int fd = -1;
        std::string in;
        std::string out; // what the kernel did not take
        pace how;
        std::int64_t next_delta = -1; // -1: no stream
        bool closed = false;
    };
    struct due {
        std::int64_t at_ns;
        std::uint64_t id;
        bool operator>(const due& other) const { return at_ns > other.at_ns; }
    };
    struct aborted {
        std::int64_t events;
        std::int64_t closed_ns;
    };

    void accept_all();
    void readable(std::uint64_t id);
    bool take_request(std::uint64_t id, connection& on);
    void answer(std::uint64_t id, connection& on, std::string_view head, std::string_view body);
    void begin_stream(std::uint64_t id, connection& on);
    void send_delta(std::uint64_t id);
    void send(connection& on, std::string_view bytes);
    void flush(connection& on);
    void close(std::uint64_t id);
    void run_due();
    [[nodiscard]] std::string stats() const;

    int epoll_;
    int listener_;
    pace usual_;
    std::uint64_t next_id_ = 1;
    std::unordered_map<std::uint64_t, connection> connections_;
    std::priority_queue<due, std::vector<due>, std::greater<>> timers_;
    std::deque<std::uint64_t> ready_;
    std::deque<aborted> aborted_;
    std::string text_;
    std::uint64_t requests_ = 0;
    std::uint64_t streams_ = 0;
    std::uint64_t completed_ = 0;
};

} // namespace bench
