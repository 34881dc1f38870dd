#include "foundation/http/connection.h"

#include "foundation/http/faults.h"

#include <cstring>
#include <utility>

namespace servery::http {

namespace {
// How long an idle connection keeps its buffer: long enough that a busy one never gives it up.
constexpr millis buffer_patience{1'000};
constexpr millis linger_time{1'000};
constexpr std::size_t linger_bytes = 256 * 1024;
} // namespace

connection::connection(lane& on, std::unique_ptr<net::stream> socket, const net::address& peer)
    : lane_(on), socket_(std::move(socket)),
      deadline_(on.home.wheel(), [this] { deadline_passed(); }) {
    request_.peer = peer;
    request_.home = &on.home;
    if (!on.home.hangups().add(socket_->descriptor(), *this)) keep_ = false;
}

connection::~connection() {
    socket_->close();
    if (room_) lane_.put_room(std::move(room_));
}

task<void> connection::run() {
    while (co_await receive_head()) {
        co_await answer_one();
        if (!keep_) break;
        next_request();
    }
    deadline_.disarm();
}

void connection::close_when_idle() noexcept {
    keep_ = false;
    if (!in_flight_ && used_ == 0) socket_->close();
}

void connection::kill() noexcept {
    keep_ = false;
    socket_->reset();
    // Last: the handler may end inside the call, and this connection with it.
    tell_gone();
}

void connection::wait_for(waiting what, millis at_most) {
    waiting_ = what;
    deadline_.arm(at_most);
}

void connection::deadline_passed() {
    switch (std::exchange(waiting_, waiting::nothing)) {
    case waiting::idle_with_buffer:
        release_room_ = true;
        socket_->cancel();
        break;
    case waiting::head:
        timed_out_ = true;
        socket_->cancel();
        break;
    case waiting::body:
        if (window_bytes_ >= lane_.shared->options.limits.body_window) {
            window_bytes_ = 0;
            wait_for(waiting::body, lane_.shared->options.limits.body_window_time);
            break;
        }
        timed_out_ = true;
        socket_->cancel();
        break;
    case waiting::stall:
        // The write that waits ends now, and tells.
        socket_->reset();
        break;
    case waiting::idle:
    case waiting::linger:
        socket_->close();
        break;
    case waiting::nothing:
        break;
    }
}

void connection::hung_up() {
    if (in_flight_)
        tell_gone();
    else
        gone_ = true;
}

void connection::tell_gone() {
    gone_ = true;
    keep_ = false;
    if (auto call = std::exchange(on_gone_, nullptr)) call();
}

void connection::on_gone(std::function<void()> call) {
    if (gone_ && call) {
        call();
        return;
    }
    on_gone_ = std::move(call);
}

// Fills the room until it holds a whole head; false when the connection is over.
task<bool> connection::receive_head() {
    const auto& limits = lane_.shared->options.limits;
    const auto idle_time = first_ ? limits.head_time : limits.keep_alive;
    bool head_timed = false;
    for (;;) {
        refusal why;
        const auto state = used_ == 0 ? head_state::more : look_at_head(why);
        if (state == head_state::complete) break;
        if (state == head_state::refused) {
            co_await refuse(std::move(why));
            co_return false;
        }
        if (used_ == 0 && !keep_) co_return false;
        if (!room_) {
            wait_for(waiting::idle, idle_time);
            if (co_await net::wait_readable(*socket_) != net::io_fault::none) co_return false;
            room_ = lane_.take_room();
        }
        if (used_ == 0) {
            wait_for(waiting::idle_with_buffer, buffer_patience);
        } else if (!head_timed) {
            head_timed = true;
            wait_for(waiting::head, limits.head_time);
        }
        release_room_ = false;
        // A client asks again when it has its answer, seldom before.
        const auto what = used_ == 0 && !first_ ? net::expect::message : net::expect::more;
        const auto got = co_await net::read(
            *socket_, {room_->bytes.get() + used_, net::buffer_list::size - used_}, what);
        used_ += got.bytes;
        if (got.fault == net::io_fault::none) continue;
        if (std::exchange(release_room_, false)) {
            if (used_ == 0) lane_.put_room(std::move(room_));
            continue;
        }
        if (timed_out_) co_await refuse(slow_request());
        co_return false;
    }
    waiting_ = waiting::nothing;
    co_return true;
}

connection::head_state connection::look_at_head(refusal& why) {
    const auto& limits = lane_.shared->options.limits;
    // One empty line in front of a request line is what some old clients send; it is skipped.
    if (scanner_.fresh() && used_ >= 2 && std::memcmp(room_->bytes.get(), "\r\n", 2) == 0) {
        used_ -= 2;
        std::memmove(room_->bytes.get(), room_->bytes.get() + 2, used_);
        if (used_ == 0) return head_state::more;
    }
    const auto end = scanner_.find_end({room_->bytes.get(), used_});
    if (!end) {
        if (scanner_.bad_line()) {
            why = refusal_of(head_fault::framing);
            return head_state::refused;
        }
        if (used_ < std::min(limits.head, net::buffer_list::size)) return head_state::more;
        why = refusal_of(head_fault::too_large);
        return head_state::refused;
    }
    const head_limits within{limits.head, limits.headers, limits.target};
    const auto fault = parse_request_head({room_->bytes.get(), *end}, within, room_->head);
    if (fault != head_fault::none) {
        why = refusal_of(fault);
        return head_state::refused;
    }
    consumed_ = *end;
    return head_state::complete;
}

void connection::make_request() {
    const auto& head = room_->head;
    request_.verb = method_of(head.method);
    request_.method_text = head.method;
    request_.target = head.target;
    const auto mark = head.target.find('?');
    request_.path = head.target.substr(0, mark);
    request_.query =
        mark == std::string_view::npos ? std::string_view{} : head.target.substr(mark + 1);
    request_.headers = head.headers();
    request_.content_length = head.content_length;
    request_.arrived = std::chrono::steady_clock::now();
    if (head.close || lane_.shared->draining.load(std::memory_order_relaxed)) keep_ = false;
    no_body_ = request_.verb == method::head;
}

task<void> connection::answer_one() {
    make_request();
    in_flight_ = true;
    lane_.shared->in_flight.fetch_add(1, std::memory_order_relaxed);
    co_await lane_.shared->answer(request_, *this);
    on_gone_ = nullptr;
    if (answer_ == answer_state::none && !gone_) {
        const auto fault = fail(error_code::internal, "server.internal",
                                "The server did not answer this request.");
        const auto text = fault_json(fault.error());
        static constexpr http::header json{"content-type", "application/json"};
        co_await send(500, {&json, 1}, text);
    }
    if (answer_ == answer_state::streaming) abort();
    in_flight_ = false;
    lane_.shared->in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (gone_) keep_ = false;
    if (body_unread()) {
        keep_ = false;
        co_await linger();
    } else if (!body_read_) {
        // It lies whole behind its head, and nobody asked for it: it is not the next request.
        consumed_ += room_->head.content_length.value_or(0);
    }
}

// Makes the room ready for what follows: pipelined bytes move to its front.
void connection::next_request() {
    if (!carry_.empty()) {
        // A chunked body was read through the room; what came behind it waits here.
        used_ = carry_.size();
        std::memcpy(room_->bytes.get(), carry_.data(), used_);
        carry_.clear();
    } else if (consumed_ < used_) {
        used_ -= consumed_;
        std::memmove(room_->bytes.get(), room_->bytes.get() + consumed_, used_);
    } else {
        used_ = 0;
    }
    consumed_ = 0;
    scanner_.reset();
    large_body_.reset();
    if (chunked_body_.capacity() > net::buffer_list::size) chunked_body_ = {};
    first_ = false;
    body_read_ = false;
    answer_ = answer_state::none;
    head_unsent_ = raw_stream_ = false;
    bytes_out_ = 0;
}

task<void> connection::refuse(refusal why) {
    keep_ = false;
    const auto& words = lane_.shared->options.on_fault;
    const auto text = words ? words(why.fault) : fault_json(why.fault);
    static constexpr http::header json{"content-type", "application/json"};
    co_await send(why.status, {&json, 1}, text);
    co_await linger();
}

// Closing with unread bytes makes the kernel send a reset, which can destroy the answer on its way;
// so what the client still sends is read and thrown away for a moment.
task<void> connection::linger() {
    if (gone_) co_return;
    socket_->shutdown_send();
    wait_for(waiting::linger, linger_time);
    const auto trash = lane_.home.buffers().take();
    for (std::size_t seen = 0; seen < linger_bytes;) {
        const auto got = co_await net::read(*socket_, {trash.get(), net::buffer_list::size});
        if (got.fault != net::io_fault::none) break;
        seen += got.bytes;
    }
}

} // namespace servery::http
