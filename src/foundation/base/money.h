// Money is an integer: the ledger counts nano-units (1e-9 of the currency), sums and plans count
// micro-units (1e-6). It never passes through a double. Thread: plain values.
#pragma once

#include "foundation/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace servery {

// Micro-units of an ISO 4217 currency; the currency stands beside it where it is stored.
struct micros {
    std::int64_t value = 0;
    friend auto operator<=>(const micros&, const micros&) = default;
};

// "12.340000" (micro-units) and "0.000123450" (nano-units): the form on the wire.
[[nodiscard]] std::string to_decimal(micros amount);
[[nodiscard]] std::string nano_to_decimal(std::int64_t nano);
// Plain decimals of at most six places; errors: base.money.invalid.
[[nodiscard]] result<micros> parse_micros(std::string_view text);
// Rounds half up, away from losing money: 1 nano is never dropped to 0 cost silently.
[[nodiscard]] micros nano_to_micros(std::int64_t nano);

} // namespace servery
