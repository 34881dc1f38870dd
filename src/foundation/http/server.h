// The HTTP/1.1 server: strict heads, keep-alive, one listener a core, one coroutine a connection.
// A handler gets a request and a responder and must answer once; what it leaves unanswered becomes
// 500 server.internal. Limits and refusals: section 11 of the gateway's design. Thread: a handler
// runs on the reactor that accepted the connection, from beginning to end.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/http/message.h"
#include "foundation/net/address.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery::net {
class reactor;
class reactor_pool;
} // namespace servery::net

namespace servery::http {

// Views are valid until the handler returns.
class request {
  public:
    virtual ~request() = default;

    method verb = method::get;
    std::string_view method_text;
    std::string_view target; // as sent
    std::string_view path;   // up to the first '?'; not decoded
    std::string_view query;  // behind it; not decoded (query.h)
    std::span<const http::header> headers;
    std::optional<std::uint64_t> content_length; // none: no body, or chunked
    net::address peer;                           // behind trusted proxies: whom they name
    net::reactor* home = nullptr;                // the reactor this runs on
    // When the first byte of this request arrived.
    std::chrono::steady_clock::time_point arrived;

    // The first header of that name (lower case).
    [[nodiscard]] std::optional<std::string_view>
    header(std::string_view lower_name) const noexcept {
        return find_header(headers, lower_name);
    }

    // Reads the whole body; an empty view if there is none. At least 64 readable bytes follow the
    // view (simdjson reads past the end). The body stays until the handler returns. Call once.
    // Errors: http.body_too_large, http.slow_request, http.framing, http.client_gone; all but the
    // last are the caller's to answer, the connection closes after the answer.
    [[nodiscard]] virtual task<result<std::string_view>> read_body(std::size_t limit) = 0;
};

// Either send(), or start_stream() … write() … finish(). The booleans mean "still there": false =
// the client left or has not read for 30 s, and nothing more reaches it.
class responder {
  public:
    virtual ~responder() = default;

    // A complete answer, head and body in one write. content-length, date and connection are
    // written here; do not pass them. The body must stay until the await ends.
    [[nodiscard]] virtual task<bool> send(int status, std::span<const header> headers,
                                          std::string_view body) = 0;

    // A chunked answer. The head leaves with the first write(), or at once with `flush`.
    enum class flush { with_first_write, now };
    [[nodiscard]] virtual task<bool> start_stream(int status, std::span<const header> headers,
                                                  flush when = flush::with_first_write) = 0;
    // One chunk, one write; pieces are gathered, empty ones skipped. Returns when the kernel has
    // it, which is the backpressure: pull no more from the source before.
    [[nodiscard]] virtual task<bool> write(std::span<const std::string_view> pieces) = 0;
    [[nodiscard]] task<bool> write(std::string_view piece);
    // The end of a stream, with its last bytes in the same write if there are any. Without it the
    // client sees a broken answer.
    [[nodiscard]] virtual task<bool> finish(std::span<const std::string_view> last = {}) = 0;

    // Ends the connection with a reset: the client must not take what it has for complete.
    virtual void abort() noexcept = 0;
    // Closes after this answer.
    virtual void close_after() noexcept = 0;

    // The client's FIN or RST was seen, or a write stalled. FIN before the answer's end counts.
    [[nodiscard]] virtual bool gone() const noexcept = 0;
    // Called once, on the reactor's thread, as soon as the client is gone (at once if it is); an
    // empty function takes it back. Forgotten when the handler returns.
    virtual void on_gone(std::function<void()> call) = 0;

    // What has been decided so far.
    [[nodiscard]] virtual bool started() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t bytes_out() const noexcept = 0;
};

using handler = std::function<task<void>(request&, responder&)>;

// Writes the answer to a request that never became one (framing, head too large …): the body for
// that fault, JSON. Default: fault_json().
using fault_body = std::function<std::string(const error&)>;

struct server_limits {
    std::size_t head = 16 * 1024;
    std::size_t headers = 100;
    std::size_t target = 8 * 1024;
    std::size_t connections = 10'000;
    std::size_t connections_an_address = 256; // loopback is not counted: a proxy may stand there
    millis head_time{10'000};
    millis keep_alive{75'000};
    millis write_stall{30'000};
    // A body must bring so many bytes in each window of so long.
    std::size_t body_window = 10 * 1024;
    millis body_window_time{10'000};
};

struct server_options {
    net::address listen; // port 0: the kernel chooses
    server_limits limits;
    fault_body on_fault;
    std::vector<net::address> trusted_proxies; // whose X-Forwarded-For names the peer of a request
};

class server {
  public:
    server(net::reactor_pool& reactors, server_options options, handler answer);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    // Closes what is left. The reactors must still be running, or never have run.
    ~server();

    // Binds one SO_REUSEPORT listener a reactor and begins to accept. Call after the pool started.
    // Errors: http.listen.failed.
    [[nodiscard]] status listen();
    [[nodiscard]] std::uint16_t port() const noexcept;

    // Stops accepting, closes idle connections, lets requests in flight end for at most `within`,
    // then closes them with a reset. Blocks; any thread but a reactor's.
    void drain(millis within);
    [[nodiscard]] bool draining() const noexcept;
    [[nodiscard]] std::size_t connections() const noexcept;
    [[nodiscard]] std::size_t in_flight() const noexcept;

    struct impl;

  private:
    std::shared_ptr<impl> impl_;
};

// {"error":{"message","type","param","code","servery":{"id"}}}: the OpenAI shape; the default of
// fault_body.
[[nodiscard]] std::string fault_json(const error& fault);

} // namespace servery::http
