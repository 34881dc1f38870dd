#include "data_plane/gateway/stream_events.h"

#include "foundation/json/json.h"

namespace servery::gateway {

namespace {

void read_choice(const json::object& choice, stream_event& out) {
    if (const auto* finish = choice.if_contains("finish_reason");
        finish != nullptr && finish->is_string())
        out.finish_reason = std::string(finish->get_string());
    const auto* delta = choice.if_contains("delta");
    if (delta == nullptr || !delta->is_object()) return;
    const auto& d = delta->get_object();
    const auto text = json::text_or(d, "content");
    const bool first = json::int_or(choice, "index", 0) == 0;
    if (first) out.text += text;
    const auto* tools = d.if_contains("tool_calls");
    const bool calls = tools != nullptr && tools->is_array() && !tools->get_array().empty();
    out.content = out.content || !text.empty() || calls || !json::text_or(d, "refusal").empty() ||
                  d.contains("function_call");
}

} // namespace

stream_event read_stream_event(std::string_view data) {
    stream_event out;
    if (data == "[DONE]") {
        out.done = true;
        return out;
    }
    if (data.empty()) return out; // `data:` alone says nothing
    const auto tree = json::parse(data, {.bytes = 2 * 1024 * 1024, .depth = 64});
    if (!tree || !tree->is_object()) {
        out.failed = true;
        out.fault = "not JSON";
        return out;
    }
    const auto& o = tree->get_object();
    if (const auto* fault = o.if_contains("error"); fault != nullptr && !fault->is_null()) {
        out.failed = true;
        out.fault = "error object";
        return out;
    }
    if (const auto* usage = o.if_contains("usage"); usage != nullptr && usage->is_object())
        out.usage = provider::read_usage(json::write(*usage));
    const auto* choices = o.if_contains("choices");
    if (choices == nullptr || !choices->is_array()) return out;
    out.choices_empty = choices->get_array().empty();
    for (const auto& c : choices->get_array()) {
        if (c.is_object()) read_choice(c.get_object(), out);
    }
    return out;
}

std::string without_null_usage(std::string_view raw) {
    constexpr std::string_view name = "\"usage\"";
    const auto at = raw.find(name);
    if (at == std::string_view::npos) return std::string(raw);
    // Inside a string the quotes would be escaped, so this is a member's name or a whole value.
    auto end = at + name.size();
    const auto skip_blanks = [&] {
        while (end < raw.size() && (raw[end] == ' ' || raw[end] == '\t'))
            ++end;
    };
    skip_blanks();
    if (end >= raw.size() || raw[end] != ':') return std::string(raw);
    ++end;
    skip_blanks();
    if (raw.substr(end, 4) != "null") return std::string(raw);
    end += 4;
    skip_blanks();
    auto begin = at;
    if (end < raw.size() && raw[end] == ',') {
        ++end;
        skip_blanks();
    } else {
        while (begin > 0 && raw[begin - 1] != ',' && raw[begin - 1] != '{')
            --begin;
        if (begin > 0 && raw[begin - 1] == ',') --begin;
    }
    return std::string(raw.substr(0, begin)) + std::string(raw.substr(end));
}

} // namespace servery::gateway
