#include "data_plane/guardrails/detect/number_cluster.h"

#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>

namespace servery::guardrails {
namespace {

// Length of the separator at `at` if a digit follows it, else 0.
std::size_t separator_length(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 3;
    std::size_t n = 0;
    bool sign_seen = false;
    while (at + n < text.size() && n <= longest) {
        const char c = text[at + n];
        if (is_digit(c)) return n;
        const bool sign = c == '-' || c == '.' || c == '/';
        if (!sign && c != ' ' && c != '(' && c != ')') return 0;
        if (sign && sign_seen) return 0;
        if (n > 0 && c == text[at + n - 1]) return 0;
        sign_seen = sign_seen || sign;
        ++n;
    }
    return 0;
}

// "14:30" is a time: its parts belong to no other number.
bool colon_before(std::string_view text, std::size_t at) {
    return at >= 2 && text[at - 1] == ':' && is_digit(text[at - 2]);
}
bool colon_behind(std::string_view text, std::size_t at) {
    return at + 1 < text.size() && text[at] == ':' && is_digit(text[at + 1]);
}

digit_group group_at(std::string_view text, std::size_t begin) {
    digit_group g{.begin = begin, .end = begin};
    while (g.end < text.size() && is_digit(text[g.end]))
        ++g.end;
    g.open_left = (begin == 0 || !is_word(text[begin - 1])) && !colon_before(text, begin);
    g.open_right = (g.end == text.size() || !is_word(text[g.end])) && !colon_behind(text, g.end);
    return g;
}

} // namespace

std::optional<number_cluster> next_cluster(std::string_view text, std::size_t& from) {
    while (from < text.size() && !is_digit(text[from]))
        ++from;
    if (from == text.size()) return std::nullopt;
    number_cluster cluster;
    std::size_t at = from;
    while (cluster.count < number_cluster::most_groups) {
        const auto group = group_at(text, at);
        cluster.groups[cluster.count++] = group;
        from = group.end;
        if (!group.open_right) break;
        const auto gap = separator_length(text, group.end);
        if (gap == 0) break;
        at = group.end + gap;
    }
    // A run that is longer than a cluster is read again from its middle, so that a number across
    // the border is seen whole.
    if (cluster.count == number_cluster::most_groups)
        from = cluster.groups[number_cluster::most_groups - number_cluster::overlap].begin;
    return cluster;
}

bool stands_apart(std::string_view text, const number_cluster& cluster, std::size_t first,
                  std::size_t last) {
    if (!cluster.groups[first].open_left || !cluster.groups[last].open_right) return false;
    const auto inner = first < last ? cluster.separator(text, first) : std::string_view{};
    if (first > 0 && (first == last ? cluster.separator(text, first - 1) != " "
                                    : cluster.separator(text, first - 1) == inner))
        return false;
    return last + 1 >= cluster.count || (first == last ? cluster.separator(text, last) == " "
                                                       : cluster.separator(text, last) != inner);
}

void find_numbers(std::string_view text, std::uint32_t wanted, candidates& out) {
    const auto on = [&](pii_type type) {
        return (wanted >> static_cast<unsigned>(type) & 1U) != 0;
    };
    const bool national = on(pii_type::US_SSN) || on(pii_type::UK_NHS) || on(pii_type::DE_TAX_ID);
    std::size_t from = 0;
    while (const auto cluster = next_cluster(text, from)) {
        if (cluster->digit_count(0, cluster->count - 1) < 6) continue;
        if (on(pii_type::CREDIT_CARD)) find_cards(text, *cluster, out);
        if (national) find_national_numbers(text, *cluster, wanted, out);
        if (on(pii_type::PHONE_NUMBER)) find_phones(text, *cluster, out);
    }
}

} // namespace servery::guardrails
