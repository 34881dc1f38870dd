#include "data_plane/gateway/relay.h"
#include "data_plane/gateway/targets.h"
#include "foundation/json/json.h"

namespace servery::gateway {

namespace {

constexpr std::size_t most_answer_bytes = 8 * 1024 * 1024; // of an answer that is scanned

// Takes the pointer back however the call ends, so that nobody cancels what is gone.
class running_call {
  public:
    running_call(exchange& x, provider::upstream& call) : x_(x) { x_.running = &call; }
    running_call(const running_call&) = delete;
    running_call& operator=(const running_call&) = delete;
    ~running_call() { x_.running = nullptr; }

  private:
    exchange& x_;
};

upstream_failure failed(const exchange& x, failure_class what, bool dispatched) {
    upstream_failure out;
    out.cause = std::move(what.cause);
    out.fault = std::move(what.fault);
    out.rejected = what.rejected;
    out.dispatched = dispatched;
    out.client_gone = x.gone && !x.finish;
    return out;
}

task<result<std::string>> read_body(provider::upstream& call) {
    std::string body;
    for (;;) {
        auto piece = co_await call.next();
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return body;
        if (body.size() + piece->size() > most_answer_bytes)
            co_return fail(error_code::upstream_failed, "upstream.invalid_answer",
                           "the answer is larger than 8 MiB", "", "ask for less");
        body += *piece;
    }
}

bool is_json(std::string_view content_type) {
    return content_type.find("json") != std::string_view::npos;
}

// One target: its whole answer, or why there is none.
task<whole_result> ask_target(const ports& with, exchange& x, target to, std::string endpoint) {
    const auto provider = to.provider->id;
    const auto now = with.clock.now();
    auto prepared = prepare_call(x, to, endpoint, now);
    if (!prepared) {
        upstream_failure out;
        out.cause = "request";
        out.fault = prepared.error();
        co_return std::unexpected(std::move(out));
    }
    auto begun = with.upstreams.begin(x.home, settings_of(*to.provider));
    if (!begun) co_return std::unexpected(failed(x, classify(begun.error(), provider), false));
    const auto call = std::move(*begun);
    const running_call guard(x, *call);
    if (is_killed(with, x)) {
        upstream_failure out;
        out.cause = "killed";
        out.killed = true;
        co_return std::unexpected(std::move(out));
    }
    x.state = stage_of_life::waiting_for_head;
    x.row.t_dispatch = x.elapsed_us();
    auto head = co_await call->open(std::move(prepared->what));
    if (!head)
        co_return std::unexpected(
            failed(x, classify(head.error(), provider), call->request_sent()));
    x.row.t_head = x.elapsed_us();
    x.row.upstream_status = static_cast<std::uint16_t>(head->status);
    x.upstream_request_id = head->request_id;
    upstream_answer answer{std::move(*head), {}};
    if (answer.head.decided) co_return answer;

    auto body = co_await read_body(*call);
    if (!body) co_return std::unexpected(failed(x, classify(body.error(), provider), true));
    answer.body = std::move(*body);
    if (answer.head.status != 200) {
        auto out = failed(x, classify_status(answer.head.status, provider), true);
        out.answer = std::move(answer);
        co_return std::unexpected(std::move(out));
    }
    const auto broken = [&](std::string why) {
        return std::unexpected(
            failed(x,
                   classify(error{.code = error_code::upstream_failed,
                                  .id = "upstream.invalid_answer",
                                  .message = "provider '" + provider + "' " + std::move(why),
                                  .remedy = "try again",
                                  .origin = error_origin::upstream,
                                  .retry = true},
                            provider),
                   true));
    };
    if (!is_json(answer.head.content_type)) co_return broken("did not answer in JSON");
    if (endpoint == "chat/completions" && !read_whole_answer(answer.body).is_answer)
        co_return broken("sent something that is not a chat completion");
    co_return answer;
}

} // namespace

answer_reading read_whole_answer(std::string_view body) {
    answer_reading out;
    const auto tree = json::parse(body, {.bytes = most_answer_bytes, .depth = 64});
    if (!tree || !tree->is_object()) return out;
    const auto& o = tree->get_object();
    if (const auto* fault = o.if_contains("error"); fault != nullptr && !fault->is_null())
        return out;
    if (const auto* usage = o.if_contains("usage"); usage != nullptr && usage->is_object())
        out.usage = provider::read_usage(json::write(*usage));
    const auto* choices = o.if_contains("choices");
    if (choices == nullptr || !choices->is_array() || choices->get_array().empty()) return out;
    out.is_answer = true;
    for (const auto& c : choices->get_array()) {
        if (!c.is_object()) continue;
        const auto& choice = c.get_object();
        if (out.finish_reason.empty())
            out.finish_reason = json::text_or(choice, "finish_reason").substr(0, 24);
        const auto* message = choice.if_contains("message");
        if (message == nullptr || !message->is_object()) continue;
        const auto text = json::text_or(message->get_object(), "content");
        if (!out.text.empty() && !text.empty()) out.text += '\n';
        out.text += text;
    }
    return out;
}

task<whole_result> ask_whole(const ports& with, exchange& x, std::string endpoint) {
    x.state = stage_of_life::connecting;
    upstream_failure last;
    last.cause = "provider_down";
    last.fault = classify_status(503, "none").fault;
    for (auto& to : targets_of(x)) {
        x.row.provider_id = to.provider->id;
        x.row.upstream_model = to.model;
        ++x.row.attempts;
        if (const auto fault = drilled_fault(x, to, with.clock.now()); !fault.empty()) {
            x.drilled = true;
            const error injected{.code = error_code::upstream_failed,
                                 .id = fault == "timeout" ? "http.client.head_timeout"
                                                          : "http.client.connect",
                                 .message = "a drill",
                                 .origin = error_origin::upstream};
            last = failed(x, classify(injected, to.provider->id), false);
            continue;
        }
        auto got = co_await ask_target(with, x, to, endpoint);
        if (got) co_return got;
        const bool dispatched = last.dispatched || got.error().dispatched;
        last = std::move(got.error());
        last.dispatched = dispatched;
        if (last.rejected || last.client_gone || last.killed || last.cause == "request") break;
    }
    co_return std::unexpected(std::move(last));
}

} // namespace servery::gateway
