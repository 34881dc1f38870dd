#include "data_plane/provider/rehearsal/player.h"

#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/base/text.h"
#include "foundation/json/json.h"

#include <re2/re2.h>

#include <algorithm>

namespace servery::provider::rehearsal {

namespace {

// What a request says, as far as rules look at it.
struct question {
    std::string text; // the last user message, or the input
    std::string model;
    bool stream = false;
    bool include_usage = false;
    std::int64_t bytes = 0;
};

std::string text_of(const json::value& content) {
    if (content.is_string()) return std::string(content.get_string());
    std::string out;
    if (!content.is_array()) return out;
    for (const auto& part : content.get_array()) {
        if (part.is_string()) out += std::string(part.get_string());
        if (part.is_object()) out += json::text_or(part.get_object(), "text");
    }
    return out;
}

question read_question(const asked& request) {
    question out;
    out.bytes = static_cast<std::int64_t>(request.body.size());
    const auto tree = json::parse(request.body, {.bytes = 64 * 1024 * 1024, .depth = 64});
    if (!tree || !tree->is_object()) return out;
    const auto& o = tree->get_object();
    out.model = json::text_or(o, "model");
    out.stream = json::bool_or(o, "stream", false);
    if (const auto* so = o.if_contains("stream_options"); so != nullptr && so->is_object())
        out.include_usage = json::bool_or(so->get_object(), "include_usage", false);
    if (const auto* input = o.if_contains("input")) out.text = text_of(*input);
    const auto* messages = o.if_contains("messages");
    if (messages == nullptr || !messages->is_array()) return out;
    for (const auto& m : messages->get_array()) {
        if (!m.is_object() || json::text_or(m.get_object(), "role") != "user") continue;
        if (const auto* content = m.get_object().if_contains("content"))
            out.text = text_of(*content);
    }
    return out;
}

bool has_header(const asked& request, const std::string& wanted) {
    const auto colon = wanted.find(':');
    const auto name = lower_ascii(wanted.substr(0, colon));
    const auto value = colon == std::string::npos
                           ? std::string_view{}
                           : trim(std::string_view(wanted).substr(colon + 1));
    return std::ranges::any_of(request.headers, [&](const auto& h) {
        return h.first == name && (colon == std::string::npos || h.second == value);
    });
}

bool holds(const condition& when, const asked& request, const question& q, std::int64_t nth,
           double draw) {
    if (!when.contains.empty() && q.text.find(when.contains) == std::string::npos) return false;
    if (!when.regex.empty() && !re2::RE2::PartialMatch(q.text, when.regex)) return false;
    if (!when.model.empty() && q.model != when.model) return false;
    if (when.nth && nth != *when.nth) return false;
    if (when.every && nth % *when.every != 0) return false;
    if (when.probability && draw >= *when.probability) return false;
    return when.header.empty() || has_header(request, when.header);
}

// One random source for each request, made of the script's seed and the request's number: what a
// request gets does not depend on how others are interleaved.
class dice {
  public:
    dice(std::uint64_t seed, std::int64_t nth)
        : random_(blake2b_64(
              field_bytes().add_u64(seed).add_u64(static_cast<std::uint64_t>(nth)).view())) {}
    double unit() { return random_.unit(); }
    std::int64_t gap_us(const reply& r) {
        const double ms = r.gap_mean_ms + (2 * unit() - 1) * r.gap_jitter_ms;
        return std::max<std::int64_t>(0, static_cast<std::int64_t>(ms * 1000));
    }

