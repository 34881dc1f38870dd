#include "data_plane/gateway/slices.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace servery::gateway {

namespace {

namespace sj = simdjson::ondemand;

constexpr int deepest = 64;

// Members that would choose where the request goes, in some proxies' dialects.
constexpr std::array refused_members{"api_base", "base_url", "api_key", "custom_llm_provider",
                                     "extra_headers"};
// Members that are looked at: repeated ones are refused, because two parsers may disagree.
constexpr std::array looked_at{"model",
                               "messages",
                               "stream",
                               "stream_options",
                               "max_tokens",
                               "n",
                               "user",
                               "metadata",
                               "max_completion_tokens",
                               "max_output_tokens",
                               "tools",
                               "tool_choice",
                               "safety_identifier",
                               "response_format",
                               "system",
                               "input"};

std::unexpected<error> invalid_json(std::string_view why) {
    return fail(error_code::invalid_argument, "request.invalid_json",
                "the body is not JSON: " + std::string(why), "", "send one JSON object");
}

std::unexpected<error> invalid_field(std::string_view name, std::string_view wanted) {
    return fail(error_code::invalid_argument, "request.invalid_field",
                std::string(name) + " must be " + std::string(wanted), std::string(name),
                "send " + std::string(wanted));
}

std::unexpected<error> refused_field(std::string_view name, std::string_view why) {
    return fail(error_code::invalid_argument, "request.refused_field",
                "the member " + std::string(name) + " " + std::string(why), std::string(name),
                "remove it");
}

bool within_depth(std::string_view body) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

// Reads one body; fault_ is the first fault, after which nothing more is read.
class reader {
  public:
    reader(std::string_view body, request_kind kind) : body_(body), kind_(kind) {}
    result<request_slices> read(sj::parser& parser);

  private:
    [[nodiscard]] std::size_t at(const char* p) const {
        return static_cast<std::size_t>(p - body_.data());
    }
    // From a string's opening quote to behind its closing one.
    [[nodiscard]] span_of string_span(std::size_t open) const;
    [[nodiscard]] std::size_t trim_end(std::size_t begin, std::size_t end) const;

    void read_member(std::string_view name, sj::value& value, member_slice& m);
    void read_messages(sj::value& value, member_slice& m);
    void read_message(sj::object& object, message_slice& out);
    void read_content(sj::value& value, message_slice& out);
    void read_part(sj::object& part, message_slice& out);
    void read_object(std::string_view name, sj::value& value, member_slice& m);
    void read_tool_choice(sj::value& value, member_slice& m);
    void read_input(sj::value& value, member_slice& m);
    std::string read_text(std::string_view name, sj::value& value, span_of& where);
    void read_count(std::string_view name, sj::value& value, std::int64_t& out);
    void skip(sj::value& value, member_slice& m);

    void fault(std::unexpected<error> f) {
        if (!fault_) fault_ = std::move(f.error());
    }
    bool bad(simdjson::error_code code) {
        if (code == simdjson::SUCCESS) return false;
        fault(invalid_json(simdjson::error_message(code)));
        return true;
    }

