// Heads of HTTP/1.1 messages, parsed in place and strictly: what two parsers could read in two ways
// is refused. Names are lowered in place; everything else is a view into the buffer. Lines end with
// CRLF; a bare LF, a bare CR, a folded line, a space before the colon, an invalid byte, a repeated
// or non-digit length, both length headers are refusals. Thread: pure.
#pragma once

#include "foundation/http/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace servery::http {

inline constexpr std::size_t most_headers = 100;

struct head_limits {
    std::size_t bytes = 16 * 1024;
    std::size_t headers = most_headers; // at most most_headers
    std::size_t target = 8 * 1024;
};

// Why a head was refused; with it goes a status: framing 400, too_large 431, coding 501 (unknown
// transfer coding), version 505, media_type 415 (content-encoding).
enum class head_fault : unsigned char { none, framing, too_large, coding, version, media_type };

// What both kinds of head share.
struct message_head {
    std::array<header, most_headers> fields;
    std::size_t count = 0;
    bool http_1_0 = false;
    bool chunked = false;
    bool close = false;      // `connection: close`, or HTTP/1.0 without keep-alive
    bool keep_alive = false; // `connection: keep-alive`
    std::optional<std::uint64_t> content_length;
    [[nodiscard]] std::span<const header> headers() const noexcept {
        return {fields.data(), count};
    }
    // Everything but the fields behind `count`: a head is used again without being zeroed.
    void clear() noexcept {
        count = 0;
        http_1_0 = chunked = close = keep_alive = false;
        content_length.reset();
    }
};

struct request_head_view : message_head {
    std::string_view method;
    std::string_view target;
    bool expect_continue = false;
};

struct answer_head_view : message_head {
    int status = 0;
};

// Finds the end of a head that arrives in pieces. `size` only grows until reset().
class head_scanner {
  public:
    // The length of the head including its empty line, once it is all there. A line that does not
    // end in CRLF is a fault at once, however slowly the rest comes. Empty lines in front of a
    // request are not skipped here.
    [[nodiscard]] std::optional<std::size_t> find_end(std::string_view bytes) noexcept;
    [[nodiscard]] bool bad_line() const noexcept { return bad_line_; }
    [[nodiscard]] bool fresh() const noexcept { return scanned_ == 0; }
    void reset() noexcept { *this = {}; }

  private:
    std::size_t scanned_ = 0;
    std::size_t line_start_ = 0;
    bool bad_line_ = false;
};

// head: exactly one head with its empty line. `out` is cleared first.
[[nodiscard]] head_fault parse_request_head(std::span<char> head, const head_limits& limits,
                                            request_head_view& out) noexcept;
[[nodiscard]] head_fault parse_answer_head(std::span<char> head, answer_head_view& out) noexcept;

} // namespace servery::http
