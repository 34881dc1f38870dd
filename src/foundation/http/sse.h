// Server-sent events, both ways. The reader cuts a byte stream, fed in arbitrary pieces, into
// blocks without changing a byte: the raw views of all blocks, one after the other, are the input.
// Line ends LF, CRLF and CR, a leading BOM, comments, `data:` without a space, several data lines.
// Thread: one reader a stream.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace servery::http {

// One block: everything up to and including its blank line.
//   raw    the bytes as they came (a block of comments only has no fields)
//   name   the last `event:` value; empty = none
//   data   the data lines joined by LF; has_data tells `data:` from nothing
//   id     the last `id:` value
// Views are valid until the reader is called again.
struct sse_event {
    std::string_view raw;
    std::string_view name;
    std::string_view data;
    std::string_view id;
    bool has_data = false;
};

class sse_reader {
  public:
    static constexpr std::size_t default_limit = 1024 * 1024;
    sse_reader() = default;
    explicit sse_reader(std::size_t limit) : limit_(limit) {}

    // Hands the reader more bytes; they must stay until next() has returned nothing. Feed only
    // after next() returned nothing.
    void feed(std::string_view bytes);
    // The next complete block, or nothing: feed more.
    [[nodiscard]] std::optional<sse_event> next();
    // At the end of the stream: bytes without a closing blank line are a last block.
    [[nodiscard]] std::optional<sse_event> finish();
    // A block outgrew the limit; nothing comes after it.
    [[nodiscard]] bool too_large() const noexcept { return too_large_; }

  private:
    enum class line_state : unsigned char { start, inside, after_cr, end_cr };
    std::optional<std::size_t> find_end(std::string_view bytes);
    sse_event describe(std::string_view raw);

    std::size_t limit_ = default_limit;
    std::string carry_;  // the beginning of a block whose end has not arrived
    std::string joined_; // data of several lines
    std::string_view pending_;
    line_state state_ = line_state::start;
    bool clear_carry_ = false;
    bool first_ = true;
    bool too_large_ = false;
};

// Appends `data: …` lines (split at LF) and the blank line; with `event: name` in front if given.
void append_sse(std::string& out, std::string_view data, std::string_view name = {});
// ": text" and the blank line; `text` holds no line end.
void append_sse_comment(std::string& out, std::string_view text);
inline constexpr std::string_view sse_content_type = "text/event-stream; charset=utf-8";

} // namespace servery::http
