#include "foundation/http/client_call.h"

#include <sys/uio.h>
#include <utility>

namespace servery::http {

client_call::client_call(std::unique_ptr<impl> state) noexcept : impl_(std::move(state)) {}
client_call::client_call(client_call&&) noexcept = default;
client_call& client_call::operator=(client_call&&) noexcept = default;
client_call::~client_call() = default;

task<result<answer_head>> client_call::open(upstream_request request) {
    return impl_->open(std::move(request));
}
task<result<std::string_view>> client_call::next() {
    return impl_->next();
}
void client_call::cancel() noexcept {
    impl_->cancel();
}
bool client_call::finished() const noexcept {
    return impl_->finished;
}
bool client_call::reused() const noexcept {
    return impl_->reused;
}
bool client_call::request_sent() const noexcept {
    return impl_->request_sent;
}

task<result<std::string>> client_call::read_all(std::size_t limit) {
    std::string out;
    while (!impl_->finished) {
        auto piece = co_await impl_->next();
        if (!piece) co_return std::unexpected(std::move(piece.error()));
        if (out.size() + piece->size() > limit) {
            cancel();
            auto over =
                fail(error_code::upstream_failed, std::string(client_fault::framing),
                     "The upstream's answer is larger than " + std::to_string(limit) + " bytes.");
            over.error().origin = error_origin::upstream;
            co_return over;
        }
        out += *piece;
    }
    co_return out;
}

client_call::impl::impl(upstream_bucket& of)
    : bucket_(of), phase_(of.home.wheel(), [this] { give_up(phase_fault_); }),
      total_(of.home.wheel(), [this] { give_up(client_fault::total_timeout); }) {}

client_call::impl::~impl() {
    if (finished && reusable_ && ended_by_.empty() && connection_)
        bucket_.give_back(std::move(connection_));
}

void client_call::impl::arm(millis at_most, std::string_view fault_when_over) {
    phase_fault_ = fault_when_over;
    phase_.arm(at_most);
}

void client_call::impl::cancel() noexcept {
    give_up(client_fault::cancelled);
}

// Closes whatever is open; the coroutine ends by its own error, resumed from the loop.
void client_call::impl::give_up(std::string_view why) noexcept {
    if (!ended_by_.empty() || finished) return;
    ended_by_ = why;
    if (lookup_ && !lookup_->answer) {
        lookup_->answer = addresses(std::unexpected(error{}));
        if (lookup_->waiter) bucket_.home.post([state = lookup_] { state->waiter.resume(); });
    }
    if (connector_) connector_->cancel();
    if (handshaking_) handshaking_->close();
    if (connection_) connection_->socket().close();
}

std::unexpected<error> client_call::impl::fault_named(std::string_view id, std::string words) {
    over_ = true;
    phase_.disarm();
    total_.disarm();
    const bool timeout = id.ends_with("_timeout");
    auto out = fail(timeout ? error_code::deadline_exceeded : error_code::upstream_failed,
                    std::string(id), std::move(words), bucket_.address.host);
    out.error().origin = error_origin::upstream;
    out.error().retry = !answer_begun_;
    if (id == client_fault::cancelled) {
        out.error().code = error_code::cancelled;
        out.error().origin = error_origin::caller;
        out.error().retry = false;
    }
    return out;
}

std::unexpected<error> client_call::impl::fault(net::io_fault how, std::string_view where) {
    if (!ended_by_.empty()) {
        const bool cancelled = ended_by_ == client_fault::cancelled;
        return fault_named(ended_by_,
                           cancelled ? "The call was cancelled." : "The upstream took too long.");
    }
    switch (how) {
    case net::io_fault::closed:
        return fault_named(client_fault::closed,
                           "The upstream closed the connection before its answer was complete.");
    case net::io_fault::reset:
        return fault_named(client_fault::reset, "The upstream reset the connection.");
    case net::io_fault::cancelled:
        return fault_named(client_fault::cancelled, "The call was cancelled.");
    case net::io_fault::tls:
        return fault_named(client_fault::tls,
                           "TLS with the upstream failed: " + std::string(where) + ".");
    case net::io_fault::none:
    case net::io_fault::refused:
    case net::io_fault::other:
        break;
    }
    return fault_named(client_fault::connect, "The upstream cannot be reached.");
}

task<result<answer_head>> client_call::impl::open(upstream_request with) {
    request_ = with;
    if (with.deadlines.total.count() > 0) total_.arm(with.deadlines.total);
    connection_ = bucket_.take();
    reused = connection_ != nullptr;
    for (;;) {
        status done = connection_ ? status{} : co_await connect();
        const bool reached = done.has_value();
        if (done) done = co_await write_request();
        if (done) done = co_await read_head();
        if (done) break;
        const bool dead = reused && reached && !answer_begun_ && ended_by_.empty();
        if (!dead) co_return std::unexpected(std::move(done.error()));
        // A kept connection that died on its shelf: once more, on a fresh one.
        reused = false;
        over_ = request_sent = false;
        connection_.reset();
        if (with.deadlines.total.count() > 0 && !total_.armed()) total_.arm(with.deadlines.total);
    }
    const auto& head = connection_->head;
    co_return answer_head{head.status, head.headers(), head.content_length, head.chunked};
}

task<status> client_call::impl::write_request() {
    std::vector<iovec> parts;
    parts.reserve(request_.pieces.size() + 1);
    parts.push_back({const_cast<char*>(request_.head.data()), request_.head.size()});
    for (const auto piece : request_.pieces)
        if (!piece.empty()) parts.push_back({const_cast<char*>(piece.data()), piece.size()});
    arm(request_.deadlines.head, client_fault::head_timeout);
    const auto how = co_await net::write_all(connection_->socket(), parts);
    if (how != net::io_fault::none) co_return fault(how);
    request_sent = true;
    co_return status{};
}

task<status> client_call::impl::read_head() {
    arm(request_.deadlines.head, client_fault::head_timeout);
    for (;;) {
        const auto got = co_await connection_->read_result();
        if (!ended_by_.empty() || got.fault != net::io_fault::none) co_return fault(got.fault);
        answer_begun_ = true;
        connection_->add_to_head(got.bytes);
        status verdict;
        for (;;) {
            const auto bytes = connection_->head_bytes();
            const auto end = connection_->scanner.find_end({bytes.data(), bytes.size()});
            if (end && take_head(*end, verdict)) co_return verdict;
            if (!end) break;
        }
        if (connection_->scanner.bad_line() || !connection_->grow_head())
            co_return fault_named(client_fault::framing,
                                  "The upstream's answer is not HTTP/1.1, or its head is larger "
                                  "than 16 KiB.");
        connection_->begin_head_read(net::expect::more);
    }
}

// A whole head is here; false: it was an interim one, and the next has to be looked for.
bool client_call::impl::take_head(std::size_t end, status& verdict) {
    const auto bytes = connection_->head_bytes();
    auto& head = connection_->head;
    const auto bad = parse_answer_head(bytes.first(end), head);
    if (bad != head_fault::none || head.status == 101) {
        verdict = fault_named(client_fault::framing,
                              "The head of the upstream's answer is not well-formed.");
        return true;
    }
    if (head.status < 200) {
        connection_->drop_from_head(end);
        return false;
    }
    choose_body(bytes.subspan(end));
    return true;
}

void client_call::impl::choose_body(std::span<char> rest) {
    const auto& head = connection_->head;
    rest_ = rest;
    reusable_ = !head.close;
    const bool empty = !request_.answer_has_body || head.status == 204 || head.status == 304;
    if (head.chunked && !empty) {
        kind_ = body_kind::chunked;
    } else if (head.content_length || empty) {
        kind_ = body_kind::length;
        left_ = empty ? 0 : *head.content_length;
    } else {
        kind_ = body_kind::until_close;
        reusable_ = false;
    }
    if (kind_ == body_kind::length && left_ == 0) {
        finished = true;
        reusable_ &= rest.empty();
        phase_.disarm();
        total_.disarm();
    }
}

task<result<std::string_view>> client_call::impl::next() {
    if (finished) co_return std::string_view{};
    if (over_ || !ended_by_.empty()) co_return fault(net::io_fault::cancelled);
    for (;;) {
        std::span<char> fresh = std::exchange(rest_, {});
        if (fresh.empty()) {
            if (body_begun_)
                arm(request_.deadlines.idle_gap, client_fault::idle_timeout);
            else
                arm(request_.deadlines.first_byte, client_fault::first_byte_timeout);
            const auto room = connection_->body_room();
            connection_->begin_read(room);
            const auto got = co_await connection_->read_result();
            if (ended_by_.empty() && got.fault == net::io_fault::closed &&
                kind_ == body_kind::until_close) {
                finished = true;
                phase_.disarm();
                total_.disarm();
                co_return std::string_view{};
            }
            if (!ended_by_.empty() || got.fault != net::io_fault::none) co_return fault(got.fault);
            fresh = room.first(got.bytes);
        }
        body_begun_ = true;
        auto piece = take_body(fresh);
        if (finished || !piece || !piece->empty()) co_return piece;
    }
}

result<std::string_view> client_call::impl::take_body(std::span<char> fresh) {
    std::size_t payload = fresh.size();
    if (kind_ == body_kind::length) {
        if (payload > left_) {
            payload = static_cast<std::size_t>(left_);
            reusable_ = false;
        }
        left_ -= payload;
        finished = left_ == 0;
    } else if (kind_ == body_kind::chunked) {
        const auto step = decoder_.decode(fresh);
        if (step.at == chunked_decoder::state::invalid) {
            connection_->socket().close();
            return fault_named(client_fault::framing,
                               "The upstream's chunked body is not well-formed.");
        }
        payload = step.payload;
        finished = step.at == chunked_decoder::state::done;
        if (finished && step.consumed < fresh.size()) reusable_ = false;
    }
    if (finished) {
        phase_.disarm();
        total_.disarm();
    }
    return std::string_view(fresh.data(), payload);
}

} // namespace servery::http
