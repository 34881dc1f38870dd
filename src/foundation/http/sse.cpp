#include "foundation/http/sse.h"

namespace servery::http {

namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";

// The first CR or LF from `from` on. Two memchr are far faster than one find_first_of.
std::size_t line_end(std::string_view text, std::size_t from) {
    const auto lf = text.find('\n', from);
    const auto cr = text.substr(0, lf).find('\r', from);
    return cr != std::string_view::npos ? cr : lf;
}

std::string_view after_colon(std::string_view line, std::size_t colon) {
    line.remove_prefix(colon + 1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

} // namespace

void sse_reader::feed(std::string_view bytes) {
    if (clear_carry_) {
        carry_.clear();
        clear_carry_ = false;
    }
    pending_ = bytes;
}

// The length of the first block in `bytes` including its blank line; state_ carries over to the
// bytes that follow. A block's blank line that ends in CR is complete at the CR: an LF after it
// begins the next block's raw bytes and is part of no line there.
std::optional<std::size_t> sse_reader::find_end(std::string_view bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        if (state_ == line_state::inside) {
            i = line_end(bytes, i);
            if (i == std::string_view::npos) return std::nullopt;
            state_ = bytes[i] == '\r' ? line_state::after_cr : line_state::start;
            ++i;
            continue;
        }
        const char c = bytes[i];
        if (state_ == line_state::after_cr && c == '\n') {
            state_ = line_state::start;
            ++i;
            continue;
        }
        if (state_ == line_state::end_cr) {
            state_ = line_state::start;
            if (c == '\n') {
                ++i;
                continue;
            }
        }
        ++i;
        if (c != '\r' && c != '\n') {
            state_ = line_state::inside;
            continue;
        }
        // A blank line. Its LF belongs to it when it is already here.
        state_ = line_state::start;
        if (c == '\r') {
            if (i == bytes.size())
                state_ = line_state::end_cr;
            else if (bytes[i] == '\n')
                ++i;
        }
        return i;
    }
    return std::nullopt;
}

std::optional<sse_event> sse_reader::next() {
    if (clear_carry_) {
        carry_.clear();
        clear_carry_ = false;
    }
    if (too_large_ || pending_.empty()) return std::nullopt;
    const auto end = find_end(pending_);
    const auto taken = pending_.substr(0, end.value_or(pending_.size()));
    pending_.remove_prefix(taken.size());
    if (carry_.size() + taken.size() > limit_) {
        too_large_ = true;
        return std::nullopt;
    }
    if (!end) {
        carry_.append(taken);
        return std::nullopt;
    }
    if (carry_.empty()) return describe(taken);
    carry_.append(taken);
    clear_carry_ = true;
    return describe(carry_);
}

std::optional<sse_event> sse_reader::finish() {
    if (clear_carry_ || too_large_ || carry_.empty()) return std::nullopt;
    clear_carry_ = true;
    state_ = line_state::start;
    return describe(carry_);
}

sse_event sse_reader::describe(std::string_view raw) {
    sse_event out;
    out.raw = raw;
    auto rest = raw;
    if (first_ && rest.starts_with(bom)) rest.remove_prefix(bom.size());
    first_ = false;
    int lines = 0;
    while (!rest.empty()) {
        const auto end = line_end(rest, 0);
        const auto line = rest.substr(0, end);
        if (end == std::string_view::npos) {
            rest = {};
        } else {
            const bool crlf = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
            rest.remove_prefix(end + (crlf ? 2 : 1));
        }
        const auto colon = line.find(':');
        const auto field = line.substr(0, colon);
        if (colon == 0 || field.empty()) continue;
        const auto value =
            colon == std::string_view::npos ? std::string_view{} : after_colon(line, colon);
        if (field == "data") {
            ++lines;
            if (lines == 1) {
                out.data = value;
                continue;
            }
            if (lines == 2) joined_ = out.data;
            joined_ += '\n';
            joined_ += value;
        } else if (field == "event") {
            out.name = value;
        } else if (field == "id") {
            out.id = value;
        }
    }
    out.has_data = lines > 0;
    if (lines > 1) out.data = joined_;
    return out;
}

void append_sse(std::string& out, std::string_view data, std::string_view name) {
    if (!name.empty()) {
        out += "event: ";
        out += name;
        out += '\n';
    }
    for (;;) {
        const auto end = data.find('\n');
        out += "data: ";
        out += data.substr(0, end);
        out += '\n';
        if (end == std::string_view::npos) break;
        data.remove_prefix(end + 1);
    }
    out += '\n';
}

void append_sse_comment(std::string& out, std::string_view text) {
    out += ": ";
    out += text;
    out += "\n\n";
}

} // namespace servery::http
