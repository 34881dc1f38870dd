#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/host.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>

namespace servery::guardrails {
namespace {

constexpr std::size_t longest_url = 512;

bool is_lower_equal(std::string_view text, std::string_view word) {
    return std::ranges::equal(text, word, [](char a, char b) { return lower(a) == b; });
}

// Where the scheme that ends at "://" begins; npos if it is none of ours.
std::size_t scheme_begin(std::string_view text, std::size_t colon) {
    static constexpr std::array<std::string_view, 3> schemes{"https", "http", "ftp"};
    for (const auto scheme : schemes) {
        if (colon < scheme.size()) continue;
        const auto begin = colon - scheme.size();
        if (!is_lower_equal(text.substr(begin, scheme.size()), scheme)) continue;
        if (begin == 0 || !is_word(text[begin - 1])) return begin;
    }
    return std::string_view::npos;
}

// Path, query and fragment behind a host; punctuation that ends a sentence stays outside.
std::size_t path_end(std::string_view text, std::size_t at, std::size_t begin) {
    std::size_t end = at;
    if (end < text.size() && text[end] == ':' && end + 1 < text.size() && is_digit(text[end + 1])) {
        ++end;
        while (end < text.size() && is_digit(text[end]))
            ++end;
    }
    if (end >= text.size() || std::string_view("/?#").find(text[end]) == std::string_view::npos)
        return end;
    while (end < text.size() && end - begin < longest_url && text[end] > ' ' &&
           std::string_view("\"<>`{}|\\^").find(text[end]) == std::string_view::npos)
        ++end;
    while (end > at &&
           std::string_view(".,;:!?)]'*_").find(text[end - 1]) != std::string_view::npos)
        --end;
    return end;
}

void add(candidates& out, std::size_t begin, std::size_t end, int base, std::string_view rule) {
    out.push_back({.type = pii_type::URL, .begin = begin, .end = end, .base = base, .rule = rule});
}

void with_scheme(std::string_view text, candidates& out) {
    for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
        const auto begin = scheme_begin(text, at);
        if (begin == std::string_view::npos) continue;
        std::size_t host_begin = at + 3;
        // user:password@host
        const auto rest = text.substr(host_begin, longest_url);
        const auto sign = rest.find('@');
        if (sign != std::string_view::npos && rest.find_first_of("/?# \n\t") > sign)
            host_begin += sign + 1;
        const auto host = host_at(text, host_begin);
        if (host.end != 0) add(out, begin, path_end(text, host.end, begin), 80, "url.scheme");
    }
}

// Suffixes of file names that are top-level domains too, and words that a missing space makes one.
bool doubtful_top(std::string_view top) {
    static constexpr std::array<std::string_view, 16> words{"md", "py",  "rs",  "sh", "pl", "cc",
                                                            "ps", "zip", "mov", "so", "in", "it",
                                                            "is", "at",  "am",  "do"};
    return std::ranges::any_of(words, [&](auto w) { return is_lower_equal(top, w); });
}

bool same_case(std::string_view host, std::string_view top) {
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const bool top_upper = upper(top[0]);
    return !top_upper || std::ranges::none_of(host, [](char c) { return c >= 'a' && c <= 'z'; });
}

// example.com, www.example.com/path
void bare(std::string_view text, candidates& out) {
    std::size_t behind = 0;
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        if (dot < behind || dot == 0 || dot + 1 >= text.size()) continue;
        if (!is_word(text[dot - 1]) || !is_word(text[dot + 1])) continue;
        std::size_t begin = dot;
        while (begin > behind && dot - begin <= 64 &&
               (is_word(text[begin - 1]) || text[begin - 1] == '-'))
            --begin;
        const char left = begin > 0 ? text[begin - 1] : ' ';
        const auto host = host_at(text, begin);
        behind = std::max(dot + 1, host.end);
        if (host.end == 0 || left == '@' || left == '.' || left == '/' || left == '_') continue;
        if (host.end < text.size() && (is_word(text[host.end]) || text[host.end] == '@')) continue;
        const auto end = path_end(text, host.end, begin);
        const auto name = text.substr(begin, host.end - begin);
        const bool www = is_lower_equal(name.substr(0, 4), "www.");
        if (www && host.labels < 3) continue;
        if (!www && !same_case(name, host.top)) continue;
        const bool doubtful = host.labels == 2 && end == host.end && doubtful_top(host.top);
        add(out, begin, end, www ? 80 : doubtful ? 15 : 50, www ? "url.www" : "url.bare");
        behind = std::max(behind, end);
    }
}

} // namespace

void find_urls(std::string_view text, candidates& out) {
    with_scheme(text, out);
    bare(text, out);
}

} // namespace servery::guardrails
