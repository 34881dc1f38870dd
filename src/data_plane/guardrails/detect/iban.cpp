#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <string>

namespace servery::guardrails {
namespace {

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}
bool is_ascii_letter(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z');
}

// Reads `length` characters with one space or hyphen after each four; 0 if the text has others.
std::size_t read_compact(std::string_view text, std::size_t begin, std::size_t length,
                         std::string& compact) {
    compact.clear();
    std::size_t at = begin;
    while (compact.size() < length) {
        if (at >= text.size()) return 0;
        const char c = text[at];
        if (is_digit(c) || is_ascii_letter(c)) {
            compact += upper(c);
            ++at;
            continue;
        }
        const bool gap = (c == ' ' || c == '-') && !compact.empty() && compact.size() % 4 == 0;
        if (!gap || (at > 0 && !is_word(text[at - 1]))) return 0;
        ++at;
    }
    return at;
}

// "bANK" is no bank: the letters behind the check digits are all of one case.
bool one_case(std::string_view written) {
    bool small = false;
    bool large = false;
    for (const char c : written) {
        if (!is_ascii_letter(c)) continue;
        (c >= 'a' ? small : large) = true;
    }
    return !(small && large);
}

} // namespace

void find_ibans(std::string_view text, candidates& out) {
    std::string compact;
    for (std::size_t at = 0; at + 15 <= text.size(); ++at) {
        if (!is_digit(text[at + 2]) || !is_digit(text[at + 3])) continue;
        if (!is_ascii_letter(text[at]) || !is_ascii_letter(text[at + 1])) continue;
        if (at > 0 && is_word(text[at - 1])) continue;
        const char country[] = {upper(text[at]), upper(text[at + 1])};
        const auto length = static_cast<std::size_t>(iban_length({country, 2}));
        if (length == 0) continue;
        const auto end = read_compact(text, at, length, compact);
        if (end == 0 || (end < text.size() && is_word(text[end])) || !iban(compact)) continue;
        if (!one_case(text.substr(at + 4, end - at - 4))) continue;
        out.push_back({.type = pii_type::IBAN_CODE,
                       .begin = at,
                       .end = end,
                       .base = 70,
                       .checked = checked_by::checksum,
                       .rule = "iban.mod97"});
    }
}

} // namespace servery::guardrails
