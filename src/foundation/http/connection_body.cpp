// The body of a request: in the room behind its head, in a buffer of its own when it is larger, or
// put together from chunks.
#include "foundation/http/chunked.h"
#include "foundation/http/connection.h"
#include "foundation/http/faults.h"

#include <cstring>

namespace servery::http {

namespace {
// An empty body has readable bytes behind it too.
constexpr char no_body_bytes[net::buffer_list::padding] = {};
} // namespace

bool connection::body_unread() const noexcept {
    const auto& head = room_->head;
    if (body_read_) return false;
    if (head.chunked) return true;
    return head.content_length.value_or(0) > used_ - consumed_;
}

task<result<std::string_view>> connection::read_body(std::size_t limit) {
    const auto& head = room_->head;
    if (head.chunked) {
        auto body = co_await read_chunked(limit);
        if (!body) keep_ = false;
        co_return body;
    }
    const auto size = head.content_length.value_or(0);
    if (size > limit) {
        keep_ = false;
        co_return body_too_large(limit);
    }
    if (size == 0) {
        body_read_ = true;
        co_return std::string_view(no_body_bytes, 0);
    }
    const auto begin = consumed_;
    if (used_ == begin && head.expect_continue && !co_await say_continue()) co_return client_gone();
    if (begin + size > net::buffer_list::size) {
        auto body = co_await read_large(size);
        if (!body) keep_ = false;
        co_return body;
    }
    while (used_ < begin + size) {
        auto got = co_await read_more({room_->bytes.get() + used_, net::buffer_list::size - used_});
        if (!got) co_return std::unexpected(std::move(got.error()));
        used_ += *got;
    }
    waiting_ = waiting::nothing;
    consumed_ = begin + size;
    body_read_ = true;
    co_return std::string_view(room_->bytes.get() + begin, size);
}

task<result<std::string_view>> connection::read_large(std::size_t size) {
    large_body_ = std::make_unique_for_overwrite<char[]>(size + net::buffer_list::padding);
    std::memset(large_body_.get() + size, 0, net::buffer_list::padding);
    std::size_t have = used_ - consumed_;
    std::memcpy(large_body_.get(), room_->bytes.get() + consumed_, have);
    consumed_ = used_;
    while (have < size) {
        auto got = co_await read_more({large_body_.get() + have, size - have});
        if (!got) co_return std::unexpected(std::move(got.error()));
        have += *got;
    }
    waiting_ = waiting::nothing;
    body_read_ = true;
    co_return std::string_view(large_body_.get(), size);
}

task<result<std::string_view>> connection::read_chunked(std::size_t limit) {
    if (used_ == consumed_ && room_->head.expect_continue && !co_await say_continue())
        co_return client_gone();
    chunked_decoder decoder;
    chunked_body_.clear();
    const auto buffer = lane_.home.buffers().take();
    std::span<char> fresh(room_->bytes.get() + consumed_, used_ - consumed_);
    consumed_ = used_;
    for (;;) {
        const auto step = decoder.decode(fresh);
        if (step.at == chunked_decoder::state::invalid) co_return body_framing();
        if (chunked_body_.size() + step.payload > limit) co_return body_too_large(limit);
        chunked_body_.append(fresh.data(), step.payload);
        if (step.at == chunked_decoder::state::done) {
            const auto rest = fresh.subspan(step.consumed);
            carry_.assign(rest.data(), rest.size());
            break;
        }
        auto got = co_await read_more({buffer.get(), net::buffer_list::size});
        if (!got) co_return std::unexpected(std::move(got.error()));
        fresh = {buffer.get(), *got};
    }
    waiting_ = waiting::nothing;
    body_read_ = true;
    const auto size = chunked_body_.size();
    chunked_body_.append(net::buffer_list::padding, '\0');
    co_return std::string_view(chunked_body_).substr(0, size);
}

// One read of body bytes, under the rule that each window brings enough of them.
task<result<std::size_t>> connection::read_more(std::span<char> into) {
    if (waiting_ != waiting::body) {
        window_bytes_ = 0;
        wait_for(waiting::body, lane_.shared->options.limits.body_window_time);
    }
    const auto got = co_await net::read(*socket_, into);
    window_bytes_ += got.bytes;
    if (got.fault == net::io_fault::none) co_return got.bytes;
    keep_ = false;
    if (timed_out_) co_return body_too_slow();
    tell_gone();
    co_return client_gone();
}

task<bool> connection::say_continue() {
    static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    iovec piece{const_cast<char*>(line.data()), line.size()};
    co_return co_await write_out({&piece, 1});
}

} // namespace servery::http
