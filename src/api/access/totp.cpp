#include "api/access/totp.h"

#include "foundation/base/text.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace servery::api::access {

namespace {

constexpr std::int64_t step_ms = 30'000;
constexpr std::size_t digits = 6;

} // namespace

std::int64_t totp_step(instant at) {
    return at.ms / step_ms;
}

std::string totp_code(bytes_view seed, std::int64_t step) {
    std::array<std::uint8_t, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[7 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (8 * i));
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
    unsigned int length = 0;
    if (HMAC(EVP_sha1(), seed.data(), static_cast<int>(seed.size()), counter.data(), counter.size(),
             mac.data(), &length) == nullptr ||
        length < 20)
        return {};
    // RFC 4226, section 5.3: dynamic truncation.
    const auto at = mac[length - 1] & 0x0FU;
    const auto number = (static_cast<std::uint32_t>(mac[at] & 0x7FU) << 24) |
                        (static_cast<std::uint32_t>(mac[at + 1]) << 16) |
                        (static_cast<std::uint32_t>(mac[at + 2]) << 8) |
                        static_cast<std::uint32_t>(mac[at + 3]);
    auto text = std::to_string(number % 1'000'000);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::optional<std::int64_t> match_totp(bytes_view seed, std::string_view code, instant now,
                                       std::int64_t last_used) {
    if (code.size() != digits) return {};
    const auto current = totp_step(now);
    std::optional<std::int64_t> found;
    // All three are computed and compared whole: the time says nothing.
    for (const auto step : {current - 1, current, current + 1}) {
        const auto expected = totp_code(seed, step);
        const bool same =
            expected.size() == digits && equal_constant_time(as_bytes(expected), as_bytes(code));
        if (same && step > last_used && !found) found = step;
    }
    return found;
}

std::string totp_secret_text(bytes_view seed) {
    auto text = to_base32(seed);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

std::string totp_uri(bytes_view seed, std::string_view account) {
    std::string name;
    for (const char c : account) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '@';
        name += plain ? c : '_';
    }
    return "otpauth://totp/Servery:" + name + "?secret=" + totp_secret_text(seed) +
           "&issuer=Servery";
}

} // namespace servery::api::access