    std::string_view body_;
    request_kind kind_;
    request_slices out_;
    std::optional<error> fault_;
};

span_of reader::string_span(std::size_t open) const {
    std::size_t i = open + 1;
    while (i < body_.size() && body_[i] != '"')
        i += body_[i] == '\\' ? 2 : 1;
    return {open, std::min(i + 1, body_.size())};
}

std::size_t reader::trim_end(std::size_t begin, std::size_t end) const {
    while (end > begin && (body_[end - 1] == ' ' || body_[end - 1] == '\n' ||
                           body_[end - 1] == '\r' || body_[end - 1] == '\t'))
        --end;
    return end;
}

std::string reader::read_text(std::string_view name, sj::value& value, span_of& where) {
    where = string_span(at(value.raw_json_token().data()));
    std::string_view text;
    const auto code = value.get_string().get(text);
    if (code == simdjson::INCORRECT_TYPE) {
        fault(invalid_field(name, "a text"));
        return {};
    }
    if (bad(code)) return {};
    return std::string(text);
}

void reader::skip(sj::value& value, member_slice& m) {
    const auto token = value.raw_json_token();
    const auto begin = at(token.data());
    if (begin < body_.size() && body_[begin] == '"') {
        m.value = string_span(begin);
        return;
    }
    sj::json_type type{};
    if (bad(value.type().get(type))) return;
    if (type == sj::json_type::array || type == sj::json_type::object) {
        std::string_view raw;
        if (type == sj::json_type::array) {
            sj::array list;
            if (bad(value.get_array().get(list)) || bad(list.raw_json().get(raw))) return;
        } else {
            sj::object object;
            if (bad(value.get_object().get(object)) || bad(object.raw_json().get(raw))) return;
        }
        m.value = {begin, trim_end(begin, begin + raw.size())};
        return;
    }
    m.value = {begin, trim_end(begin, begin + token.size())};
}

void reader::read_count(std::string_view name, sj::value& value, std::int64_t& out) {
    const auto code = value.get_int64().get(out);
    if (code != simdjson::SUCCESS || out < 0) fault(invalid_field(name, "a whole number"));
}

void reader::read_part(sj::object& part, message_slice& out) {
    std::string type;
    std::optional<text_slice> text;
    for (auto field : part) {
        std::string_view name;
        if (bad(field.unescaped_key().get(name))) return;
        sj::value value;
        if (bad(field.value().get(value))) return;
        sj::json_type kind{};
        if (bad(value.type().get(kind))) return;
        if (kind != sj::json_type::string) continue;
        if (name == "type") {
            span_of ignored;
            type = read_text("messages.content.type", value, ignored);
        } else if (name == "text" || name == "refusal") {
            text.emplace();
            text->text = read_text("messages.content.text", value, text->where);
        }
    }
    if (text) out.texts.push_back(std::move(*text));
}

void reader::read_content(sj::value& value, message_slice& out) {
    sj::json_type type{};
    if (bad(value.type().get(type))) return;
    if (type == sj::json_type::string) {
        text_slice text;
        text.text = read_text("messages.content", value, text.where);
        out.texts.push_back(std::move(text));
        return;
    }
    if (type == sj::json_type::null) return;
    if (type != sj::json_type::array)
        return fault(invalid_field("messages.content", "a text or a list of parts"));
    sj::array parts;
    if (bad(value.get_array().get(parts))) return;
    for (auto element : parts) {
        sj::object part;
        if (element.get_object().get(part) != simdjson::SUCCESS)
            return fault(invalid_field("messages.content", "a list of objects"));
        read_part(part, out);
        if (fault_) return;
    }
}

void reader::read_message(sj::object& object, message_slice& out) {
    for (auto field : object) {
        std::string_view name;
        if (bad(field.unescaped_key().get(name))) return;
        const std::string key(name);
        sj::value value;
        if (bad(field.value().get(value))) return;
        if (key == "role") {
            if (!out.role.empty())
                return fault(refused_field("messages.role", "is there twice in one message"));
            span_of ignored;
            out.role = read_text("messages.role", value, ignored);
        } else if (key == "content" || key == "refusal") {
            read_content(value, out);
        }
        if (fault_) return;
    }
    if (out.role.empty()) fault(invalid_field("messages.role", "there in every message"));
}

void reader::read_messages(sj::value& value, member_slice& m) {
    sj::array list;
    const auto begin = at(value.raw_json_token().data());
    if (value.get_array().get(list) != simdjson::SUCCESS)
        return fault(invalid_field("messages", "a list"));
    std::string_view raw;
    if (bad(list.raw_json().get(raw))) return;
    m.value = {begin, trim_end(begin, begin + raw.size())};
    out_.messages = m.value;
    if (bad(list.reset().error())) return;
    for (auto element : list) {
        sj::value item;
        if (bad(element.get(item))) return;
        message_slice message;
        const auto from = at(item.raw_json_token().data());
        sj::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS)
            return fault(invalid_field("messages", "a list of objects"));
        std::string_view text;
        if (bad(object.raw_json().get(text)) || bad(object.reset().error())) return;
        message.where = {from, trim_end(from, from + text.size())};
        read_message(object, message);
        if (fault_) return;
        out_.turns.push_back(std::move(message));
    }
    if (out_.turns.empty()) fault(invalid_field("messages", "a list of at least one message"));
}

