// National numbers with letters inside: the national insurance number of the United Kingdom and the
// German social security number. One blank may stand between their parts, everywhere or nowhere.
#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <string>

namespace servery::guardrails {
namespace {

bool is_ascii_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

// Reads a shape (`A` a letter, `9` a digit, `-` a place where a blank may stand); the end, or 0.
std::size_t read_shape(std::string_view text, std::size_t at, std::string_view shape,
                       std::string& compact) {
    compact.clear();
    bool first_gap = true;
    bool blanks = false;
    for (const char want : shape) {
        if (want == '-') {
            const bool blank = at < text.size() && text[at] == ' ';
            if (first_gap) blanks = blank;
            first_gap = false;
            if (blank != blanks) return 0;
            at += blank ? 1 : 0;
            continue;
        }
        if (at >= text.size()) return 0;
        const bool fits = want == 'A' ? is_ascii_letter(text[at]) : is_digit(text[at]);
        if (!fits) return 0;
        compact += upper(text[at++]);
    }
    return at < text.size() && is_word(text[at]) ? 0 : at;
}

} // namespace

void find_insurance_numbers(std::string_view text, candidates& out) {
    std::string compact;
    for (std::size_t at = 0; at + 9 <= text.size(); ++at) {
        if (!is_ascii_letter(text[at]) || !is_ascii_letter(text[at + 1])) continue;
        if (at > 0 && is_word(text[at - 1])) continue;
        const auto end = read_shape(text, at, "AA-99-99-99-A", compact);
        if (end == 0 || !uk_nino(compact)) continue;
        out.push_back(
            {.type = pii_type::UK_NINO, .begin = at, .end = end, .base = 60, .rule = "nino"});
    }
}

void find_social_security_numbers(std::string_view text, candidates& out) {
    std::string compact;
    for (std::size_t at = 0; at + 12 <= text.size(); ++at) {
        if (!is_digit(text[at]) || (at > 0 && is_word(text[at - 1]))) continue;
        const auto end = read_shape(text, at, "99-999999-A-999", compact);
        if (end == 0 || !de_social_security(compact)) continue;
        out.push_back({.type = pii_type::DE_SOCIAL_SECURITY,
                       .begin = at,
                       .end = end,
                       .base = 60,
                       .checked = checked_by::checksum,
                       .rule = "de_social"});
    }
}

} // namespace servery::guardrails
