#include "data_plane/guardrails/detect/detect.h"

#include "data_plane/guardrails/detect/candidates.h"
#include "data_plane/guardrails/detect/context.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace servery::guardrails {
namespace {

// What a text has that a value could be made of; a text with none of it is clean.
struct anchors {
    bool at = false;     // @
    bool dot = false;    // a dot between word bytes
    bool colon = false;  // a colon beside another one or a hex digit
    bool hidden = false; // bytes that the shadow turns into one of these
    std::uint32_t digits = 0;
};

enum byte_kind : std::uint8_t { plain, digit_byte, sign_byte, high_byte };

constexpr auto byte_kinds = [] {
    std::array<std::uint8_t, 256> kinds{};
    for (int c = '0'; c <= '9'; ++c)
        kinds[static_cast<std::size_t>(c)] = digit_byte;
    for (const char c : {'@', '.', ':', '&', '%'})
        kinds[static_cast<unsigned char>(c)] = sign_byte;
    // Letters with accents and Greek and Cyrillic (lead bytes C3..D1) hide no digit.
    for (int c = 0xC2; c < 0x100; ++c)
        kinds[static_cast<std::size_t>(c)] = c >= 0xC3 && c <= 0xD1 ? plain : high_byte;
    return kinds;
}();

// General punctuation as people type it (dashes, quotes, dots, the euro sign) hides nothing.
bool harmless_mark(std::string_view text, std::size_t i) {
    if (i + 2 >= text.size() || text[i] != '\xE2') return false;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const auto third = static_cast<unsigned char>(text[i + 2]);
    if (second == 0x80) return third >= 0x90 && third <= 0xA7;
    return second == 0x82 && third == 0xAC;
}

anchors look_for_anchors(std::string_view text) {
    anchors a;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (byte_kinds[static_cast<unsigned char>(text[i])]) {
        case digit_byte:
            ++a.digits;
            break;
        case high_byte:
            if (!harmless_mark(text, i)) a.hidden = true;
            break;
        case sign_byte:
            if (text[i] == '@')
                a.at = true;
            else if (text[i] == '.')
                a.dot = a.dot || (i > 0 && i + 1 < text.size() && is_word(text[i - 1]) &&
                                  is_word(text[i + 1]));
            else if (text[i] == ':')
                a.colon = true;
            else
                a.hidden = true;
            break;
        default:
            break;
        }
    }
    return a;
}

constexpr std::uint32_t bit(pii_type type) {
    return 1U << static_cast<unsigned>(type);
}
constexpr std::uint32_t number_types = bit(pii_type::CREDIT_CARD) | bit(pii_type::PHONE_NUMBER) |
                                       bit(pii_type::US_SSN) | bit(pii_type::UK_NHS) |
                                       bit(pii_type::DE_TAX_ID);

int score_of(const candidate& c, std::string_view text) {
    const bool context = has_context(c.type, text, c.begin);
    if (c.needs_context && !context) return 5;
    if (c.checked == checked_by::checksum) return 100;
    return context ? std::min(100, std::max(c.base + 35, 40)) : c.base;
}

std::vector<finding> scored(const candidates& found, const shadow_text& shadow) {
    std::vector<finding> out;
    out.reserve(found.size());
    for (const auto& c : found)
        out.push_back({.type = c.type,
                       .begin = shadow.original_begin(c.begin),
                       .end = shadow.original_end(c.end),
                       .score = score_of(c, shadow.text()),
                       .checked = c.checked,
                       .rule = c.rule});
    return out;
}

bool overlap(const finding& a, const finding& b) {
    return a.begin < b.end && b.begin < a.end;
}

// A value inside a URL stays a finding of its own.
bool stands_within(const finding& url, const finding& inner) {
    return url.type == pii_type::URL && inner.type != pii_type::URL && url.begin <= inner.begin &&
           inner.end <= url.end && url.end - url.begin > inner.end - inner.begin;
}

