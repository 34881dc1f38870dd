#include "data_plane/gateway/answers.h"

#include "foundation/http/sse.h"
#include "foundation/json/json.h"

namespace servery::gateway {

namespace {

json::object head_members(const authored_answer& what, const authored_head& head,
                          std::string_view object) {
    json::object out;
    out["id"] = "chatcmpl-" + head.exchange_id;
    out["object"] = object;
    out["created"] = head.at.ms / 1000;
    out["model"] = what.model;
    json::object ours;
    if (head.show_reason) {
        ours["served"] = json::enum_word(what.served);
        ours["reason"] = what.reason;
    }
    ours["answered_by"] = json::enum_word(what.answered_by);
    if (!what.label_version.empty()) ours["label"] = what.label_version;
    if (!what.choices.empty()) ours["choices"] = json::to_json(what.choices);
    if (!what.sources.empty()) ours["sources"] = json::to_json(what.sources);
    ours["request_id"] = head.exchange_id;
    out["servery"] = std::move(ours);
    return out;
}

json::object no_usage() {
    return {{"prompt_tokens", 0}, {"completion_tokens", 0}, {"total_tokens", 0}};
}

void append_chunk(std::string& out, json::object chunk, json::object delta,
                  const json::value& finish) {
    chunk["choices"] = json::array{
        json::object{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", finish}}};
    http::append_sse(out, json::write(chunk));
}

} // namespace

std::string whole_answer(const authored_answer& what, const authored_head& head) {
    auto out = head_members(what, head, "chat.completion");
    json::object message{{"role", "assistant"}};
    if (what.as_refusal) {
        message["content"] = nullptr;
        message["refusal"] = what.text;
    } else {
        message["content"] = what.text;
        message["refusal"] = nullptr;
    }
    out["choices"] = json::array{json::object{{"index", 0},
                                              {"message", std::move(message)},
                                              {"logprobs", nullptr},
                                              {"finish_reason", what.finish_reason}}};
    out["usage"] = no_usage();
    return json::write(out);
}

std::string streamed_answer(const authored_answer& what, const authored_head& head,
                            bool include_usage) {
    const auto chunk = head_members(what, head, "chat.completion.chunk");
    std::string out;
    if (what.as_refusal)
        append_chunk(out, chunk, {{"role", "assistant"}, {"content", nullptr}, {"refusal", ""}},
                     nullptr);
    else
        append_chunk(out, chunk, {{"role", "assistant"}, {"content", ""}}, nullptr);
    for (const auto piece : sentences(what.text))
        append_chunk(out, chunk, {{what.as_refusal ? "refusal" : "content", piece}}, nullptr);
    append_chunk(out, chunk, {}, json::value(what.finish_reason));
    if (include_usage) {
        auto last = chunk;
        last["choices"] = json::array{};
        last["usage"] = no_usage();
        http::append_sse(out, json::write(last));
    }
    http::append_sse(out, "[DONE]");
    return out;
}

std::vector<std::string_view> sentences(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool mark = text[i] == '.' || text[i] == '!' || text[i] == '?';
        const bool line = text[i] == '\n';
        if (!line && !(mark && i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\n')))
            continue;
        std::size_t end = i + 1;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\n'))
            ++end;
        out.push_back(text.substr(from, end - from));
        from = end;
        i = end - 1;
    }
    if (from < text.size()) out.push_back(text.substr(from));
    return out;
}

} // namespace servery::gateway
