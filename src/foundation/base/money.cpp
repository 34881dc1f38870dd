#include "foundation/base/money.h"

#include <cstdio>

namespace servery {

namespace {

std::string decimal(std::int64_t value, std::int64_t unit, int places) {
    const bool negative = value < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const auto u = static_cast<std::uint64_t>(unit);
    char buffer[48];
    const int n = std::snprintf(buffer, sizeof buffer, "%s%llu.%0*llu", negative ? "-" : "",
                                static_cast<unsigned long long>(magnitude / u), places,
                                static_cast<unsigned long long>(magnitude % u));
    return {buffer, static_cast<std::size_t>(n)};
}

} // namespace

std::string to_decimal(micros amount) {
    return decimal(amount.value, 1'000'000, 6);
}

std::string nano_to_decimal(std::int64_t nano) {
    return decimal(nano, 1'000'000'000, 9);
}

micros nano_to_micros(std::int64_t nano) {
    return {nano >= 0 ? (nano + 500) / 1000 : -((-nano + 500) / 1000)};
}

result<micros> parse_micros(std::string_view text) {
    const auto wrong = [&] {
        return fail(error_code::invalid_argument, "base.money.invalid",
                    "'" + std::string(text) + "' is not an amount", {},
                    "write a plain number with at most six decimal places, such as 12.50");
    };
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    std::int64_t whole = 0, fraction = 0;
    std::size_t digits = 0;
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
        if (++digits > 12) return wrong();
        whole = whole * 10 + (rest[0] - '0');
        rest.remove_prefix(1);
    }
    if (digits == 0) return wrong();
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        std::int64_t scale = 100'000;
        if (rest.empty()) return wrong();
        while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
            if (scale == 0 && rest[0] != '0') return wrong();
            fraction += scale * (rest[0] - '0');
            scale /= 10;
            rest.remove_prefix(1);
        }
    }
    if (!rest.empty()) return wrong();
    const std::int64_t value = whole * 1'000'000 + fraction;
    return micros{negative ? -value : value};
}

} // namespace servery
