#include "data_plane/gateway/attempts.h"
#include "data_plane/gateway/commit_window.h"
#include "data_plane/gateway/keep_alive.h"
#include "data_plane/gateway/null_usage.h"
#include "data_plane/gateway/open_call.h"
#include "data_plane/gateway/relay.h"
#include "data_plane/gateway/stream_guard.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/server.h"
#include "foundation/http/sse.h"

#include <algorithm>

namespace servery::gateway {

namespace {

constexpr std::size_t most_kept_text = 64 * 1024;
constexpr std::size_t most_refusal_bytes = 64 * 1024;

error stream_fault(std::string id, std::string message) {
    return error{.code = error_code::upstream_failed,
                 .id = std::move(id),
                 .message = std::move(message),
                 .remedy = "send the request again",
                 .origin = error_origin::upstream};
}

// What one upstream's stream has said so far.
struct stream_progress {
    explicit stream_progress(guard_rules rules) : guard(std::move(rules)) {}
    commit_window window;
    stream_guard guard;
    std::string text; // of the answer, for the row
    bool finish_seen = false;
    bool done_seen = false;
    bool failed = false; // an error object came
    bool injected = false;
    std::uint64_t last_event_us = 0;
};

// Reads one block; what may go on is added to `out` or held back in the window.
void take_event(exchange& x, stream_progress& s, const http::sse_event& block, std::string& out) {
    const auto said = block.has_data ? read_answer_event(block.data) : answer_event{};
    if (s.done_seen) return; // nothing follows the end
    if (said.usage) x.used = *said.usage;
    if (said.failed) s.failed = true;
    if (!said.finish_reason.empty()) {
        s.finish_seen = true;
        x.row.finish_reason = said.finish_reason.substr(0, 24);
    }
    if (said.done) {
        s.done_seen = true;
        // An end without a finish reason is not passed on as one.
        if (!s.finish_seen) return;
    }
    if (s.failed && !s.window.committed()) return;
    if (said.content) {
        const auto now = x.elapsed_us();
        if (!x.row.t_first_token) x.row.t_first_token = now;
        if (x.row.t_last_token) x.row.gap_max = std::max(x.row.gap_max, now - *x.row.t_last_token);
        x.row.t_last_token = now;
        x.state = stage_of_life::mid_stream;
    }
    const auto text = said.text();
    if (s.text.size() < most_kept_text) s.text += text;
    if (s.injected && said.choices_empty && said.usage) return;
    std::string shown;
    const bool says = s.guard.take(block, said, shown);
    if (shown.empty()) return; // held back until its words are whole
    ++x.row.events_out;
    const bool must_edit = s.injected && block.has_data && !said.done;
    const std::string edited = must_edit ? without_null_usage(shown) : std::move(shown);
    if (s.window.committed()) {
        out += edited;
        return;
    }
    s.window.add(edited, says || (said.content && text.empty()));
    if (s.window.committed()) out += s.window.take();
}

// How the reading of one upstream ended.
struct reading_end {
    std::optional<error> fault; // none: complete, or the client left
    bool gone = false;
    bool killed = false;
    bool guarded = false; // the guard let no more of it pass; its end was sent
};

// The head leaves with the first content, so that until then a fallback can still write its own.
task<void> write_comment(exchange* x, http::responder* out, const provider::header_list* headers) {
    if (!out->started()) {
        std::vector<http::header> views;
        for (const auto& [name, value] : *headers)
            views.push_back({name, value});
        (void)co_await out->start_stream(200, views);
    }
    if (!co_await out->write(": ka\n\n")) x->leave();
}

task<bool> send(exchange& x, http::responder& out, const provider::header_list& headers,
                keep_alive& comments, std::string& bytes) {
    if (bytes.empty()) co_return true;
    co_await comments.quiet();
    if (!out.started()) {
        std::vector<http::header> views;
        for (const auto& [name, value] : headers)
            views.push_back({name, value});
        (void)co_await out.start_stream(200, views);
    }
    const bool there = co_await out.write(std::string_view(bytes));
    comments.touch();
    bytes.clear();
    if (!there) x.leave();
    // With `finish` the upstream is read to its end although nobody listens.
    co_return there || x.finish;
}

task<reading_end> read_stream(const ports& with, exchange& x, provider::upstream& call,
                              http::responder& out, const provider::header_list& headers,
                              keep_alive& comments, stream_progress& s) {
    http::sse_reader reader;
    std::string bytes;
    const auto take_all = [&] {
        while (auto block = reader.next())
            take_event(x, s, *block, bytes);
    };
    for (;;) {
        auto piece = co_await call.next();
        if (x.gone && !x.finish) co_return reading_end{.fault = {}, .gone = true};
        if (!piece) {
            const auto stalled = piece.error().id.ends_with("_timeout");
            co_return reading_end{
                .fault = stalled ? stream_fault("stream.stalled", "the provider fell silent")
                                 : stream_fault("stream.truncated", "the provider broke off")};
        }
        const bool end = piece->empty();
        if (!end) {
            reader.feed(*piece);
            take_all();
        } else if (auto rest = reader.finish()) {
            take_event(x, s, *rest, bytes);
        }
        if (reader.too_large())
            co_return reading_end{
                .fault = stream_fault("stream.too_large", "one event is larger than 1 MiB")};
        if (is_cut(with, x))
            co_return reading_end{
                .fault = stream_fault("stream.stopped", "the AI was stopped by a person"),
                .killed = true};
        if (s.guard.stopped()) {
            s.window.commit();
            bytes += s.window.take() + s.guard.last_events();
            const bool there = co_await send(x, out, headers, comments, bytes);
            co_return reading_end{.fault = {}, .gone = !there, .guarded = true};
        }
        // An empty answer that is complete is an answer.
        if (s.done_seen && s.finish_seen && !s.window.committed()) {
            s.window.commit();
            bytes += s.window.take();
        }
        x.slot.text_bytes(static_cast<std::int64_t>(s.text.size()));
        if (!co_await send(x, out, headers, comments, bytes))
            co_return reading_end{.fault = {}, .gone = true};
        if (s.failed)
            co_return reading_end{
                .fault = stream_fault("stream.upstream_error", "the provider reported an error")};
        if (s.done_seen && s.finish_seen) co_return reading_end{};
        if (end || s.done_seen)
            co_return reading_end{
                .fault = stream_fault("stream.truncated", "the provider ended without saying so")};
    }
}

// The refusal's body, so that the caller can be told what the upstream said.
task<std::string> read_refusal(provider::upstream& call) {
    std::string body;
    while (body.size() < most_refusal_bytes) {
        auto piece = co_await call.next();
        if (!piece || piece->empty()) break;
        body += *piece;
    }
    co_return body;
}

events::outcome outcome_of(const error& fault, bool killed) {
    if (killed) return events::outcome::killed;
    if (fault.id == "stream.stalled") return events::outcome::timeout;
    if (fault.id == "stream.upstream_error") return events::outcome::upstream_error;
    return events::outcome::upstream_truncated;
}

// After the commit: the terminal event, then the end of the body, then the end of the connection.
// An error event of the upstream was passed on as it came and is the terminal event itself.
task<void> end_committed(exchange& x, http::responder& out, reading_end how, std::string rest) {
    if (how.gone) co_return;
    if (how.guarded) x.row.outcome = events::outcome::guard_stopped;
    if (how.fault) {
        if (!rest.empty() && !co_await out.write(std::string_view(rest))) co_return;
        x.row.outcome = outcome_of(*how.fault, how.killed);
        x.row.error_id = how.fault->id;
        out.close_after();
        if (how.fault->id != "stream.upstream_error") {
            const auto last = terminal_event(*how.fault, x.id);
            if (!co_await out.write(std::string_view(last))) co_return;
        }
    }
    x.state = stage_of_life::done;
    (void)co_await out.finish();
}

// One target of a stream. An engaged `failure` means that the next one may be asked.
task<stream_end> stream_target(const ports& with, exchange& x, http::responder& out, target to,
                               const provider::header_list& headers) {
    stream_end end;
    const auto& provider = to.provider->id;
    auto call = co_await open_target(with, x, to, "chat/completions");
    if (!call) {
        end.failure = std::move(call.error());
        co_return end;
    }
    auto& head = call->head;
    x.state = stage_of_life::first_token;
    if (head.decided) {
        end.decided = head.decided;
        co_return end;
    }
    const bool is_stream = head.content_type.find("event-stream") != std::string::npos;
    if (head.status != 200 || !is_stream) {
        auto body = co_await read_refusal(call->upstream());
        end.failure = failure_of(x, classify_status(head.status, provider), true);
        end.failure->answer = {std::move(head), std::move(body)};
        co_return end;
    }
    stream_progress s(with.guard.rules(*x.project, &x.conversation));
    s.injected = to.provider->usage_in_stream == "inject" && to.provider->kind == "openai" &&
                 !x.asked.include_usage;
    keep_alive comments(x.home, with.keep_alive,
                        [&x, &out, &headers] { return write_comment(&x, &out, &headers); });
    auto how = co_await read_stream(with, x, call->upstream(), out, headers, comments, s);
    comments.stop();
    co_await comments.quiet();
    x.row.answer = std::move(s.text);
    x.row.guard_us += static_cast<std::uint32_t>(s.guard.elapsed_ns() / 1000);
    x.row.guard_out = how.guarded        ? events::guard_result::stopped
                      : s.guard.edited() ? events::guard_result::edited
                                         : events::guard_result::pass;
    end.committed = s.window.committed();
    if (how.fault || how.gone || how.guarded) call->upstream().cancel();
    if (!end.committed && how.fault) {
        end.failure = failure_of(x, classify(*how.fault, provider), true);
        if (how.killed) end.failure->cause = "killed";
        end.failure->killed = how.killed;
        co_return end;
    }
    end.broke_off = how.fault && !how.killed;
    std::string rest;
    if (how.fault) s.guard.flush(rest);
    co_await end_committed(x, out, std::move(how), std::move(rest));
    co_return end;
}

} // namespace

task<stream_end> relay_stream(const ports& with, exchange& x, http::responder& out,
                              provider::header_list answer_headers) {
    x.state = stage_of_life::connecting;
    attempts tries(with, x);
    while (co_await tries.next()) {
        auto end = co_await stream_target(with, x, out, tries.to(), answer_headers);
        if (!end.failure) {
            end.broke_off ? tries.broke_off() : tries.answered();
            co_return end;
        }
        tries.failed(std::move(*end.failure));
    }
    stream_end none;
    none.failure = tries.why_not();
    co_return none;
}

} // namespace servery::gateway