// stream_options, metadata, response_format: one level is looked at.
void reader::read_object(std::string_view name, sj::value& value, member_slice& m) {
    sj::json_type type{};
    if (bad(value.type().get(type))) return;
    if (type == sj::json_type::null) return skip(value, m);
    sj::object object;
    const auto begin = at(value.raw_json_token().data());
    if (type != sj::json_type::object || bad(value.get_object().get(object)))
        return fault(invalid_field(name, "an object"));
    std::string_view raw;
    if (bad(object.raw_json().get(raw)) || bad(object.reset().error())) return;
    m.value = {begin, trim_end(begin, begin + raw.size())};
    for (auto field : object) {
        std::string_view key_view;
        if (bad(field.unescaped_key().get(key_view))) return;
        const std::string key(key_view);
        sj::value inner;
        if (bad(field.value().get(inner))) return;
        span_of ignored;
        if (name == "stream_options" && key == "include_usage") {
            bool on = false;
            if (inner.get_bool().get(on) != simdjson::SUCCESS)
                return fault(invalid_field("stream_options.include_usage", "true or false"));
            out_.include_usage = on;
        } else if (name == "metadata" && key == "conversation_id") {
            out_.conversation = read_text("metadata.conversation_id", inner, ignored);
        } else if (name == "response_format" && key == "type") {
            const auto kind = read_text("response_format.type", inner, ignored);
            out_.structured = kind == "json_object" || kind == "json_schema";
        } else if (name == "response_format" && key == "json_schema") {
            sj::object schema;
            std::string_view schema_name;
            if (inner.get_object().get(schema) == simdjson::SUCCESS &&
                schema["name"].get_string().get(schema_name) == simdjson::SUCCESS)
                out_.schema_name = std::string(schema_name);
        }
        if (fault_) return;
    }
}

void reader::read_tool_choice(sj::value& value, member_slice& m) {
    sj::json_type type{};
    if (bad(value.type().get(type))) return;
    if (type == sj::json_type::string) {
        out_.forced_tool = read_text("tool_choice", value, m.value) == "required";
        return;
    }
    out_.forced_tool = type == sj::json_type::object;
    skip(value, m);
}

void reader::read_input(sj::value& value, member_slice& m) {
    sj::json_type type{};
    if (bad(value.type().get(type))) return;
    if (type == sj::json_type::string) {
        text_slice text;
        text.text = read_text("input", value, text.where);
        m.value = text.where;
        out_.input.push_back(std::move(text));
        return;
    }
    sj::array list;
    const auto begin = at(value.raw_json_token().data());
    if (type != sj::json_type::array || bad(value.get_array().get(list)))
        return fault(invalid_field("input", "a text or a list"));
    std::string_view raw;
    if (bad(list.raw_json().get(raw)) || bad(list.reset().error())) return;
    m.value = {begin, trim_end(begin, begin + raw.size())};
    for (auto element : list) {
        sj::value item;
        if (bad(element.get(item)) || bad(item.type().get(type))) return;
        if (type != sj::json_type::string) continue;
        text_slice text;
        text.text = read_text("input", item, text.where);
        out_.input.push_back(std::move(text));
    }
}

