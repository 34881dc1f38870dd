#include "data_plane/gateway/attempts.h"
#include "data_plane/gateway/open_call.h"
#include "data_plane/gateway/relay.h"
#include "foundation/json/json.h"

namespace servery::gateway {

namespace {

constexpr std::size_t most_answer_bytes = 8 * 1024 * 1024; // of an answer that is scanned

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

upstream_failure broken(const exchange& x, const std::string& provider, std::string_view why) {
    return failure_of(x,
                      classify(error{.code = error_code::upstream_failed,
                                     .id = "upstream.invalid_answer",
                                     .message = "provider '" + provider + "' " + std::string(why),
                                     .remedy = "try again",
                                     .origin = error_origin::upstream,
                                     .retry = true},
                               provider),
                      true);
}

void read_answer(upstream_answer& answer) {
    auto tree = json::parse(answer.body, {.bytes = most_answer_bytes, .depth = 64});
    if (!tree) return;
    answer.tree = std::move(*tree);
    answer.said = read_whole_answer(answer.tree);
}

// One target: its whole answer, or why there is none.
task<whole_result> ask_target(const ports& with, exchange& x, target to, std::string endpoint) {
    const auto& provider = to.provider->id;
    auto call = co_await open_target(with, x, to, endpoint);
    if (!call) co_return std::unexpected(std::move(call.error()));
    upstream_answer answer;
    answer.head = std::move(call->head);
    if (answer.head.decided) co_return answer;

    auto body = co_await read_body(call->upstream());
    if (!body) co_return std::unexpected(failure_of(x, classify(body.error(), provider), true));
    answer.body = std::move(*body);
    if (answer.head.status != 200) {
        auto out = failure_of(x, classify_status(answer.head.status, provider), true);
        out.answer = std::move(answer);
        co_return std::unexpected(std::move(out));
    }
    if (!is_json(answer.head.content_type))
        co_return std::unexpected(broken(x, provider, "did not answer in JSON"));
    read_answer(answer);
    if (endpoint == "chat/completions" && !answer.said.is_answer)
        co_return std::unexpected(
            broken(x, provider, "sent something that is not a chat completion"));
    co_return answer;
}

} // namespace

answer_reading read_whole_answer(const json::value& tree) {
    answer_reading out;
    if (!tree.is_object()) return out;
    const auto& o = tree.get_object();
    if (const auto* fault = o.if_contains("error"); fault != nullptr && !fault->is_null())
        return out;
    if (const auto* usage = o.if_contains("usage"); usage != nullptr && usage->is_object())
        out.usage = provider::read_usage(usage->get_object());
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
    attempts tries(with, x);
    while (co_await tries.next()) {
        auto got = co_await ask_target(with, x, tries.to(), endpoint);
        if (got) {
            tries.answered();
            co_return got;
        }
        tries.failed(std::move(got.error()));
    }
    co_return std::unexpected(tries.why_not());
}

} // namespace servery::gateway
