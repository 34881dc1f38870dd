#include "data_plane/guardrails/stream_scanner.h"

#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/edit.h"
#include "data_plane/guardrails/encoded.h"
#include "data_plane/guardrails/vault.h"

#include <algorithm>

namespace servery::guardrails {
namespace {

constexpr std::size_t words_kept = 200; // bytes; context words are looked for no further back
// Longest run without a place to cut. An answer is never held longer; a visitor's text comes whole
// and may hold base64 of 4,096 characters.
constexpr std::size_t longest_of_answer = 768;
constexpr std::size_t longest_of_input = 8192;
constexpr std::size_t rest_behind_cut = 256; // longer than an e-mail address or a number
constexpr std::size_t shortest_encoded = 24;

bool is_input(lane from) {
    return from == lane::user || from == lane::document || from == lane::assistant;
}

bool in_sequence(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool changes(const std::vector<screened_span>& spans) {
    return std::ranges::any_of(
        spans, [](const screened_span& s) { return s.action != span_action::keep; });
}

} // namespace

stream_scanner::stream_scanner(const screen_policy& policy, lane from, conversation_vault* vault)
    : policy_(policy), from_(from), vault_(vault),
      segments_(is_input(from) ? longest_of_input : longest_of_answer) {
    if (is_input(from)) segments_.look_at_words_from(shortest_encoded);
    if (is_input(from) && vault != nullptr) segments_.look_at_marks();
}

void stream_scanner::let_go(std::string_view bytes, std::string& out) {
    if (bytes.empty()) return;
    out.append(bytes);
    if (bytes.size() >= words_kept) {
        before_.assign(bytes.substr(bytes.size() - words_kept));
        return;
    }
    before_.append(bytes);
    if (before_.size() > words_kept) before_.erase(0, before_.size() - words_kept);
}

// The findings of a segment, in its own offsets, with what happens to each.
std::vector<screened_span> stream_scanner::read(std::string_view body) {
    reading_.assign(before_);
    const auto base = reading_.size();
    reading_.append(body);
    auto found = detect(reading_, {.least_score = policy_.flag, .from = base});
    if (is_input(from_)) {
        find_encoded(reading_, policy_.act, found);
        std::erase_if(found, [&](const finding& f) { return f.begin < base; });
    }
    const auto& rules =
        from_ == lane::output || from_ == lane::tool_args ? policy_.output : policy_.input;
    std::vector<screened_span> out;
    out.reserve(found.size());
    for (auto& f : found) {
        f.begin -= static_cast<std::uint32_t>(base);
        f.end -= static_cast<std::uint32_t>(base);
        screened_span span{.found = f};
        span.public_value = policy_.is_public(f.type, body.substr(f.begin, f.end - f.begin));
        if (f.score >= policy_.act && !span.public_value) span.would_be = rules.of(f.type);
        if (!policy_.shadow) span.action = span.would_be;
        out.push_back(span);
    }
    return out;
}

// Where a segment that is only too long is cut: not inside a value.
std::size_t stream_scanner::torn_at(std::string_view body,
                                    const std::vector<screened_span>& spans) const {
    std::size_t cut = body.size() - rest_behind_cut;
    for (const auto& s : spans) {
        if (s.found.begin >= cut || s.found.end <= cut) continue;
        cut = s.found.begin > 0 ? s.found.begin : s.found.end;
    }
    while (cut > 0 && cut < body.size() && in_sequence(body[cut]))
        --cut;
    return cut > 0 ? cut : body.size();
}

// What was hidden may have been all that kept a neighbour from being seen ("…4567x4111 1111 …"), so
// an edited segment is read again until nothing more is found. The findings are those of the text
// as it came; what only shows afterwards is hidden all the same.
std::size_t stream_scanner::take(std::string_view text, const segment& s, std::string& out) {
    constexpr int most_passes = 8;
    auto body = text.substr(s.begin, s.end - s.begin);
    auto spans = read(body);
    if (s.forced) {
        body = body.substr(0, torn_at(body, spans));
        std::erase_if(spans, [&](const auto& span) { return span.found.end > body.size(); });
    }
    const auto end = s.begin + body.size();
    const auto base = static_cast<std::uint32_t>(gone_ + s.begin);
    for (auto span : spans) {
        span.found.begin += base;
        span.found.end += base;
        spans_.push_back(span);
    }
    if (from_ == lane::tool_args && changes(spans)) {
        edited_ = true;
        let_go(edited_arguments(body, spans), out);
        return end;
    }
    const bool shields = is_input(from_) && vault_ != nullptr && !policy_.shadow && s.signs.mark;
    if (!changes(spans) && !shields) {
        if (from_ == lane::tool_args) read_quotes(body);
        let_go(body, out);
        return end;
    }
    auto now = edit(body, spans, vault_, shields ? literals::shield : literals::leave);
    for (int pass = 1; pass < most_passes; ++pass) {
        const auto again = read(now);
        if (!changes(again)) break;
        now = edit(now, again, vault_);
    }
    edited_ = edited_ || now != body;
    let_go(now, out);
    return end;
}

// Follows the strings of arguments through text as it came.
void stream_scanner::read_quotes(std::string_view body) {
    for (const char c : body) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = in_string_;
        else if (c == '"')
            in_string_ = !in_string_;
    }
}

// Arguments stay JSON: what takes the place of a bare number becomes a string.
std::string stream_scanner::edited_arguments(std::string_view body,
                                             const std::vector<screened_span>& spans) {
    std::string out;
    std::size_t at = 0;
    for (const auto& span : spans) {
        if (span.action == span_action::keep || span.found.begin < at) continue;
        const auto before = body.substr(at, span.found.begin - at);
        read_quotes(before);
        out.append(before);
        auto only = span;
        only.found.begin = 0;
        only.found.end = span.found.end - span.found.begin;
        const auto value = body.substr(span.found.begin, only.found.end);
        const auto instead = edit(value, {only}, vault_);
        out += in_string_ ? instead : '"' + instead + '"';
        at = span.found.end;
    }
    read_quotes(body.substr(at));
    return out.append(body.substr(at));
}

// Reads on from where it stopped; how many bytes of `text` are done with.
std::size_t stream_scanner::scan(std::string_view text, bool last, std::string& out) {
    std::size_t done = 0;
    for (;;) {
        const auto s = segments_.next(text, last);
        const auto clean = text.substr(done, s.begin - done);
        if (from_ == lane::tool_args) read_quotes(clean);
        let_go(clean, out);
        done = s.begin;
        if (s.end == s.begin) return done;
        done = take(text, s, out);
        if (s.forced) segments_.cut_at(done);
    }
}

void stream_scanner::feed(std::string_view delta, std::string& out) {
    const bool fresh = held_.empty();
    if (!fresh) held_.append(delta);
    const auto done = scan(fresh ? delta : std::string_view(held_), false, out);
    segments_.drop(done);
    gone_ += done;
    if (fresh)
        held_.assign(delta.substr(done));
    else
        held_.erase(0, done);
}

void stream_scanner::finish(std::string& out) {
    gone_ += scan(held_, true, out);
    held_.clear();
}

} // namespace servery::guardrails
