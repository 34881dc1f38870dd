// One pass over an event's data, for the texts a person could read in it.
#include "data_plane/gateway/stream_guard.h"

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
                if (value.get_int64().get(index) != simdjson::SUCCESS) return false;
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
            if (value.get_int64().get(index) != simdjson::SUCCESS) return false;
        } else if (name == "delta" && !is_null(value)) {
            sj::object delta;
            if (value.get_object().get(delta) != simdjson::SUCCESS || !read_delta(delta))
                return false;
        } else if (name == "finish_reason") {
            finished = !is_null(value);
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

answer_event event_reader::read(sj::parser& parser, simdjson::padded_string_view padded) {
    base_ = padded.data();
    sj::document doc;
    sj::object root;
    if (parser.iterate(padded).get(doc) != simdjson::SUCCESS ||
        doc.get_object().get(root) != simdjson::SUCCESS)
        return {};
    for (auto field : root) {
        std::string_view name;
        sj::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            return {};
        if (name == "error" && !is_null(value)) return {};
        if (name == "usage" && !is_null(value)) out_.bare = false;
        if (name != "choices" || is_null(value)) continue;
        sj::array choices;
        if (value.get_array().get(choices) != simdjson::SUCCESS) return {};
        bool any = false;
        for (auto element : choices) {
            sj::object choice;
            any = true;
            if (element.get_object().get(choice) != simdjson::SUCCESS || !read_choice(choice))
                return {};
        }
        if (!any) out_.bare = false;
    }
    out_.read = true;
    std::ranges::sort(out_.slots, {}, &answer_slot::begin);
    return std::move(out_);
}

} // namespace

answer_event read_answer_event(std::string_view data) {
    thread_local sj::parser parser;
    thread_local std::string padded;
    padded.assign(data);
    padded.resize(data.size() + simdjson::SIMDJSON_PADDING, ' ');
    return event_reader(data).read(
        parser, simdjson::padded_string_view(padded.data(), data.size(), padded.size()));
}

} // namespace servery::gateway
