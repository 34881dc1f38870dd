#include "data_plane/guardrails/detect/context.h"

#include "data_plane/guardrails/detect/shadow.h"

#include <array>
#include <span>

namespace servery::guardrails {
namespace {

constexpr int words_before = 5;
constexpr std::size_t longest_look = 200; // bytes

struct stems {
    std::span<const std::string_view> beginnings;
    std::span<const std::string_view> whole; // words too short to be a beginning
};

constexpr std::array<std::string_view, 46> phone_beginnings{
    "phone",   "telephon", "telefon",  "téléphon", "teléfon",   "mobil",     "móvil",    "movil",
    "cell",    "whatsapp", "landline", "hotline",  "helpline",  "dial",      "call",     "ring",
    "answer",  "reach",    "contact",  "handy",    "rufnummer", "durchwahl", "anruf",    "ruf",
    "erreich", "festnetz", "portable", "appel",    "joindre",   "llam",      "contacto", "chiam",
    "recapit", "bellen",   "bereik",   "kontakt",  "extension", "voicemail", "pager",    "callback",
    "texting", "rappel",   "tlf",      "telf",     "faks",      "office"};
constexpr std::array<std::string_view, 9> phone_words{"tel", "fax", "sms", "gsm", "ph",
                                                      "mob", "bel", "fon", "text"};
constexpr std::array<std::string_view, 5> ssn_beginnings{"ssn", "social", "security",
                                                         "sozialversicherung", "ssid"};
constexpr std::array<std::string_view, 2> ssn_words{"ss", "soc"};
constexpr std::array<std::string_view, 2> nhs_beginnings{"nhs", "national"};
constexpr std::array<std::string_view, 1> nhs_words{"health"};
constexpr std::array<std::string_view, 7> tax_beginnings{
    "steuer", "idnr", "identifikationsnummer", "tax", "tin", "identifikations", "steueridentif"};
constexpr std::array<std::string_view, 2> tax_words{"idno", "stid"};
constexpr std::array<std::string_view, 2> nino_beginnings{"insurance", "nino"};
constexpr std::array<std::string_view, 1> nino_words{"ni"};
constexpr std::array<std::string_view, 4> social_beginnings{
    "sozialversicherung", "rentenversicherung", "versicherungsnummer", "svnr"};
constexpr std::array<std::string_view, 2> social_words{"rvnr", "sv"};
constexpr std::array<std::string_view, 4> card_beginnings{"credit", "card", "kredit", "carte"};
constexpr std::array<std::string_view, 4> card_words{"visa", "amex", "cc", "debit"};
constexpr std::array<std::string_view, 4> iban_beginnings{"iban", "bank", "konto", "account"};
constexpr std::array<std::string_view, 1> ip_words{"ip"};
constexpr std::array<std::string_view, 3> ip_beginnings{"address", "adress", "ipv"};

stems stems_of(pii_type type) {
    switch (type) {
    case pii_type::PHONE_NUMBER:
        return {phone_beginnings, phone_words};
    case pii_type::US_SSN:
        return {ssn_beginnings, ssn_words};
    case pii_type::UK_NHS:
        return {nhs_beginnings, nhs_words};
    case pii_type::DE_TAX_ID:
        return {tax_beginnings, tax_words};
    case pii_type::UK_NINO:
        return {nino_beginnings, nino_words};
    case pii_type::DE_SOCIAL_SECURITY:
        return {social_beginnings, social_words};
    case pii_type::CREDIT_CARD:
        return {card_beginnings, card_words};
    case pii_type::IBAN_CODE:
        return {iban_beginnings, {}};
    case pii_type::IP_ADDRESS:
        return {ip_beginnings, ip_words};
    case pii_type::EMAIL_ADDRESS:
    case pii_type::URL:
        return {};
    }
    return {};
}

bool begins(std::string_view word, std::string_view beginning) {
    if (word.size() < beginning.size()) return false;
    for (std::size_t i = 0; i < beginning.size(); ++i)
        if (lower(word[i]) != beginning[i]) return false;
    return true;
}

bool matches(std::string_view word, const stems& wanted) {
    for (const auto b : wanted.beginnings)
        if (begins(word, b)) return true;
    for (const auto w : wanted.whole)
        if (word.size() == w.size() && begins(word, w)) return true;
    return false;
}

// The placeholder of an earlier value that ends with this word, from its bracket on; else "". It is
// one word that says nothing: "[PHONE] 1234567" names no phone number.
std::string_view placeholder_around(std::string_view text, std::string_view word) {
    const auto end = static_cast<std::size_t>(word.data() + word.size() - text.data());
    if (end >= text.size() || text[end] != ']') return {};
    auto begin = end;
    while (begin > 0 && (is_digit(text[begin - 1]) || text[begin - 1] == '_' ||
                         (text[begin - 1] >= 'A' && text[begin - 1] <= 'Z')))
        --begin;
    if (begin == end || begin == 0 || text[begin - 1] != '[') return {};
    return text.substr(begin - 1, end + 1 - (begin - 1));
}

} // namespace

std::string_view word_before(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    while (end > 0 && !is_word(text[end - 1]))
        --end;
    std::size_t start = end;
    while (start > 0 && is_word(text[start - 1]))
        --start;
    return text.substr(start, end - start);
}

bool has_context(pii_type type, std::string_view text, std::size_t begin) {
    const auto wanted = stems_of(type);
    const std::size_t floor = begin > longest_look ? begin - longest_look : 0;
    std::size_t at = begin;
    for (int i = 0; i < words_before; ++i) {
        const auto word = word_before(text, at);
        if (word.empty()) return false;
        const auto placeholder = placeholder_around(text, word);
        const auto whole = placeholder.empty() ? word : placeholder;
        at = static_cast<std::size_t>(whole.data() - text.data());
        if (at < floor) return false;
        if (!placeholder.empty()) continue;
        if (matches(word, wanted)) return true;
    }
    return false;
}

} // namespace servery::guardrails
