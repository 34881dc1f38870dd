// One pass over a request's body gives views of what the gateway must know; never a tree. Offsets
// are bytes of the body, half-open. Thread: one parser a thread (the function keeps one).
#pragma once

#include "foundation/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

struct span_of {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] bool empty() const { return begin == end; }
    [[nodiscard]] std::size_t size() const { return end - begin; }
};

// A top-level member: from the quote of its key to the end of its value.
struct member_slice {
    std::string name; // unescaped
    span_of key;      // with quotes
    span_of value;
};

// A text inside a message: its JSON string with quotes, and what it says.
struct text_slice {
    span_of where;
    std::string text;
};

struct message_slice {
    span_of where; // the object
    std::string role;
    std::vector<text_slice> texts; // content string, text parts, refusal
};

struct request_slices {
    std::vector<member_slice> members; // in order
    span_of object;                    // the whole document, from { to }
    std::optional<span_of> model;      // value with quotes
    std::string model_text;
    std::optional<span_of> messages; // the array
    std::vector<message_slice> turns;
    bool stream = false;
    bool include_usage = false;
    std::optional<span_of> stream_options; // the object
    std::optional<std::int64_t> max_output;
    std::string max_output_name; // max_tokens or max_completion_tokens
    std::int64_t n = 1;
    std::optional<span_of> user;
    std::string user_text;
    std::optional<span_of> safety_identifier;
    std::string safety_identifier_text;
    std::string conversation; // metadata.conversation_id
    std::int64_t tools = 0;
    bool forced_tool = false;      // tool_choice names one, or "required"
    bool structured = false;       // response_format json_object or json_schema
    std::string schema_name;       // of json_schema
    std::vector<text_slice> input; // embeddings: the texts

    [[nodiscard]] const member_slice* member(std::string_view name) const;
    // The text of the last message of role user, its texts joined by a line end.
    [[nodiscard]] std::string last_user_text() const;
};

enum class request_kind { chat, embeddings };

// `body` must be followed by at least 64 readable bytes.
// Errors: request.invalid_json (not JSON, not UTF-8, a lone surrogate, deeper than 64),
// request.refused_field (a repeated name, or one that would choose the upstream),
// request.invalid_field; `where` names the member.
[[nodiscard]] result<request_slices> slice(std::string_view body, request_kind kind);

constexpr std::size_t json_tail_room = 64;

} // namespace servery::gateway
