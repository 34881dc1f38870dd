#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/context.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <optional>

namespace servery::guardrails {
namespace {

bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// End of a dotted quad that begins at `at`; 0 if there is none.
std::size_t quad_end(std::string_view text, std::size_t at) {
    for (int part = 0; part < 4; ++part) {
        std::size_t end = at;
        int value = 0;
        while (end < text.size() && is_digit(text[end]) && end - at < 4)
            value = value * 10 + (text[end++] - '0');
        if (end == at || end - at > 3 || value > 255) return 0;
        if (part == 3) return end;
        if (end >= text.size() || text[end] != '.') return 0;
        at = end + 1;
    }
    return 0;
}

// Behind "/24" when it is a prefix length, else `end`.
std::size_t with_prefix(std::string_view text, std::size_t end, int most) {
    if (end + 1 >= text.size() || text[end] != '/' || !is_digit(text[end + 1])) return end;
    std::size_t stop = end + 1;
    int value = 0;
    while (stop < text.size() && is_digit(text[stop]) && stop - end <= 4)
        value = value * 10 + (text[stop++] - '0');
    if (value > most || (stop < text.size() && is_word(text[stop]))) return end;
    return stop;
}

bool after_version(std::string_view text, std::size_t begin) {
    const auto word = word_before(text, begin);
    const auto is = [&](std::string_view w) {
        return std::ranges::equal(word, w, [](char a, char b) { return lower(a) == b; });
    };
    return is("version") || is("v") || is("ver") || is("release");
}

void version_4(std::string_view text, candidates& out) {
    std::size_t at = 0;
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        std::size_t begin = dot;
        while (begin > at && dot - begin < 4 && is_digit(text[begin - 1]))
            --begin;
        if (begin == dot) continue;
        if (begin > 0 && is_word(text[begin - 1])) continue;
        if (begin > 1 && text[begin - 1] == '.' && is_word(text[begin - 2])) continue;
        const auto end = quad_end(text, begin);
        if (end == 0 || (end < text.size() && is_word(text[end]))) continue;
        at = end;
        if (after_version(text, begin)) continue;
        out.push_back({.type = pii_type::IP_ADDRESS,
                       .begin = begin,
                       .end = with_prefix(text, end, 32),
                       .base = 60,
                       .rule = "ip.v4"});
        dot = end - 1;
    }
}

// A run of hex digits, colons and dots is an address of version 6: eight groups, fewer with one
// `::`; the last two may be a dotted quad.
bool is_version_6(std::string_view run) {
    int groups = 0;
    bool gap = false;
    std::size_t at = 0;
    if (run.starts_with("::")) {
        gap = true;
        at = 2;
    } else if (run.starts_with(':')) {
        return false;
    }
    while (at < run.size()) {
        if (const auto end = quad_end(run, at); end == run.size()) {
            groups += 2;
            at = end;
            break;
        }
        std::size_t end = at;
        while (end < run.size() && is_hex(run[end]))
            ++end;
        if (end == at || end - at > 4) return false;
        ++groups;
        at = end;
        if (at == run.size()) break;
        if (run[at] != ':') return false;
        ++at;
        if (at < run.size() && run[at] == ':') {
            if (gap) return false;
            gap = true;
            ++at;
        } else if (at == run.size()) {
            return false;
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

bool in_run(char c) {
    return is_hex(c) || c == ':' || c == '.';
}

void version_6(std::string_view text, candidates& out) {
    std::size_t behind = 0;
    for (auto colon = text.find(':'); colon != std::string_view::npos;
         colon = text.find(':', std::max(colon + 1, behind))) {
        std::size_t begin = colon;
        while (begin > behind && colon - begin < 5 && is_hex(text[begin - 1]))
            --begin;
        std::size_t end = colon;
        while (end < text.size() && end - begin < 64 && in_run(text[end]))
            ++end;
        behind = end;
        if (end < text.size() && in_run(text[end])) continue;
        while (end > colon && text[end - 1] == '.')
            --end;
        auto run = text.substr(begin, end - begin);
        // "at 12:30::" and "note:" end in a colon that is not the address's
        if (run.ends_with(':') && !run.ends_with("::")) run.remove_suffix(1);
        if (std::ranges::count(run, ':') < 2 || !is_version_6(run)) continue;
        if (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == ':')) continue;
        end = begin + run.size();
        if (end < text.size() && is_word(text[end])) continue;
        if (end + 1 < text.size() && text[end] == '%' && is_word(text[end + 1])) {
            ++end;
            while (end < text.size() && is_word(text[end]))
                ++end;
        }
        const bool digits = std::ranges::any_of(run, is_digit);
        out.push_back({.type = pii_type::IP_ADDRESS,
                       .begin = begin,
                       .end = with_prefix(text, end, 128),
                       .base = digits        ? 60
                               : run == "::" ? 20
                                             : 15,
                       .rule = "ip.v6"});
    }
}

} // namespace

void find_ip_addresses(std::string_view text, candidates& out) {
    version_4(text, out);
    version_6(text, out);
}

} // namespace servery::guardrails
