#include "data_plane/gateway/answer_event.h"

#include "foundation/json/json.h"

#include <simdjson.h>

#include <algorithm>

namespace servery::gateway {

namespace {

namespace sj = simdjson::ondemand;

class event_reader {
  public:
    explicit event_reader(std::string_view data) : data_(data) {}
    answer_event read(sj::parser& parser, simdjson::padded_string_view padded);

  private:
    bool read_members(sj::object root);
    bool read_usage(sj::value& value);
    bool read_choices(sj::value& value);
    bool read_choice(sj::object choice);
    bool read_delta(sj::object delta);
    bool read_tools(sj::array tools);
    bool read_call(sj::object call, answer_part part, std::int64_t index);
    bool take_text(sj::value& value, answer_lane lane);
    [[nodiscard]] std::size_t at(const char* p) const {
        return static_cast<std::size_t>(p - base_);
    }
    [[nodiscard]] std::size_t string_end(std::size_t open) const;

    std::string_view data_;
    const char* base_ = nullptr;
    answer_event out_;
};

std::size_t event_reader::string_end(std::size_t open) const {
    std::size_t i = open + 1;
    while (i < data_.size() && data_[i] != '"')
        i += data_[i] == '\\' ? 2 : 1;
    return std::min(i + 1, data_.size());
}

bool is_null(sj::value& value) {
    bool null = false;
    return value.is_null().get(null) == simdjson::SUCCESS && null;
}

bool is_a(sj::value& value, sj::json_type wanted) {
    sj::json_type type{};
    return value.type().get(type) == simdjson::SUCCESS && type == wanted;
}

// A number that is none, as some providers send it, is 0.
std::int64_t index_in(sj::value& value) {
    std::int64_t out = 0;
    if (!is_a(value, sj::json_type::number) || value.get_int64().get(out) != simdjson::SUCCESS)
        return 0;
    return out;
}

// True also for a member that is no text: it is left as it is.
bool event_reader::take_text(sj::value& value, answer_lane lane) {
    sj::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type != sj::json_type::string) {
        if (!is_null(value)) out_.bare = false;
        return true;
    }
    answer_slot slot{.lane = std::move(lane)};
    slot.begin = at(value.raw_json_token().data());
    slot.end = string_end(slot.begin);
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) return false;
    slot.text = std::string(text);
    const bool shown =
        slot.lane.part == answer_part::content || slot.lane.part == answer_part::refusal;
    out_.content = out_.content || (shown && !text.empty());
    out_.slots.push_back(std::move(slot));
    return true;
}

// {"name":…,"arguments":"…"}
bool event_reader::read_call(sj::object call, answer_part part, std::int64_t index) {
    for (auto field : call) {
        std::string_view name;
        sj::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return false;
        if (name == "arguments") {
            if (!take_text(value, {.part = part, .index = index, .member = {}})) return false;
        } else if (!is_null(value)) {
            out_.bare = false;
        }
    }
    return true;
}

bool event_reader::read_tools(sj::array tools) {
    for (auto element : tools) {
        sj::object tool;
        out_.content = true;
        if (element.get_object().get(tool) != simdjson::SUCCESS) return false;
        const auto first = out_.slots.size();
        std::int64_t index = 0;
        for (auto field : tool) {
            std::string_view name;
            sj::value value;
            if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
                field.value().get(value) != simdjson::SUCCESS)
                return false;
            if (name == "index") {
                index = index_in(value);
            } else if (name == "function") {
                sj::object call;
                if (value.get_object().get(call) != simdjson::SUCCESS ||
                    !read_call(call, answer_part::tool_args, 0))
                    return false;
            } else if (!is_null(value)) {
                out_.bare = false;
            }
        }
        for (auto i = first; i < out_.slots.size(); ++i)
            out_.slots[i].lane.index = index;
    }
    return true;
}

bool event_reader::read_delta(sj::object delta) {
    for (auto field : delta) {
        std::string_view name;
        sj::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return false;
        bool good = true;
        if (name == "content") {
            good = take_text(value, {.part = answer_part::content, .member = {}});
        } else if (name == "refusal") {
            good = take_text(value, {.part = answer_part::refusal, .member = {}});
        } else if (name == "reasoning_content" || name == "reasoning" || name == "thinking") {
            answer_lane lane{.part = answer_part::reasoning, .member = std::string(name)};
            good = take_text(value, std::move(lane));
        } else if (name == "tool_calls" && !is_null(value)) {
            sj::array tools;
            good = value.get_array().get(tools) == simdjson::SUCCESS && read_tools(tools);
        } else if (name == "function_call" && !is_null(value)) {
            sj::object call;
            out_.content = true;
            good = value.get_object().get(call) == simdjson::SUCCESS &&
                   read_call(call, answer_part::function_args, 0);
        } else if (!is_null(value)) {
            out_.bare = false; // the role, and whatever a dialect adds
        }
        if (!good) return false;
    }
    return true;
}

