#include "data_plane/guardrails/detect/not_a_phone.h"

#include "data_plane/guardrails/detect/context.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>

namespace servery::guardrails {
namespace {

int number(std::string_view text, const digit_group& g) {
    if (g.size() > 6) return -1;
    int value = 0;
    for (const char c : text.substr(g.begin, g.size()))
        value = value * 10 + (c - '0');
    return value;
}

bool year(std::string_view text, const digit_group& g) {
    const int value = number(text, g);
    return g.size() == 4 && value >= 1900 && value <= 2100;
}
bool day(std::string_view text, const digit_group& g) {
    const int value = number(text, g);
    return g.size() <= 2 && value >= 1 && value <= 31;
}
bool month(std::string_view text, const digit_group& g) {
    const int value = number(text, g);
    return g.size() <= 2 && value >= 1 && value <= 12;
}

// 2026-11-25, 25.11.2026, 11/25/2026, in the groups i, i + 1, i + 2
bool date_at(std::string_view text, const number_cluster& c, std::size_t i) {
    if (c.separator(text, i) != c.separator(text, i + 1)) return false;
    const auto &a = c.groups[i], &b = c.groups[i + 1], &d = c.groups[i + 2];
    if (year(text, a)) return month(text, b) && day(text, d);
    if (!year(text, d)) return false;
    return (day(text, a) && month(text, b)) || (month(text, a) && day(text, b));
}

bool holds_date(std::string_view text, const number_cluster& c, std::size_t first,
                std::size_t last) {
    for (std::size_t i = first; i + 2 <= last; ++i)
        if (date_at(text, c, i)) return true;
    return last == first + 1 && year(text, c.groups[first]) && year(text, c.groups[last]);
}

// 1.234.567 or 3.14159
bool decimal(std::string_view text, const number_cluster& c, std::size_t first, std::size_t last) {
    if (first == last) return false;
    for (std::size_t i = first; i < last; ++i)
        if (c.separator(text, i) != ".") return false;
    if (last == first + 1) return true;
    if (c.groups[first].size() > 3) return false;
    for (std::size_t i = first + 1; i <= last; ++i)
        if (c.groups[i].size() != 3) return false;
    return true;
}

bool currency_word(std::string_view word) {
    static constexpr std::array<std::string_view, 10> codes{
        "eur", "usd", "gbp", "chf", "sek", "jpy", "euro", "dollar", "dollars", "euros"};
    return std::ranges::any_of(codes, [&](std::string_view code) {
        return std::ranges::equal(word, code, [](char a, char b) { return lower(a) == b; });
    });
}

// A currency sign is not a letter, so that in a shadow only `$` keeps its shape; the others are one
// byte `other`, which stands beside a number hardly anywhere else.
bool currency_sign(char c) {
    return c == '$' || c == shadow_text::other;
}

bool price(std::string_view text, std::size_t begin, std::size_t end) {
    std::size_t left = begin;
    if (left > 0 && text[left - 1] == ' ') --left;
    if (left > 0 && text[left - 1] == '$') return true;
    std::size_t right = end;
    if (right < text.size() && text[right] == ' ') ++right;
    if (right < text.size() && currency_sign(text[right]) && text[right] == '$') return true;
    std::size_t stop = right;
    while (stop < text.size() && is_letter(text[stop]))
        ++stop;
    if (currency_word(text.substr(right, stop - right))) return true;
    const auto word = word_before(text, begin);
    const bool beside =
        !word.empty() &&
        begin - static_cast<std::size_t>(word.data() + word.size() - text.data()) <= 1;
    return beside && currency_word(word);
}

bool isbn(std::string_view text, const number_cluster& c, std::size_t first, std::size_t last) {
    const auto word = word_before(text, c.groups[first].begin);
    static constexpr std::string_view isbn_word = "isbn";
    if (word.size() >= 4 && std::ranges::equal(word.substr(0, 4), isbn_word,
                                               [](char a, char b) { return lower(a) == b; }))
        return true;
    const auto digits = c.digits(text, first, last);
    if (digits.size() != 13 || (!digits.starts_with("978") && !digits.starts_with("979")))
        return false;
    int sum = 0;
    for (std::size_t i = 0; i < 13; ++i)
        sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
    return sum % 10 == 0;
}

} // namespace

bool after_unit_word(std::string_view text, std::size_t begin) {
    static constexpr std::array<std::string_view, 9> words{
        "suite", "apt", "apartment", "unit", "flat", "room", "box", "floor", "ste"};
    const auto word = word_before(text, begin);
    return std::ranges::any_of(words, [&](std::string_view w) {
        return std::ranges::equal(word, w, [](char a, char b) { return lower(a) == b; });
    });
}

bool not_a_phone(std::string_view text, const number_cluster& c, std::size_t first,
                 std::size_t last) {
    return holds_date(text, c, first, last) || decimal(text, c, first, last) ||
           price(text, c.groups[first].begin, c.groups[last].end) || isbn(text, c, first, last);
}

} // namespace servery::guardrails
