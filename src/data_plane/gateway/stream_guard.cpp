#include "data_plane/gateway/stream_guard.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace servery::gateway {

namespace {

using steady = std::chrono::steady_clock;

std::uint64_t ns_since(steady::time_point begin) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - begin).count());
}

bool is_arguments(answer_part part) {
    return part == answer_part::tool_args || part == answer_part::function_args;
}

json::object delta_of(const answer_lane& lane, std::string_view text) {
    switch (lane.part) {
    case answer_part::content:
        return {{"content", text}};
    case answer_part::refusal:
        return {{"refusal", text}};
    case answer_part::reasoning:
        return {{lane.member, text}};
    case answer_part::tool_args:
        return {{"tool_calls",
                 json::array{json::object{{"index", lane.index},
                                          {"function", json::object{{"arguments", text}}}}}}};
    case answer_part::function_args:
        return {{"function_call", json::object{{"arguments", text}}}};
    }
    return {};
}

// The block with other data: spliced where the data stands in one piece, else written anew.
void put_block(const http::sse_event& block, std::string_view data, std::string& out) {
    const std::less_equal<const char*> before;
    const auto* raw_end = block.raw.data() + block.raw.size();
    const auto* data_end = block.data.data() + block.data.size();
    if (!before(block.raw.data(), block.data.data()) || !before(data_end, raw_end)) {
        http::append_sse(out, data, block.name);
        return;
    }
    out.append(block.raw.data(), block.data.data());
    out.append(data);
    out.append(data_end, raw_end);
}

} // namespace

stream_guard::reading* stream_guard::lane_of(const answer_lane& lane) {
    if (const auto it = lanes_.find(lane); it != lanes_.end()) return &it->second;
    if (lanes_.size() >= most_lanes) {
        stopped_ = true;
        return nullptr;
    }
    const bool arguments = is_arguments(lane.part);
    const auto& rules = rules_.policy;
    auto restorer = !arguments && rules_.vault && rules_.vault->size() > 0
                        ? std::make_unique<guardrails::placeholder_restorer>(*rules_.vault)
                        : nullptr;
    const auto from = arguments ? guardrails::lane::tool_args : guardrails::lane::output;
    return &lanes_
                .emplace(lane, reading{.scanner = guardrails::stream_scanner(*rules, from),
                                       .restorer = std::move(restorer)})
                .first->second;
}

std::string stream_guard::read(reading& by, std::string_view text, bool last) {
    std::string out;
    by.scanner.feed(text, out);
    most_held_ = std::max(most_held_, by.scanner.held());
    if (last) {
        by.scanner.finish(out);
        by.over = true;
    }
    if (!by.restorer) return out;
    std::string restored;
    by.restorer->feed(out, restored);
    if (last) by.restorer->finish(restored);
    return restored;
}

// An event of ours under the ids of the last one.
void stream_guard::add_event(json::object choice, std::string& out) const {
    json::object event;
    const auto last = json::parse(last_, {.bytes = 2 * 1024 * 1024, .depth = 64});
    if (last && last->is_object()) event = last->get_object();
    event["choices"] = json::array{std::move(choice)}; // where they stood
    event.stable_erase("obfuscation");
    if (auto* usage = event.if_contains("usage")) *usage = nullptr;
    http::append_sse(out, json::write(event));
}

std::string stream_guard::last_events() const {
    std::string out;
    add_event({{"index", 0}, {"delta", json::object{}}, {"finish_reason", "content_filter"}}, out);
    http::append_sse(out, "[DONE]");
    return out;
}

void stream_guard::flush_choice(std::int64_t choice, std::string& out, bool& says) {
    for (auto& [lane, reading] : lanes_) {
        if (lane.choice != choice || reading.over) continue;
        const auto rest = read(reading, {}, true);
        if (rest.empty()) continue;
        add_event(
            {{"index", lane.choice}, {"delta", delta_of(lane, rest)}, {"finish_reason", nullptr}},
            out);
        says = true;
    }
}

void stream_guard::take_event(const http::sse_event& block, const answer_event& event,
                              std::string& out, bool& says) {
    if (!event.read) {
        // A fault of the upstream, or no JSON: its words are read like any other text.
        flush(out);
        const auto seen = guardrails::screen(block.data, *rules_.policy, guardrails::lane::output);
        put_block(block, guardrails::text_of(seen, block.data), out);
        return;
    }
    last_.assign(block.data);
    std::string data;
    std::size_t copied = 0;
    bool anything = !event.bare || !event.finished.empty() || event.slots.empty();
    const auto is_finished = [&](std::int64_t choice) {
        return std::ranges::find(event.finished, choice) != event.finished.end();
    };
    const auto replace = [&](std::size_t begin, std::size_t end, std::string_view by) {
        data.append(block.data.substr(copied, begin - copied)).append(by);
        copied = end;
    };
    auto next_logprobs = event.logprobs.begin();
    const auto cut_logprobs = [&](std::size_t until) {
        for (; next_logprobs != event.logprobs.end() && next_logprobs->first < until;
             ++next_logprobs)
            replace(next_logprobs->first, next_logprobs->second, "null");
    };
    for (const auto& slot : event.slots) {
        auto* by = lane_of(slot.lane);
        if (by == nullptr) return;
        cut_logprobs(slot.begin);
        const auto shown = read(*by, slot.text, is_finished(slot.lane.choice));
        anything = anything || !shown.empty();
        says = says || !shown.empty();
        if (shown != slot.text) replace(slot.begin, slot.end, json::quote(shown));
    }
    cut_logprobs(block.data.size());
    for (const auto choice : event.finished)
        flush_choice(choice, out, says);
    if (!anything) return;
    if (copied == 0) {
        out.append(block.raw);
        return;
    }
    data.append(block.data.substr(copied));
    put_block(block, data, out);
}

bool stream_guard::take(const http::sse_event& block, const answer_event& said, std::string& out) {
    const auto begin = steady::now();
    bool says = false;
    if (stopped_) return false;
    if (!block.has_data || block.data.empty()) {
        out.append(block.raw);
    } else if (said.done) {
        flush(out);
        out.append(block.raw);
    } else {
        take_event(block, said, out, says);
    }
    elapsed_ns_ += ns_since(begin);
    return says;
}

void stream_guard::flush(std::string& out) {
    bool says = false;
    if (stopped_) return;
    for (auto& [lane, reading] : lanes_)
        if (!reading.over) flush_choice(lane.choice, out, says);
}

bool stream_guard::edited() const {
    return std::ranges::any_of(lanes_, [](const auto& l) { return l.second.scanner.edited(); });
}

} // namespace servery::gateway
