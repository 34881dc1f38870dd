#include "foundation/http/page_headers.h"

#include "foundation/base/hash.h"
#include "foundation/base/random.h"

#include <array>

namespace servery::http {

namespace {

constexpr std::string_view nothing_allowed =
    "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), "
    "geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

// A nonce stands in a header: only what base64url has may pass.
std::string style_nonce(std::string_view nonce) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    for (const char c : nonce)
        if (!good(c)) return {};
    return nonce.empty() ? std::string() : " 'nonce-" + std::string(nonce) + "'";
}

std::string policy_of(page_kind kind, std::string_view nonce) {
    switch (kind) {
    case page_kind::console:
    case page_kind::chat_page:
        return "default-src 'none'; script-src 'self'; style-src 'self'" + style_nonce(nonce) +
               "; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
               "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
               "require-trusted-types-for 'script'";
    case page_kind::plain_page:
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
               "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    case page_kind::widget_file:
    case page_kind::asset:
    case page_kind::data:
        return "default-src 'none'; frame-ancestors 'none'; sandbox";
    case page_kind::download:
        break;
    }
    return "default-src 'none'; sandbox";
}

} // namespace

std::string page_nonce(random_source& random) {
    std::array<std::uint8_t, 16> bits{};
    random.fill(bits);
    return to_base64url(bits);
}

header_set page_headers(page_kind kind, std::string_view nonce, bool tls) {
    const bool for_others = kind == page_kind::widget_file;
    header_set out{{"x-content-type-options", "nosniff"},
                   {"referrer-policy", "no-referrer"},
                   {"permissions-policy", std::string(nothing_allowed)},
                   {"cross-origin-opener-policy", "same-origin"},
                   {"cross-origin-resource-policy", for_others ? "cross-origin" : "same-origin"},
                   {"content-security-policy", policy_of(kind, nonce)}};
    if (tls) out.emplace_back("strict-transport-security", "max-age=31536000");
    return out;
}

} // namespace servery::http