std::vector<finding> without_overlaps(std::vector<finding> all) {
    std::ranges::sort(all, {}, [](const finding& f) {
        return std::tuple(-f.score, -static_cast<std::int64_t>(f.end - f.begin), f.type, f.begin);
    });
    std::vector<finding> kept;
    for (const auto& f : all) {
        const bool blocked = std::ranges::any_of(kept, [&](const finding& k) {
            return overlap(f, k) && !stands_within(f, k) && !stands_within(k, f);
        });
        if (!blocked) kept.push_back(f);
    }
    std::ranges::sort(kept, {}, [](const finding& f) { return std::tuple(f.begin, f.end); });
    return kept;
}

// Greedy choice inside each cluster of candidates that touch, so that the work stays linear.
std::vector<finding> resolve(std::vector<finding> all) {
    std::ranges::sort(all, {}, &finding::begin);
    std::vector<finding> out;
    std::size_t i = 0;
    while (i < all.size()) {
        std::size_t j = i + 1;
        auto end = all[i].end;
        while (j < all.size() && all[j].begin < end)
            end = std::max(end, all[j++].end);
        const auto kept = without_overlaps({all.begin() + static_cast<std::ptrdiff_t>(i),
                                            all.begin() + static_cast<std::ptrdiff_t>(j)});
        out.insert(out.end(), kept.begin(), kept.end());
        i = j;
    }
    return out;
}

candidates recognise(std::string_view text, std::uint32_t types, const anchors& a) {
    candidates found;
    const auto on = [&](pii_type type) { return (types & bit(type)) != 0; };
    if (on(pii_type::EMAIL_ADDRESS) && (a.at || a.hidden)) find_emails(text, found);
    if (on(pii_type::URL) && (a.dot || a.hidden)) find_urls(text, found);
    if (on(pii_type::IP_ADDRESS) && (a.colon || a.dot || a.hidden)) find_ip_addresses(text, found);
    if (a.digits < 6 && !a.hidden) return found;
    if (on(pii_type::IBAN_CODE)) find_ibans(text, found);
    if (on(pii_type::UK_NINO)) find_insurance_numbers(text, found);
    if (on(pii_type::DE_SOCIAL_SECURITY)) find_social_security_numbers(text, found);
    if ((types & number_types) != 0) find_numbers(text, types, found);
    return found;
}

} // namespace

std::string_view name(pii_type type) noexcept {
    return boost::describe::enum_to_string(type, "");
}

std::string_view short_name(pii_type type) noexcept {
    switch (type) {
    case pii_type::EMAIL_ADDRESS:
        return "EMAIL";
    case pii_type::PHONE_NUMBER:
        return "PHONE";
    case pii_type::IBAN_CODE:
        return "IBAN";
    case pii_type::IP_ADDRESS:
        return "IP";
    case pii_type::CREDIT_CARD:
    case pii_type::URL:
    case pii_type::US_SSN:
    case pii_type::UK_NHS:
    case pii_type::DE_TAX_ID:
    case pii_type::UK_NINO:
        return name(type);
    case pii_type::DE_SOCIAL_SECURITY:
        return "DE_SOCIAL";
    }
    return "DATA";
}

std::vector<finding> detect(std::string_view text, const detect_options& options) {
    const auto a = look_for_anchors(text.substr(options.from));
    if (!a.at && !a.dot && !a.colon && !a.hidden && a.digits < 6) return {};
    const shadow_text shadow(text);
    const auto found = recognise(shadow.text(), options.types, a);
    if (found.empty()) return {};
    auto all = scored(found, shadow);
    std::erase_if(all, [&](const finding& f) {
        return f.score < options.least_score || f.begin < options.from;
    });
    return resolve(std::move(all));
}

std::vector<finding> detect_only(pii_type type, std::string_view text) {
    return detect(text, {.types = bit(type), .least_score = 1});
}

std::string normalise(pii_type type, std::string_view value) {
    const shadow_text shadow(value);
    const bool digits_only = type == pii_type::CREDIT_CARD || type == pii_type::PHONE_NUMBER ||
                             type == pii_type::US_SSN || type == pii_type::UK_NHS ||
                             type == pii_type::DE_TAX_ID;
    std::string out;
    for (const char c : shadow.text()) {
        if (digits_only && !is_digit(c)) continue;
        if (type == pii_type::IBAN_CODE && !is_word(c)) continue;
        out += lower(c);
    }
    return out;
}

} // namespace servery::guardrails