bool event_reader::read_choice(sj::object choice) {
    const auto first = out_.slots.size();
    std::int64_t index = 0;
    bool finished = false;
    for (auto field : choice) {
        std::string_view name;
        sj::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return false;
        if (name == "index") {
            index = index_in(value);
        } else if (name == "delta" && !is_null(value)) {
            sj::object delta;
            if (value.get_object().get(delta) != simdjson::SUCCESS || !read_delta(delta))
                return false;
        } else if (name == "finish_reason") {
            finished = !is_null(value);
            std::string_view reason;
            if (is_a(value, sj::json_type::string) &&
                value.get_string().get(reason) == simdjson::SUCCESS)
                out_.finish_reason = std::string(reason);
        } else if (name == "logprobs" && !is_null(value)) {
            const auto begin = at(value.raw_json_token().data());
            std::string_view raw;
            sj::object object;
            if (value.get_object().get(object) != simdjson::SUCCESS ||
                object.raw_json().get(raw) != simdjson::SUCCESS)
                return false;
            auto size = raw.size();
            while (size > 0 && raw[size - 1] != '}')
                --size;
            out_.logprobs.emplace_back(begin, begin + size);
        }
    }
    for (auto i = first; i < out_.slots.size(); ++i)
        out_.slots[i].lane.choice = index;
    if (finished) out_.finished.push_back(index);
    return true;
}

bool event_reader::read_usage(sj::value& value) {
    if (is_null(value)) return true;
    out_.bare = false;
    if (!is_a(value, sj::json_type::object)) return true;
    sj::object object;
    std::string_view raw;
    if (value.get_object().get(object) != simdjson::SUCCESS ||
        object.raw_json().get(raw) != simdjson::SUCCESS)
        return false;
    out_.usage = provider::read_usage(raw);
    return true;
}

bool event_reader::read_choices(sj::value& value) {
    sj::array choices;
    if (is_null(value)) return true;
    if (value.get_array().get(choices) != simdjson::SUCCESS) return false;
    out_.choices_empty = true;
    for (auto element : choices) {
        sj::object choice;
        out_.choices_empty = false;
        if (element.get_object().get(choice) != simdjson::SUCCESS || !read_choice(choice))
            return false;
    }
    if (out_.choices_empty) out_.bare = false;
    return true;
}

bool event_reader::read_members(sj::object root) {
    for (auto field : root) {
        std::string_view name;
        sj::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return false;
        if (name == "error" && !is_null(value)) {
            out_.failed = true;
            return false;
        }
        if (name == "usage" && !read_usage(value)) return false;
        if (name == "choices" && !read_choices(value)) return false;
    }
    return true;
}

// Whether it is a JSON object at all; asked only of what could not be read.
bool is_object(std::string_view data) {
    const auto tree = json::parse(data, {.bytes = 2 * 1024 * 1024, .depth = 64});
    return tree && tree->is_object();
}

// Nothing stands behind the object.
bool is_over(sj::document& doc) {
    const char* at = nullptr;
    return doc.current_location().get(at) == simdjson::OUT_OF_BOUNDS;
}

answer_event event_reader::read(sj::parser& parser, simdjson::padded_string_view padded) {
    base_ = padded.data();
    sj::document doc;
    sj::object root;
    out_.read = parser.iterate(padded).get(doc) == simdjson::SUCCESS &&
                doc.get_object().get(root) == simdjson::SUCCESS && read_members(root) &&
                is_over(doc);
    if (out_.read) {
        std::ranges::sort(out_.slots, {}, &answer_slot::begin);
        return std::move(out_);
    }
    answer_event unknown;
    unknown.failed = out_.failed || !is_object(data_);
    return unknown;
}

} // namespace

std::string answer_event::text() const {
    std::string out;
    for (const auto& slot : slots)
        if (slot.lane.choice == 0 && slot.lane.part == answer_part::content) out += slot.text;
    return out;
}

answer_event read_answer_event(std::string_view data) {
    if (data.empty()) return {};
    if (data == "[DONE]")
        return {.done = true,
                .finish_reason = {},
                .usage = {},
                .slots = {},
                .logprobs = {},
                .finished = {}};
    thread_local sj::parser parser;
    thread_local std::string padded;
    padded.assign(data);
    padded.resize(data.size() + simdjson::SIMDJSON_PADDING, ' ');
    return event_reader(data).read(
        parser, simdjson::padded_string_view(padded.data(), data.size(), padded.size()));
}

} // namespace servery::gateway