  private:
    seeded_random random_;
};

std::vector<std::string> cut(std::string_view text, std::int64_t chars) {
    std::vector<std::string> out;
    std::string piece;
    std::int64_t n = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (begins && n == chars) {
            out.push_back(std::move(piece));
            piece.clear();
            n = 0;
        }
        piece += text[i];
        n += begins ? 1 : 0;
    }
    if (!piece.empty()) out.push_back(std::move(piece));
    return out;
}

json::object usage_of(const reply& r, const question& q) {
    std::int64_t in = r.input_tokens.value_or(q.bytes / 4);
    std::int64_t out = r.output_tokens.value_or(static_cast<std::int64_t>(r.text.size() + 3) / 4);
    std::int64_t cached = r.cached_tokens.value_or(0);
    if (r.usage == usage_mode::wrong) {
        in = -in;
        cached = in + 1000;
    }
    return {{"prompt_tokens", in},
            {"completion_tokens", out},
            {"total_tokens", in + out},
            {"prompt_tokens_details", json::object{{"cached_tokens", cached}}}};
}

std::string finish_of(const reply& r) {
    if (!r.finish_reason.empty()) return r.finish_reason;
    return r.tool_calls.empty() ? "stop" : "tool_calls";
}

json::array tool_calls_of(const reply& r, bool with_index) {
    json::array out;
    std::int64_t i = 0;
    for (const auto& given : r.tool_calls) {
        if (!given.is_object()) continue;
        const auto& g = given.get_object();
        const auto* arguments = g.if_contains("arguments");
        std::string text = "{}";
        if (arguments != nullptr)
            text = arguments->is_string() ? std::string(arguments->get_string())
                                          : json::write(*arguments);
        json::object call{
            {"id", "call_" + std::to_string(i)},
            {"type", "function"},
            {"function", json::object{{"name", json::text_or(g, "name")}, {"arguments", text}}}};
        if (with_index) call["index"] = i;
        out.push_back(std::move(call));
        ++i;
    }
    return out;
}

// Builds what one request gets.
class performer {
  public:
    performer(const reply& r, const fault& f, const question& q, std::int64_t nth, dice& d)
        : reply_(r), fault_(f), asked_(q), dice_(d) {
        show_.nth = nth;
        show_.fault = f.kind;
        show_.headers = r.headers;
        show_.head_wait_us = r.head_ms * 1000;
        id_ = "chatcmpl-rehearsal-" + std::to_string(nth);
    }
    performance perform(const std::string& endpoint);

  private:
    bool instead_of_an_answer();
    void whole(std::string body);
    void stream();
    void embedding();
    void apply_bytes_fault();
    void cut_after_events();
    void event(json::object delta, const json::value& finish, bool content);
    void raw(std::string bytes, std::int64_t wait_us, bool is_event) {
        show_.steps.push_back({wait_us, std::move(bytes), is_event});
    }
    [[nodiscard]] json::object base(std::string_view object) const {
        return {{"id", id_},
                {"object", object},
                {"created", 1'767'225'600},
                {"model", asked_.model.empty() ? std::string("rehearsal") : asked_.model}};
    }
    [[nodiscard]] bool is(fault_kind kind) const { return fault_.kind == kind; }

    const reply& reply_;
    const fault& fault_;
    const question& asked_;
    dice& dice_;
    performance show_;
    std::string id_;
    std::vector<bool> content_; // beside steps: carries content
};

bool performer::instead_of_an_answer() {
    switch (fault_.kind) {
    case fault_kind::refuse_connect:
        show_.end = ending::refuse;
        return true;
    case fault_kind::accept_and_hang:
        show_.head_wait_us = -1; // never
        show_.end = ending::hang;
        return true;
    case fault_kind::slow_head:
        show_.head_wait_us = fault_.delay_ms * 1000;
        return false;
    case fault_kind::status:
    case fault_kind::auth_dead: {
        show_.status = is(fault_kind::auth_dead) ? 401 : fault_.status;
        if (fault_.retry_after)
            show_.headers.emplace_back("retry-after", std::to_string(*fault_.retry_after));
        raw(R"({"error":{"message":"rehearsed status )" + std::to_string(show_.status) +
                R"(","type":"server_error","param":null,"code":null}})",
            0, false);
        return true;
    }
    case fault_kind::html_error:
        show_.content_type = "text/html";
        raw("<html><body><h1>502 Bad Gateway</h1></body></html>", 0, false);
        return true;
    case fault_kind::garbage:
        raw("\x01\x02 not json at all {{{", 0, false);
        return true;
    case fault_kind::gzip_body:
        show_.headers.emplace_back("content-encoding", "gzip");
        raw(std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00", 8), 0, false);
        return true;
    case fault_kind::too_large:
        whole(R"({"choices":[{"message":{"content":")" +
              std::string(static_cast<std::size_t>(fault_.bytes), 'x') + R"("}}]})");
        return true;
    default:
        break;
    }
    if (!reply_.status) return false;
    show_.status = *reply_.status;
    raw(reply_.body, 0, false);
    return true;
}

void performer::whole(std::string body) {
    raw(std::move(body), 0, true);
    content_.push_back(true);
}

