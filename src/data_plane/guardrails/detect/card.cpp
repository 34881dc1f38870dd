#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/number_cluster.h"

namespace servery::guardrails {
namespace {

constexpr std::size_t shortest = 12;
constexpr std::size_t longest = 19;

bool joins_card(std::string_view separator) {
    return separator == " " || separator == "-";
}

// Cards are written in groups that begin with four digits; other groupings count only when nothing
// else stands beside them.
bool plausible_groups(const number_cluster& cluster, std::size_t first, std::size_t last) {
    if (first == last || cluster.groups[first].size() == 4) return true;
    return first == 0 && last + 1 == cluster.count;
}

} // namespace

void find_cards(std::string_view text, const number_cluster& cluster, candidates& out) {
    for (std::size_t first = 0; first < cluster.count; ++first) {
        if (!cluster.groups[first].open_left) continue;
        std::size_t n = 0;
        for (std::size_t last = first; last < cluster.count; ++last) {
            if (last > first && !joins_card(cluster.separator(text, last - 1))) break;
            n += cluster.groups[last].size();
            if (n > longest) break;
            if (n < shortest || !cluster.groups[last].open_right) continue;
            if (!plausible_groups(cluster, first, last)) continue;
            const auto digits = cluster.digits(text, first, last);
            if (!card_issuer(digits) || !luhn(digits)) continue;
            out.push_back({.type = pii_type::CREDIT_CARD,
                           .begin = cluster.groups[first].begin,
                           .end = cluster.groups[last].end,
                           .base = 60,
                           .checked = checked_by::checksum,
                           .rule = "card.luhn"});
        }
    }
}

} // namespace servery::guardrails
