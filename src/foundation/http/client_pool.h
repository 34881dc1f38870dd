// Calls to upstreams over kept connections, one pool a reactor. A call is pulled: open() gives the
// head, next() the body piece by piece as it arrives, cancel() ends it in any state by closing the
// socket. Thread: the pool's reactor.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/http/message.h"
#include "foundation/net/address_guard.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery::http {

// Everything that decides whether two calls may share a connection.
struct upstream_address {
    bool tls = false;
    std::string host; // the name that is resolved and that the certificate must carry
    std::uint16_t port = 80;
    net::reach reach = net::reach::public_only;
    std::string ca_file;          // empty: the system's
    std::uint64_t credential = 0; // number of the credential that is sent
    friend bool operator==(const upstream_address&, const upstream_address&) = default;
};

// connect and tls count from their own beginning, head from the last request byte, first_byte from
// the head to the first body byte, idle_gap between two reads. 100 ms steps. total 0 = none.
struct upstream_deadlines {
    millis connect{2'000};
    millis tls{3'000};
    millis head{60'000};
    millis first_byte{60'000};
    millis idle_gap{60'000};
    millis total{0};
};

// head: a complete request head, ending in an empty line (request_head() makes one). pieces: the
// body in slices, written with the head in one gathered write. All of it must stay until open()
// returned; open() may send it twice (see retry below).
struct upstream_request {
    std::string_view head;
    std::span<const std::string_view> pieces;
    bool answer_has_body = true; // false for HEAD
    upstream_deadlines deadlines;
};

// Writes `POST /x HTTP/1.1`, host, the headers and content-length. Values must be valid
// (is_header_value); `authority` is url::authority().
[[nodiscard]] std::string request_head(std::string_view method, std::string_view target,
                                       std::string_view authority, std::span<const header> headers,
                                       std::optional<std::uint64_t> content_length);

// The head of an answer; views are valid until the call ends.
struct answer_head {
    int status = 0;
    std::span<const http::header> headers;
    std::optional<std::uint64_t> content_length; // none: chunked or until close
    bool chunked = false;
    [[nodiscard]] std::optional<std::string_view>
    header(std::string_view lower_name) const noexcept {
        return find_header(headers, lower_name);
    }
};

// Error ids of a call; origin is `upstream` for all but `cancelled` (caller) and `refused_address`
// (internal). `retry` is set where nothing of an answer had arrived.
namespace client_fault {
inline constexpr std::string_view resolve = "http.client.resolve";                 // no such name
inline constexpr std::string_view refused_address = "http.client.refused_address"; // the guard
inline constexpr std::string_view connect = "http.client.connect"; // refused, unreachable
inline constexpr std::string_view connect_timeout = "http.client.connect_timeout";
inline constexpr std::string_view tls = "http.client.tls"; // handshake or certificate
inline constexpr std::string_view tls_timeout = "http.client.tls_timeout";
inline constexpr std::string_view head_timeout = "http.client.head_timeout";
inline constexpr std::string_view first_byte_timeout = "http.client.first_byte_timeout";
inline constexpr std::string_view idle_timeout = "http.client.idle_timeout"; // stalled
inline constexpr std::string_view total_timeout = "http.client.total_timeout";
inline constexpr std::string_view closed = "http.client.closed";   // FIN before the answer's end
inline constexpr std::string_view reset = "http.client.reset";     // RST
inline constexpr std::string_view framing = "http.client.framing"; // not HTTP/1.1, or not strictly
inline constexpr std::string_view cancelled = "http.client.cancelled";
} // namespace client_fault

class client_pool;

// One call; move-only. Destroying it gives a finished connection back to the pool and closes an
// unfinished one. Not while open() or next() is awaited: cancel() first and let that end.
class client_call {
  public:
    client_call(client_call&&) noexcept;
    client_call& operator=(client_call&&) noexcept;
    ~client_call();

    // Takes or makes a connection, writes the request, waits for the head. A kept connection that
    // dies before the first answer byte is replaced by a fresh one, once. 1xx answers are skipped.
    [[nodiscard]] task<result<answer_head>> open(upstream_request request);
    // The next body bytes, all that one read brought, without chunk framing; empty = the clean end.
    // Valid until the next call. After an error the call is over.
    [[nodiscard]] task<result<std::string_view>> next();
    // Collects the rest of the body. Errors: http.client.framing when over `limit`.
    [[nodiscard]] task<result<std::string>> read_all(std::size_t limit);

    // Closes the socket now; a pending open() or next() ends with http.client.cancelled, resumed
    // from the loop. Harmless when the call is over.
    void cancel() noexcept;

    [[nodiscard]] bool finished() const noexcept;     // the clean end was seen
    [[nodiscard]] bool reused() const noexcept;       // on a kept connection
    [[nodiscard]] bool request_sent() const noexcept; // all request bytes are with the kernel

    struct impl;
    explicit client_call(std::unique_ptr<impl> state) noexcept;

  private:
    std::unique_ptr<impl> impl_;
};

struct pool_limits {
    std::size_t idle_an_address = 64;
    millis idle_time{55'000};
};

class client_pool {
  public:
    client_pool(net::reactor& home, net::resolver& names, pool_limits limits = {});
    client_pool(const client_pool&) = delete;
    client_pool& operator=(const client_pool&) = delete;
    // On the reactor's thread, or after it stopped; no call may be left.
    ~client_pool();

    // Nothing happens before open().
    [[nodiscard]] client_call begin(const upstream_address& to);
    [[nodiscard]] std::size_t idle() const noexcept;
    // Closes every idle connection (a credential was withdrawn, a drain).
    void drop_idle() noexcept;

    struct impl;

  private:
    std::unique_ptr<impl> impl_;
};

} // namespace servery::http
