// What a detector says: a kind of personal data, where it stands and how sure the rule is.
// Thread: plain values.
#pragma once

#include <boost/describe.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace servery::guardrails {

// Kinds of personal data. The upper-case names are the field's own and stand so in policies, API
// and records.
enum class pii_type : std::uint8_t {
    CREDIT_CARD,
    IBAN_CODE,
    EMAIL_ADDRESS,
    PHONE_NUMBER,
    IP_ADDRESS,
    URL,
    US_SSN,
    UK_NHS,
    DE_TAX_ID,
    UK_NINO,
    DE_SOCIAL_SECURITY,
};
BOOST_DESCRIBE_ENUM(pii_type, CREDIT_CARD, IBAN_CODE, EMAIL_ADDRESS, PHONE_NUMBER, IP_ADDRESS, URL,
                    US_SSN, UK_NHS, DE_TAX_ID, UK_NINO, DE_SOCIAL_SECURITY)
constexpr std::size_t pii_type_count = 11;

[[nodiscard]] std::string_view name(pii_type type) noexcept; // "EMAIL_ADDRESS"
// The word inside a placeholder: EMAIL, PHONE, CREDIT_CARD, IBAN, IP, URL, US_SSN …
[[nodiscard]] std::string_view short_name(pii_type type) noexcept;

// Whether the span passed a checksum. Such a finding scores 100.
enum class checked_by : std::uint8_t { none, checksum };
BOOST_DESCRIBE_ENUM(checked_by, none, checksum)

// begin, end: bytes of the original text, half-open, on code-point borders.
// score: 0..100. rule: stable word of the rule that fired, with static lifetime ("card.luhn").
struct finding {
    pii_type type = pii_type::EMAIL_ADDRESS;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    int score = 0;
    checked_by checked = checked_by::none;
    std::string_view rule;
    friend bool operator==(const finding&, const finding&) = default;
};

} // namespace servery::guardrails
