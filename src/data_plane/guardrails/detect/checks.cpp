#include "data_plane/guardrails/detect/checks.h"

#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servery::guardrails {
namespace {

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, is_digit);
}

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    return value;
}

// ISO 13616: total length by country.
struct iban_country {
    std::string_view code;
    int length;
};
constexpr std::array<iban_country, 85> iban_countries{{
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27},
    {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20},
    {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20}, {"MR", 27},
    {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28},
    {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22},
}};

// Printed in wallets and advertisements: known to everybody, so nobody's.
constexpr std::array<std::string_view, 22> specimens{
    "002281852", "042103580", "062360749", "078051120", "095073645", "128036045",
    "135016629", "141186941", "165167999", "165187999", "165207999", "165227999",
    "165247999", "189092294", "212097694", "212099999", "219099999", "306302348",
    "308125070", "457555462", "468288779", "549241889"};

bool between(int value, int low, int high) {
    return value >= low && value <= high;
}

} // namespace

bool luhn(std::string_view digits) noexcept {
    if (digits.size() < 2 || !all_digits(digits)) return false;
    int sum = 0;
    bool twice = false;
    for (std::size_t i = digits.size(); i-- > 0;) {
        int d = digits[i] - '0';
        if (twice) {
            d *= 2;
            if (d > 9) d -= 9;
        }
        twice = !twice;
        sum += d;
    }
    return sum % 10 == 0;
}

bool mod_11_10(std::string_view digits) noexcept {
    if (digits.size() < 2 || !all_digits(digits)) return false;
    int p = 10;
    for (const char c : digits.substr(0, digits.size() - 1)) {
        int s = (p + (c - '0')) % 10;
        if (s == 0) s = 10;
        p = 2 * s % 11;
    }
    return (11 - p) % 10 == digits.back() - '0';
}

int iban_length(std::string_view country) noexcept {
    if (country == "VG") return 24;
    if (country == "XK") return 20;
    const auto* const at =
        std::ranges::lower_bound(iban_countries, country, {}, &iban_country::code);
    return at != iban_countries.end() && at->code == country ? at->length : 0;
}

bool iban(std::string_view compact) noexcept {
    if (compact.size() < 5) return false;
    if (iban_length(compact.substr(0, 2)) != static_cast<int>(compact.size())) return false;
    if (!all_digits(compact.substr(2, 2))) return false;
    int rest = 0;
    for (std::size_t i = 0; i < compact.size(); ++i) {
        const char c = compact[(i + 4) % compact.size()];
        if (is_digit(c))
            rest = (rest * 10 + (c - '0')) % 97;
        else if (c >= 'A' && c <= 'Z')
            rest = (rest * 100 + (c - 'A' + 10)) % 97;
        else
            return false;
    }
    return rest == 1;
}

bool card_issuer(std::string_view digits) noexcept {
    if (digits.size() < 12 || digits.size() > 19 || !all_digits(digits)) return false;
    const int two = number(digits.substr(0, 2));
    const int three = number(digits.substr(0, 3));
    const int four = number(digits.substr(0, 4));
    const auto n = digits.size();
    if (four == 2131 || four == 1800) return n == 15; // JCB of old
    if (digits[0] == '1') return n == 15;             // UATP
    if (two == 34 || two == 37) return n == 15;       // American Express
    if (between(three, 300, 305) || two == 36 || two == 38) return n >= 14;
    if (digits[0] == '4') return n == 13 || n == 16 || n == 19;
    if (between(two, 51, 55) || between(four, 2221, 2720)) return n == 16;
    if (between(four, 3528, 3589)) return n >= 16;
    // Discover, Maestro and their kin
    return two == 50 || between(two, 56, 69);
}

bool uk_nhs(std::string_view digits) noexcept {
    if (digits.size() != 10 || !all_digits(digits)) return false;
    int sum = 0;
    for (int i = 0; i < 9; ++i)
        sum += (10 - i) * (digits[static_cast<std::size_t>(i)] - '0');
    const int check = 11 - sum % 11;
    if (check == 10) return false;
    return check % 11 == digits[9] - '0';
}

bool de_tax_id(std::string_view digits) noexcept {
    if (digits.size() != 11 || !all_digits(digits) || digits[0] == '0') return false;
    std::array<int, 10> seen{};
    for (const char c : digits.substr(0, 10))
        ++seen[static_cast<std::size_t>(c - '0')];
    const auto repeated = std::ranges::count_if(seen, [](int n) { return n > 1; });
    if (repeated > 1 || std::ranges::max(seen) > 3) return false;
    return mod_11_10(digits);
}

bool us_ssn(std::string_view digits) noexcept {
    if (digits.size() != 9 || !all_digits(digits)) return false;
    const int area = number(digits.substr(0, 3));
    if (area == 0 || area == 666 || area >= 900) return false;
    if (number(digits.substr(3, 2)) == 0 || number(digits.substr(5)) == 0) return false;
    if (digits == "123456789" || digits == "987654321") return false;
    if (std::ranges::find(specimens, digits) != specimens.end()) return false;
    return std::ranges::any_of(digits, [&](char c) { return c != digits[0]; });
}

bool uk_nino(std::string_view compact) noexcept {
    if (compact.size() != 9 || compact[8] < 'A' || compact[8] > 'D') return false;
    for (std::size_t i = 0; i < 8; ++i) {
        const bool letter = compact[i] >= 'A' && compact[i] <= 'Z';
        if (i < 2 ? !letter : compact[i] < '0' || compact[i] > '9') return false;
    }
    constexpr std::string_view unused = "DFIQUV";
    if (unused.find(compact[0]) != std::string_view::npos) return false;
    if (unused.find(compact[1]) != std::string_view::npos || compact[1] == 'O') return false;
    constexpr std::array<std::string_view, 7> never{"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
    return std::ranges::find(never, compact.substr(0, 2)) == never.end();
}

bool de_social_security(std::string_view compact) noexcept {
    if (compact.size() != 12 || compact[8] < 'A' || compact[8] > 'Z') return false;
    std::array<int, 13> digits{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        if (i == 8) {
            const int letter = compact[i] - 'A' + 1;
            digits[n++] = letter / 10;
            digits[n++] = letter % 10;
            continue;
        }
        if (compact[i] < '0' || compact[i] > '9') return false;
        digits[n++] = compact[i] - '0';
    }
    const int day = digits[2] * 10 + digits[3];
    const int month = digits[4] * 10 + digits[5];
    if (month < 1 || month > 12 || day < 1 || day > 81)
        return false; // 50 added for a second number
    constexpr std::array<int, 12> weights{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const int product = digits[i] * weights[i];
        sum += product / 10 + product % 10;
    }
    return sum % 10 == digits[12];
}

} // namespace servery::guardrails