void reader::read_member(std::string_view name, sj::value& value, member_slice& m) {
    if (name == "model") {
        out_.model_text = read_text(name, value, m.value);
        out_.model = m.value;
    } else if (name == "messages" && kind_ == request_kind::chat) {
        read_messages(value, m);
    } else if (name == "input" && kind_ == request_kind::embeddings) {
        read_input(value, m);
    } else if (name == "stream") {
        sj::json_type type{};
        if (bad(value.type().get(type))) return;
        if (type != sj::json_type::null && value.get_bool().get(out_.stream) != simdjson::SUCCESS)
            fault(invalid_field(name, "true or false"));
    } else if (name == "n") {
        sj::json_type type{};
        if (bad(value.type().get(type))) return;
        if (type != sj::json_type::null) read_count(name, value, out_.n);
    } else if (name == "max_tokens" || name == "max_completion_tokens") {
        skip(value, m);
        std::int64_t count = 0;
        sj::json_type type{};
        if (bad(value.type().get(type)) || type == sj::json_type::null) return;
        read_count(name, value, count);
        out_.max_output = out_.max_output ? std::max(*out_.max_output, count) : count;
        out_.max_output_name = std::string(name);
    } else if (name == "user" || name == "safety_identifier") {
        sj::json_type type{};
        if (bad(value.type().get(type))) return;
        if (type == sj::json_type::null) return skip(value, m);
        auto& text = name == "user" ? out_.user_text : out_.safety_identifier_text;
        text = read_text(name, value, m.value);
        (name == "user" ? out_.user : out_.safety_identifier) = m.value;
    } else if (name == "stream_options" || name == "metadata" || name == "response_format") {
        read_object(name, value, m);
        if (name == "stream_options" && !m.value.empty() && body_[m.value.begin] == '{')
            out_.stream_options = m.value;
    } else if (name == "tool_choice") {
        read_tool_choice(value, m);
    } else if (name == "tools") {
        sj::array list;
        std::size_t count = 0;
        if (value.get_array().get(list) == simdjson::SUCCESS &&
            list.count_elements().get(count) == simdjson::SUCCESS)
            out_.tools = static_cast<std::int64_t>(count);
    } else {
        skip(value, m);
    }
}

result<request_slices> reader::read(sj::parser& parser) {
    if (!within_depth(body_)) return invalid_json("it is nested more than 64 deep");
    const simdjson::padded_string_view padded(body_.data(), body_.size(),
                                              body_.size() + json_tail_room);
    sj::document doc;
    if (bad(parser.iterate(padded).get(doc))) return std::unexpected(*fault_);
    sj::object top;
    if (doc.get_object().get(top) != simdjson::SUCCESS) return invalid_json("it is not an object");
    out_.object.begin = body_.find('{');
    out_.object.end = trim_end(0, body_.size());
    for (auto field : top) {
        sj::field f;
        if (bad(std::move(field).get(f))) break;
        member_slice m;
        m.key = string_span(at(f.key().raw()) - 1);
        std::string_view name;
        if (bad(f.unescaped_key().get(name))) break;
        m.name = std::string(name);
        if (std::ranges::find(refused_members, m.name) != refused_members.end())
            fault(refused_field(m.name, "may not choose the upstream"));
        if (std::ranges::find(looked_at, m.name) != looked_at.end() &&
            out_.member(m.name) != nullptr)
            fault(refused_field(m.name, "is there twice"));
        if (fault_) break;
        sj::value value = f.value();
        const auto begin = at(value.raw_json_token().data());
        const auto token = value.raw_json_token();
        read_member(m.name, value, m);
        if (fault_) break;
        if (m.value.empty()) m.value = {begin, trim_end(begin, begin + token.size())};
        out_.members.push_back(std::move(m));
    }
    if (fault_) return std::unexpected(*fault_);
    if (doc.current_location().error() == simdjson::SUCCESS)
        return invalid_json("something follows the object");
    if (kind_ == request_kind::chat && !out_.messages) return invalid_field("messages", "there");
    if (kind_ == request_kind::embeddings && out_.member("input") == nullptr)
        return invalid_field("input", "there");
    return std::move(out_);
}

} // namespace

const member_slice* request_slices::member(std::string_view name) const {
    const auto it = std::ranges::find(members, name, &member_slice::name);
    return it == members.end() ? nullptr : &*it;
}

std::string request_slices::last_user_text() const {
    for (auto it = turns.rbegin(); it != turns.rend(); ++it) {
        if (it->role != "user") continue;
        std::string out;
        for (const auto& t : it->texts) {
            if (!out.empty()) out += '\n';
            out += t.text;
        }
        return out;
    }
    return {};
}

result<request_slices> slice(std::string_view body, request_kind kind) {
    thread_local sj::parser parser;
    return reader(body, kind).read(parser);
}

} // namespace servery::gateway
