// The scripted upstream on a real port (`servery upstream`), so that resets, half-closed sockets
// and cut characters are real. POST /v1/chat/completions and /v1/embeddings; GET /stats tells of
// each request when it arrived, when its head was sent, how many events, and when the peer closed
// (nanoseconds of the monotonic clock): how abort tests prove that an upstream was told.
// Thread: one a connection; the object is used from any.
#pragma once

#include "data_plane/provider/rehearsal/script.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace servery::provider::rehearsal {

struct request_stat {
    std::int64_t nth = 0;
    std::string endpoint;
    std::int64_t arrived_ns = 0;
    std::int64_t head_sent_ns = 0; // 0 = not
    std::int64_t events_sent = 0;
    std::int64_t bytes_sent = 0;
    std::int64_t peer_closed_ns = 0; // 0 = not seen while it was answered
    bool complete = false;
    std::string authorization; // what came in that header
    std::string body;          // the request's body, at most 64 KiB
};
BOOST_DESCRIBE_STRUCT(request_stat, (),
                      (nth, endpoint, arrived_ns, head_sent_ns, events_sent, bytes_sent,
                       peer_closed_ns, complete, authorization, body))

class upstream_server {
  public:
    // listen: "127.0.0.1:0" and the like. Errors: provider.rehearsal.listen.
    [[nodiscard]] static result<std::unique_ptr<upstream_server>> start(script what,
                                                                        std::string_view listen);
    ~upstream_server(); // closes everything and joins
    upstream_server(const upstream_server&) = delete;
    upstream_server& operator=(const upstream_server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::vector<request_stat> stats() const;

  private:
    struct impl;
    explicit upstream_server(std::unique_ptr<impl> state);
    std::unique_ptr<impl> impl_;
};

} // namespace servery::provider::rehearsal

namespace servery::provider {

struct upstream_options {
    std::string script; // a file
    std::string listen = "127.0.0.1:9100";
};

// Prints `ready http://ADDR:PORT` when it serves; ends on SIGTERM or SIGINT. Returns the exit code:
// 0 ended by a signal, 2 the script or the address is wrong (said on stderr), 3 cannot listen.
[[nodiscard]] int run_upstream(const upstream_options& options);

} // namespace servery::provider
