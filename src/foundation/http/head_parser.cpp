#include "foundation/http/head_parser.h"

#include <algorithm>
#include <cstring>

namespace servery::http {

namespace {

// For each byte: its lower-case form if it may stand in a name (RFC 9110 tchar), else 0.
constexpr std::array<char, 256> name_bytes = [] {
    std::array<char, 256> table{};
    for (int c = 'a'; c <= 'z'; ++c)
        table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    for (int c = 'A'; c <= 'Z'; ++c)
        table[static_cast<std::size_t>(c)] = static_cast<char>(c - 'A' + 'a');
    for (int c = '0'; c <= '9'; ++c)
        table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] = c;
    return table;
}();

// May stand in a value: visible ASCII, space, tab, and bytes above 127.
constexpr std::array<bool, 256> value_bytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < 256; ++c)
        table[c] = c != 0x7f;
    table['\t'] = true;
    return table;
}();

constexpr bool is_target_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f;
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool equal_lower(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() && std::ranges::equal(text, lower, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

head_fault take_length(message_head& out, std::string_view value) {
    if (out.content_length || value.empty() || value.size() > 18) return head_fault::framing;
    std::uint64_t number = 0;
    for (const char c : value) {
        if (c < '0' || c > '9') return head_fault::framing;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    out.content_length = number;
    return head_fault::none;
}

void take_connection(message_head& out, std::string_view value) {
    while (!value.empty()) {
        const auto comma = value.find(',');
        const auto word = trim_blanks(value.substr(0, comma));
        if (equal_lower(word, "close")) out.close = true;
        if (equal_lower(word, "keep-alive")) out.keep_alive = true;
        if (comma == std::string_view::npos) return;
        value.remove_prefix(comma + 1);
    }
}

head_fault take_coding(message_head& out, std::string_view value) {
    if (out.chunked) return head_fault::framing;
    if (!equal_lower(value, "chunked")) return head_fault::coding;
    out.chunked = true;
    return head_fault::none;
}

head_fault take_shared(message_head& out, const header& field) {
    switch (field.name.size()) {
    case 10:
        if (field.name == "connection") take_connection(out, field.value);
        return head_fault::none;
    case 14:
        return field.name == "content-length" ? take_length(out, field.value) : head_fault::none;
    case 17:
        return field.name == "transfer-encoding" ? take_coding(out, field.value) : head_fault::none;
    default:
        return head_fault::none;
    }
}

// One line without its CRLF becomes a field.
head_fault take_field(char* begin, char* end, header& out) {
    char* at = begin;
    for (; at != end; ++at) {
        const char lower = name_bytes[static_cast<unsigned char>(*at)];
        if (lower == 0) break;
        *at = lower;
    }
    if (at == begin || at == end || *at != ':') return head_fault::framing;
    out.name = {begin, static_cast<std::size_t>(at - begin)};
    ++at;
    bool valid = true;
    for (const char* c = at; c != end; ++c)
        valid &= value_bytes[static_cast<unsigned char>(*c)];
    if (!valid) return head_fault::framing;
    out.value = trim_blanks({at, static_cast<std::size_t>(end - at)});
    return head_fault::none;
}

// The end of the line that begins at `at`: where its CR stands, or null.
char* line_end(char* at, char* end) {
    if (at == end) return nullptr; // memchr takes no null, not even with nothing behind it
    auto* lf = static_cast<char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (lf == nullptr || lf == at || lf[-1] != '\r') return nullptr;
    return lf - 1;
}

template <typename Each>
head_fault parse_fields(char* at, char* end, std::size_t most, message_head& out, Each each) {
    while (at != end) {
        char* cr = line_end(at, end);
        if (cr == nullptr) return head_fault::framing;
        if (cr == at) return cr + 2 == end ? head_fault::none : head_fault::framing;
        if (out.count == most) return head_fault::too_large;
        auto& field = out.fields[out.count];
        if (const auto fault = take_field(at, cr, field); fault != head_fault::none) return fault;
        ++out.count;
        if (const auto fault = take_shared(out, field); fault != head_fault::none) return fault;
        if (const auto fault = each(field); fault != head_fault::none) return fault;
        at = cr + 2;
    }
    return head_fault::framing;
}

head_fault take_version(std::string_view text, message_head& out) {
    if (text == "HTTP/1.1") return head_fault::none;
    if (text == "HTTP/1.0") {
        out.http_1_0 = true;
        return head_fault::none;
    }
    const bool shaped = text.size() == 8 && text.starts_with("HTTP/") && text[5] >= '0' &&
                        text[5] <= '9' && text[6] == '.' && text[7] >= '0' && text[7] <= '9';
    return shaped ? head_fault::version : head_fault::framing;
}

// `METHOD SP target SP HTTP/1.1`, single spaces.
head_fault take_request_line(std::string_view line, const head_limits& limits,
                             request_head_view& out) {
    const auto first = line.find(' ');
    if (first == std::string_view::npos || first == 0) return head_fault::framing;
    out.method = line.substr(0, first);
    if (out.method.size() > 32) return head_fault::framing;
    for (const char c : out.method)
        if (name_bytes[static_cast<unsigned char>(c)] == 0) return head_fault::framing;
    line.remove_prefix(first + 1);
    const auto second = line.find(' ');
    if (second == std::string_view::npos || second == 0) return head_fault::framing;
    out.target = line.substr(0, second);
    if (out.target.size() > limits.target) return head_fault::too_large;
    if (!std::ranges::all_of(out.target, is_target_byte)) return head_fault::framing;
    // Origin form only ("/…"), and "*" for OPTIONS: this is no forward proxy.
    if (out.target.front() != '/' && !(out.target == "*" && out.method == "OPTIONS"))
        return head_fault::framing;
    return take_version(line.substr(second + 1), out);
}

} // namespace

std::optional<std::size_t> head_scanner::find_end(std::string_view bytes) noexcept {
    while (scanned_ < bytes.size()) {
        const auto lf = bytes.find('\n', scanned_);
        if (lf == std::string_view::npos) {
            scanned_ = bytes.size();
            return std::nullopt;
        }
        if (lf == 0 || bytes[lf - 1] != '\r') {
            bad_line_ = true;
            return std::nullopt;
        }
        scanned_ = lf + 1;
        if (lf == line_start_ + 1) return lf + 1;
        line_start_ = lf + 1;
    }
    return std::nullopt;
}

head_fault parse_request_head(std::span<char> head, const head_limits& limits,
                              request_head_view& out) noexcept {
    out.clear();
    out.expect_continue = false;
    if (head.size() > limits.bytes) return head_fault::too_large;
    char* const end = head.data() + head.size();
    char* cr = line_end(head.data(), end);
    if (cr == nullptr) return head_fault::framing;
    const std::string_view line(head.data(), static_cast<std::size_t>(cr - head.data()));
    if (const auto fault = take_request_line(line, limits, out); fault != head_fault::none)
        return fault;

    int hosts = 0;
    bool encoded = false;
    const auto fault = parse_fields(cr + 2, end, std::min(limits.headers, most_headers), out,
                                    [&](const header& field) {
                                        if (field.name == "host") {
                                            ++hosts;
                                        } else if (field.name == "expect") {
                                            if (!equal_lower(field.value, "100-continue"))
                                                return head_fault::framing;
                                            out.expect_continue = true;
                                        } else if (field.name == "content-encoding") {
                                            encoded |= !equal_lower(field.value, "identity");
                                        }
                                        return head_fault::none;
                                    });
    if (fault != head_fault::none) return fault;
    if (hosts > 1 || (hosts == 0 && !out.http_1_0)) return head_fault::framing;
    if (out.chunked && (out.content_length || out.http_1_0)) return head_fault::framing;
    if (out.http_1_0 && !out.keep_alive) out.close = true;
    return encoded ? head_fault::media_type : head_fault::none;
}

head_fault parse_answer_head(std::span<char> head, answer_head_view& out) noexcept {
    out.clear();
    char* const end = head.data() + head.size();
    char* cr = line_end(head.data(), end);
    if (cr == nullptr) return head_fault::framing;
    const std::string_view line(head.data(), static_cast<std::size_t>(cr - head.data()));
    if (line.size() < 12 || line[8] != ' ') return head_fault::framing;
    if (take_version(line.substr(0, 8), out) != head_fault::none) return head_fault::framing;
    for (std::size_t i = 9; i < 12; ++i)
        if (line[i] < '0' || line[i] > '9') return head_fault::framing;
    out.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (out.status < 100 || out.status > 599) return head_fault::framing;
    if (line.size() > 12 && line[12] != ' ') return head_fault::framing;
    const auto fault = parse_fields(cr + 2, end, most_headers, out,
                                    [](const header&) { return head_fault::none; });
    if (fault != head_fault::none) return fault;
    if (out.chunked && (out.content_length || out.http_1_0)) return head_fault::framing;
    if (out.http_1_0 && !out.keep_alive) out.close = true;
    return head_fault::none;
}

} // namespace servery::http
