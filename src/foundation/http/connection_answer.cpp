// The answer's way out: one write for a complete answer, one a chunk for a stream.
#include "foundation/http/chunked.h"
#include "foundation/http/connection.h"

#include <charconv>

namespace servery::http {

namespace {

iovec piece_of(std::string_view text) {
    return {const_cast<char*>(text.data()), text.size()};
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> room;
    const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    out.append(room.data(), end);
}

bool has_no_content(int status) {
    return status == 204 || status == 304 || status < 200;
}

} // namespace

task<bool> responder::write(std::string_view piece) {
    co_return co_await write({&piece, 1});
}

// Everything of the head but its length and its empty line.
void connection::begin_head(int status, std::span<const http::header> headers) {
    if (lane_.shared->draining.load(std::memory_order_relaxed)) keep_ = false;
    if (room_ && body_unread()) keep_ = false;
    out_.clear();
    out_ += "HTTP/1.1 ";
    append_number(out_, static_cast<std::uint64_t>(status));
    out_ += ' ';
    out_ += reason_phrase(status);
    out_ += "\r\n";
    for (const auto& each : headers) {
        out_ += each.name;
        out_ += ": ";
        out_ += each.value;
        out_ += "\r\n";
    }
    out_ += lane_.date_line();
    if (!keep_)
        out_ += "connection: close\r\n";
    else if (room_ && room_->head.http_1_0)
        out_ += "connection: keep-alive\r\n";
}

task<bool> connection::write_out(std::span<iovec> pieces) {
    if (gone_) co_return false;
    std::uint64_t size = 0;
    for (const auto& each : pieces)
        size += each.iov_len;
    waiting_ = waiting::stall;
    const auto fault = co_await net::write_all(*socket_, pieces, &deadline_,
                                               lane_.shared->options.limits.write_stall);
    waiting_ = waiting::nothing;
    if (fault == net::io_fault::none) {
        bytes_out_ += size;
        co_return true;
    }
    tell_gone();
    co_return false;
}

task<bool> connection::send(int status, std::span<const http::header> headers,
                            std::string_view body) {
    if (answer_ != answer_state::none) co_return false;
    answer_ = answer_state::done;
    begin_head(status, headers);
    if (!has_no_content(status)) {
        out_ += "content-length: ";
        append_number(out_, body.size());
        out_ += "\r\n";
    }
    out_ += "\r\n";
    std::array<iovec, 2> pieces{piece_of(out_), piece_of(body)};
    const bool with_body = !no_body_ && !has_no_content(status) && !body.empty();
    co_return co_await write_out(std::span(pieces).first(with_body ? 2 : 1));
}

task<bool> connection::start_stream(int status, std::span<const http::header> headers, flush when) {
    if (answer_ != answer_state::none) co_return false;
    answer_ = answer_state::streaming;
    raw_stream_ = room_->head.http_1_0;
    if (raw_stream_) keep_ = false;
    begin_head(status, headers);
    if (!raw_stream_) out_ += "transfer-encoding: chunked\r\n";
    out_ += "\r\n";
    head_unsent_ = true;
    if (when == flush::with_first_write) co_return !gone_;
    head_unsent_ = false;
    iovec piece = piece_of(out_);
    co_return co_await write_out({&piece, 1});
}

// Head, chunk size, pieces and chunk end, as far as each is there.
void connection::gather_chunk(std::span<const std::string_view> pieces,
                              std::array<char, 20>& room) {
    parts_.clear();
    if (std::exchange(head_unsent_, false)) parts_.push_back(piece_of(out_));
    if (no_body_) return;
    std::size_t size = 0;
    for (const auto piece : pieces)
        size += piece.size();
    if (size == 0) return;
    if (!raw_stream_) parts_.push_back(piece_of(chunk_head(room, size)));
    for (const auto piece : pieces)
        if (!piece.empty()) parts_.push_back(piece_of(piece));
    if (!raw_stream_) parts_.push_back(piece_of(chunk_tail));
}

task<bool> connection::write(std::span<const std::string_view> pieces) {
    if (answer_ != answer_state::streaming) co_return false;
    std::array<char, 20> room;
    gather_chunk(pieces, room);
    if (parts_.empty()) co_return !gone_;
    co_return co_await write_out(parts_);
}

task<bool> connection::finish(std::span<const std::string_view> last) {
    if (answer_ != answer_state::streaming) co_return false;
    answer_ = answer_state::done;
    std::array<char, 20> room;
    gather_chunk(last, room);
    if (!raw_stream_ && !no_body_) parts_.push_back(piece_of(last_chunk));
    co_return co_await write_out(parts_);
}

void connection::abort() noexcept {
    answer_ = answer_state::done;
    keep_ = false;
    gone_ = true;
    on_gone_ = nullptr;
    socket_->reset();
}

} // namespace servery::http