void performer::event(json::object delta, const json::value& finish, bool content) {
    auto chunk = base("chat.completion.chunk");
    chunk["choices"] = json::array{
        json::object{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", finish}}};
    if (asked_.include_usage) chunk["usage"] = nullptr;
    const bool first = std::ranges::find(content_, true) == content_.end();
    std::int64_t wait = 0;
    if (content) wait = first ? reply_.first_ms * 1000 : dice_.gap_us(reply_);
    raw("data: " + json::write(chunk) + "\n\n", wait, true);
    content_.push_back(content);
}

void performer::stream() {
    show_.streamed = true;
    show_.content_type = "text/event-stream; charset=utf-8";
    event({{"role", "assistant"}, {"content", ""}}, nullptr, false);
    for (auto& piece : cut(reply_.thinking, reply_.chunk_chars))
        event({{"reasoning_content", piece}}, nullptr, false);
    for (auto& piece : cut(reply_.text, reply_.chunk_chars))
        event({{"content", piece}}, nullptr, true);
    for (auto& piece : cut(reply_.refusal, reply_.chunk_chars))
        event({{"refusal", piece}}, nullptr, true);
    if (!reply_.tool_calls.empty())
        event({{"tool_calls", tool_calls_of(reply_, true)}}, nullptr, true);
    if (is(fault_kind::huge_event))
        event({{"content", std::string(static_cast<std::size_t>(fault_.bytes), 'x')}}, nullptr,
              true);
    event({}, json::value(finish_of(reply_)), false);
    if (asked_.include_usage && reply_.usage != usage_mode::missing) {
        auto last = base("chat.completion.chunk");
        last["choices"] = json::array{};
        last["usage"] = usage_of(reply_, asked_);
        raw("data: " + json::write(last) + "\n\n", 0, true);
        content_.push_back(false);
    }
    if (!is(fault_kind::no_done)) {
        raw("data: [DONE]\n\n", 0, true);
        content_.push_back(false);
    }
    cut_after_events();
}

// Faults that happen after so many events with content; the rest of the script falls away.
void performer::cut_after_events() {
    const bool cuts = is(fault_kind::stall) || is(fault_kind::reset) ||
                      is(fault_kind::half_close) || is(fault_kind::truncate) ||
                      is(fault_kind::error_event) || is(fault_kind::json_tail);
    if (!cuts || fault_.after_bytes) return;
    std::int64_t seen = 0;
    std::size_t keep = 0;
    while (keep < show_.steps.size() && seen < fault_.after_events) {
        seen += content_[keep] ? 1 : 0;
        ++keep;
    }
    // Before the first content the opening event still goes out.
    if (fault_.after_events == 0) keep = std::min<std::size_t>(1, show_.steps.size());
    show_.steps.resize(keep);
    constexpr std::string_view said =
        R"({"error":{"message":"rehearsed failure","type":"server_error","code":null}})";
    if (is(fault_kind::error_event)) raw("data: " + std::string(said) + "\n\n", 0, true);
    if (is(fault_kind::json_tail)) raw(std::string(said), 0, true);
}

void performer::embedding() {
    auto vector = reply_.embedding;
    if (vector.empty()) {
        // Eight numbers of the text: equal texts, equal vectors.
        const auto hash = blake2b_256(as_bytes(asked_.text));
        for (std::size_t i = 0; i < 8; ++i)
            vector.push_back(hash[i] / 127.5 - 1);
    }
    json::array numbers;
    for (const auto v : vector)
        numbers.push_back(v);
    json::object out{
        {"object", "list"},
        {"data", json::array{json::object{
                     {"object", "embedding"}, {"index", 0}, {"embedding", std::move(numbers)}}}},
        {"model", asked_.model}};
    if (reply_.usage != usage_mode::missing) out["usage"] = usage_of(reply_, asked_);
    whole(json::write(out));
}

// Faults of the bytes themselves, whatever they say.
void performer::apply_bytes_fault() {
    auto& steps = show_.steps;
    if (is(fault_kind::bom) && !steps.empty()) steps[0].bytes.insert(0, "\xef\xbb\xbf");
    for (auto& s : steps) {
        if (is(fault_kind::comments)) s.bytes.insert(0, ": still here\n\n");
        if (is(fault_kind::no_event_lines)) continue; // an OpenAI stream has none
        if (!is(fault_kind::crlf)) continue;
        std::string changed;
        for (const char c : s.bytes)
            changed += c == '\n' ? std::string("\r\n") : std::string(1, c);
        s.bytes = std::move(changed);
    }
    if (is(fault_kind::split_utf8) || is(fault_kind::split_events)) {
        std::vector<step> parts;
        for (auto& s : steps) {
            // In the middle of a character if there is one, else anywhere.
            auto at = std::ranges::find_if(
                s.bytes, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
            auto n = static_cast<std::size_t>(at - s.bytes.begin());
            if (at == s.bytes.end()) n = s.bytes.size() / 2;
            parts.push_back({s.wait_us, s.bytes.substr(0, n), s.is_event});
            parts.push_back({1000, s.bytes.substr(n), false});
        }
        steps = std::move(parts);
    }
    if (is(fault_kind::drip)) {
        std::vector<step> drops;
        for (auto& s : steps) {
            for (std::size_t i = 0; i < s.bytes.size(); ++i)
                drops.push_back({1'000'000 / fault_.bytes_per_s, s.bytes.substr(i, 1),
                                 s.is_event && i + 1 == s.bytes.size()});
        }
        steps = std::move(drops);
    }
    if (fault_.after_bytes) {
        if (!show_.streamed && !steps.empty()) show_.false_length = steps.back().bytes.size();
        auto left = static_cast<std::size_t>(std::max<std::int64_t>(0, *fault_.after_bytes));
        std::size_t keep = 0;
        for (auto& s : steps) {
            s.bytes.resize(std::min(left, s.bytes.size()));
            left -= s.bytes.size();
            if (!s.bytes.empty()) ++keep;
        }
        steps.resize(keep);
    }
}

performance performer::perform(const std::string& endpoint) {
    if (instead_of_an_answer()) return std::move(show_);
    if (endpoint == "embeddings") {
        embedding();
    } else if (asked_.stream) {
        stream();
    } else {
        json::object message{{"role", "assistant"}, {"content", reply_.text}, {"refusal", nullptr}};
        if (!reply_.refusal.empty()) {
            message["content"] = nullptr;
            message["refusal"] = reply_.refusal;
        }
        if (!reply_.tool_calls.empty()) message["tool_calls"] = tool_calls_of(reply_, false);
        auto body = base("chat.completion");
        body["choices"] = json::array{json::object{
            {"index", 0}, {"message", std::move(message)}, {"finish_reason", finish_of(reply_)}}};
        if (reply_.usage != usage_mode::missing) body["usage"] = usage_of(reply_, asked_);
        show_.head_wait_us += reply_.first_ms * 1000;
        whole(json::write(body));
        // A whole answer breaks off in its middle.
        if (!fault_.after_bytes && (is(fault_kind::reset) || is(fault_kind::stall) ||
                                    is(fault_kind::half_close) || is(fault_kind::truncate))) {
            show_.false_length = show_.steps.back().bytes.size();
            show_.steps.back().bytes.resize(show_.steps.back().bytes.size() / 2);
        }
    }
    apply_bytes_fault();
    switch (fault_.kind) {
    case fault_kind::reset:
        show_.end = ending::reset;
        break;
    case fault_kind::stall:
        show_.end = ending::hang;
        break;
    case fault_kind::half_close:
        show_.end = ending::half_close;
        break;
    case fault_kind::truncate:
        // A stream ends cleanly without its terminal event; a whole answer ends too early.
        show_.end = show_.streamed ? ending::complete : ending::close;
        break;
    case fault_kind::wrong_length:
        show_.streamed = false;
        show_.false_length = 10;
        for (const auto& s : show_.steps)
            *show_.false_length += s.bytes.size();
        show_.end = ending::close;
        break;
    default:
        break;
    }
    return std::move(show_);
}

} // namespace

performance player::perform(const asked& request) {
    const auto nth = count_.fetch_add(1, std::memory_order_relaxed) + 1;
    dice rolled(script_.rng, nth);
    const auto q = read_question(request);
    for (const auto& r : script_.rules) {
        if (!holds(r.when, request, q, nth, rolled.unit())) continue;
        return performer(r.reply, r.fault, q, nth, rolled).perform(request.endpoint);
    }
    const fault none;
    return performer(script_.fallback, none, q, nth, rolled).perform(request.endpoint);
}

} // namespace servery::provider::rehearsal
