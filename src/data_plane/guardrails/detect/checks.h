// Check-digit algorithms over ASCII digits (and letters where named). Each returns false for a
// wrong length or a foreign character. Thread: pure, any thread.
#pragma once

#include <string_view>

namespace servery::guardrails {

// From the right double every second digit, minus 9 if over 9; sum mod 10 = 0. At least 2 digits.
[[nodiscard]] bool luhn(std::string_view digits) noexcept;
// ISO 7064 mod 11,10 over all digits, the last one being the check digit.
[[nodiscard]] bool mod_11_10(std::string_view digits) noexcept;
// Country's length, then first four characters moved behind, A=10..Z=35, mod 97 = 1. Upper case.
[[nodiscard]] bool iban(std::string_view compact) noexcept;
// Length of an IBAN that begins with these two letters; 0 = no such country.
[[nodiscard]] int iban_length(std::string_view country) noexcept;
// Issuer ranges and lengths (12..19 digits), without Luhn.
[[nodiscard]] bool card_issuer(std::string_view digits) noexcept;
// Ten digits, weights 10..2, mod 11.
[[nodiscard]] bool uk_nhs(std::string_view digits) noexcept;
// Eleven digits: first not 0, mod 11,10, exactly one of the first ten occurs two or three times.
[[nodiscard]] bool de_tax_id(std::string_view digits) noexcept;
// Nine digits: area, group and serial in use; not all equal, not running.
[[nodiscard]] bool us_ssn(std::string_view digits) noexcept;
// Two letters, six digits, A..D, upper case: letters and prefixes that are in use.
[[nodiscard]] bool uk_nino(std::string_view compact) noexcept;
// Twelve characters, upper case: area, date of birth, letter, serial, check digit; the letter
// counts as two digits, weights 2,1,2,5,7,1,2,1,2,1,2,1 over digit sums, mod 10. Example of the
// pension insurance: 65170839J003.
[[nodiscard]] bool de_social_security(std::string_view compact) noexcept;

} // namespace servery::guardrails
