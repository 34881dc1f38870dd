// Phone numbers by their writing. The number need not be assigned: a mistyped one is still
// personal data, so no numbering plan is consulted beyond the country codes.
#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/context.h"
#include "data_plane/guardrails/detect/not_a_phone.h"
#include "data_plane/guardrails/detect/number_cluster.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>
#include <optional>

namespace servery::guardrails {
namespace {

// ITU E.164 country codes of one, two and three digits.
constexpr std::array<int, 2> one_digit{1, 7};
constexpr std::array<int, 43> two_digits{20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46,
                                         47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63,
                                         64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95};

bool three_digit_code(int code) {
    static constexpr std::array<std::pair<int, int>, 15> ranges{{{98, 98},
                                                                 {211, 213},
                                                                 {216, 218},
                                                                 {220, 258},
                                                                 {260, 269},
                                                                 {290, 291},
                                                                 {297, 299},
                                                                 {350, 389},
                                                                 {420, 423},
                                                                 {500, 509},
                                                                 {590, 599},
                                                                 {670, 692},
                                                                 {850, 886},
                                                                 {960, 979},
                                                                 {992, 998}}};
    return std::ranges::any_of(ranges,
                               [&](const auto& r) { return code >= r.first && code <= r.second; });
}

bool listed_country_code(std::string_view digits) {
    if (digits.size() < 3) return false;
    const int first = digits[0] - '0';
    const int two = first * 10 + (digits[1] - '0');
    if (std::ranges::find(one_digit, first) != one_digit.end()) return true;
    if (std::ranges::find(two_digits, two) != two_digits.end() || two == 98) return true;
    return three_digit_code(two * 10 + (digits[2] - '0'));
}

enum class start { none, plus, double_zero, bracket, trunk };

char before(std::string_view text, std::size_t at, std::size_t back = 1) {
    return at >= back ? text[at - back] : '\0';
}

start start_of(std::string_view text, const digit_group& g) {
    if (before(text, g.begin) == '+' ||
        (before(text, g.begin) == '(' && before(text, g.begin, 2) == '+'))
        return start::plus;
    if (text.substr(g.begin, g.size()).starts_with("00")) return start::double_zero;
    if (before(text, g.begin) == '(') return start::bracket;
    return text[g.begin] == '0' ? start::trunk : start::none;
}

// The value begins with its plus sign or its opening bracket.
std::size_t begin_of(std::string_view text, const digit_group& g, std::size_t end) {
    std::size_t at = g.begin;
    if (before(text, at) == '(' && text.substr(at, end - at).find(')') != std::string_view::npos)
        --at;
    if (before(text, at) == '+') --at;
    return at;
}

// Behind an extension such as "x818" or " ext. 12", or `end` if there is none.
std::size_t with_extension(std::string_view text, std::size_t end) {
    std::size_t at = end;
    if (at < text.size() && text[at] == ' ') ++at;
    static constexpr std::array<std::string_view, 5> words{"extension", "ext.", "ext", "x", "#"};
    for (const auto word : words) {
        if (at + word.size() > text.size()) continue;
        const auto same = std::ranges::equal(text.substr(at, word.size()), word,
                                             [](char a, char b) { return lower(a) == b; });
        if (!same) continue;
        std::size_t digit = at + word.size();
        if (digit < text.size() && text[digit] == ' ') ++digit;
        std::size_t stop = digit;
        while (stop < text.size() && is_digit(text[stop]))
            ++stop;
        if (stop == digit || stop - digit > 5) return end;
        return stop < text.size() && is_word(text[stop]) ? end : stop;
    }
    return end;
}

struct window {
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t digits = 0;
};

// As many groups from `first` on as fit into most_digits and most_groups. Shorter windows are
// offered as well: the last groups may belong to another value.
window widest(std::string_view text, const number_cluster& cluster, std::size_t first,
              std::size_t most_digits, std::size_t most_groups) {
    window w{.first = first, .last = first, .digits = cluster.groups[first].size()};
    while (w.last + 1 < cluster.count && w.last + 2 - first <= most_groups) {
        const auto& next = cluster.groups[w.last + 1];
        if (w.digits + next.size() > most_digits || before(text, next.begin) == '+') break;
        const auto gap = cluster.separator(text, w.last);
        if (w.digits >= 8 && (gap == " - " || gap.find('/') != std::string_view::npos)) break;
        w.digits += next.size();
        ++w.last;
    }
    return w;
}

bool right_open(std::string_view text, const number_cluster& cluster, const window& w) {
    const auto end = cluster.groups[w.last].end;
    return cluster.groups[w.last].open_right || with_extension(text, end) != end;
}

void add(std::string_view text, const number_cluster& cluster, const window& w, int base,
         std::string_view rule, candidates& out, bool needs_context = false) {
    const auto end = cluster.groups[w.last].end;
    candidate number{.type = pii_type::PHONE_NUMBER,
                     .begin = begin_of(text, cluster.groups[w.first], end),
                     .end = with_extension(text, end),
                     .base = base,
                     .needs_context = needs_context,
                     .rule = rule};
    out.push_back(number);
    if (number.end == end || !cluster.groups[w.last].open_right) return;
    // What looks like an extension may be another value.
    number.end = end;
    out.push_back(number);
}

window without_last(const number_cluster& cluster, const window& w) {
    return {
        .first = w.first, .last = w.last - 1, .digits = w.digits - cluster.groups[w.last].size()};
}

// A number inside a longer row of like groups is part of that row.
bool begins_apart(std::string_view text, const number_cluster& cluster, std::size_t first) {
    if (first == 0) return true;
    const auto gap = cluster.separator(text, first - 1);
    if (gap.find('(') != std::string_view::npos) return true;
    return gap == " " && first + 1 < cluster.count && cluster.separator(text, first) != gap;
}

// +49 30 1234567, 001-748-088-2851
void international(std::string_view text, const number_cluster& cluster, std::size_t first,
                   bool double_zero, candidates& out) {
    const std::size_t zeros = double_zero ? 2 : 0;
    if (double_zero && !begins_apart(text, cluster, first)) return;
    auto w = widest(text, cluster, first, 15 + zeros, number_cluster::most_groups);
    for (; w.digits >= 8 + zeros; w = without_last(cluster, w)) {
        const auto digits = cluster.digits(text, w.first, w.last);
        if (!listed_country_code(std::string_view(digits).substr(zeros))) return;
        if (right_open(text, cluster, w))
            add(text, cluster, w, 75, double_zero ? "phone.double_zero" : "phone.plus", out);
        if (w.last == w.first) return;
    }
}

// 089 72 63 41, (415) 555-0132
void national(std::string_view text, const number_cluster& cluster, std::size_t first,
              candidates& out) {
    if (!begins_apart(text, cluster, first) || after_unit_word(text, cluster.groups[first].begin))
        return;
    auto w = widest(text, cluster, first, 13, 5);
    for (; w.last > w.first && w.digits >= 7; w = without_last(cluster, w))
        if (right_open(text, cluster, w) && !not_a_phone(text, cluster, w.first, w.last))
            add(text, cluster, w, 45, "phone.national", out);
}

// 3-3-4 with one separator, optionally 1 before: the writing of North America.
void north_american(std::string_view text, const number_cluster& cluster, std::size_t first,
                    candidates& out) {
    if (first + 2 >= cluster.count) return;
    const auto& g = cluster.groups;
    if (g[first].size() != 3 || g[first + 1].size() != 3 || g[first + 2].size() != 4) return;
    const auto gap = cluster.separator(text, first);
    if (gap != cluster.separator(text, first + 1) || gap == "/") return;
    const window w{.first = first, .last = first + 2, .digits = 10};
    if (!right_open(text, cluster, w) || not_a_phone(text, cluster, first, first + 2)) return;
    const bool after_one = first == 1 && g[0].size() <= 2 && cluster.separator(text, 0) == gap;
    if (first > 0 && !after_one && cluster.separator(text, first - 1) == gap) return;
    if (first + 3 < cluster.count && cluster.separator(text, first + 2) == gap) return;
    if (after_one && g[0].open_left)
        add(text, cluster, {.first = 0, .last = first + 2, .digits = 10 + g[0].size()}, 45,
            "phone.north_american", out);
    else
        add(text, cluster, w, 45, "phone.north_american", out);
}

// Six digits in pairs or triples are a small town's number, if the words before say so.
bool short_groups(const number_cluster& cluster, const window& w) {
    for (std::size_t i = w.first; i <= w.last; ++i)
        if (cluster.groups[i].size() > 3) return false;
    return w.last > w.first;
}

bool begins_line(std::string_view text, const digit_group& g) {
    return g.begin > 0 && text[g.begin - 1] == '\n' && g.size() > 1;
}

// The groups that no letter touches, from the first that stands apart on.
std::optional<window> untouched(std::string_view text, const number_cluster& cluster) {
    std::size_t first = 0;
    if (!cluster.groups[0].open_left) {
        ++first;
        while (first < cluster.count && cluster.separator(text, first - 1) != " ")
            ++first;
    }
    if (first == cluster.count) return std::nullopt;
    window w{.first = first,
             .last = cluster.count - 1,
             .digits = cluster.digit_count(first, cluster.count - 1)};
    while (w.last > first && !right_open(text, cluster, w))
        w = without_last(cluster, w);
    if (!right_open(text, cluster, w)) return std::nullopt;
    return w;
}

// Anything else: context makes it a phone number, or a line of its own in a contact block.
void unmarked(std::string_view text, const number_cluster& cluster, candidates& out) {
    const auto w = untouched(text, cluster);
    if (!w || w->digits > 15 || w->last - w->first > 4) return;
    if (not_a_phone(text, cluster, w->first, w->last)) return;
    if (after_unit_word(text, cluster.groups[w->first].begin)) return;
    const bool grouped = w->last > w->first;
    if (grouped && w->digits >= 7) {
        const bool line = w->digits <= 11 && begins_line(text, cluster.groups[w->first]);
        add(text, cluster, *w, line ? 40 : 15, line ? "phone.line" : "phone.grouped", out);
    } else if (w->digits >= 7) {
        add(text, cluster, *w, 5, "phone.plain", out, true);
    } else if (w->digits == 6 && short_groups(cluster, *w)) {
        add(text, cluster, *w, 5, "phone.short", out, true);
    }
}

} // namespace

void find_phones(std::string_view text, const number_cluster& cluster, candidates& out) {
    for (std::size_t first = 0; first < cluster.count; ++first) {
        if (!cluster.groups[first].open_left) continue;
        switch (start_of(text, cluster.groups[first])) {
        case start::plus:
            international(text, cluster, first, false, out);
            break;
        case start::double_zero:
            international(text, cluster, first, true, out);
            break;
        case start::bracket:
        case start::trunk:
            national(text, cluster, first, out);
            north_american(text, cluster, first, out);
            break;
        case start::none:
            north_american(text, cluster, first, out);
            break;
        }
    }
    unmarked(text, cluster, out);
}

} // namespace servery::guardrails
