#include "data_plane/policy/prices.h"

#include <algorithm>
#include <limits>

namespace servery::policy {

namespace {

__extension__ using wide = __int128;

std::int64_t pico_to_nano(wide pico) {
    const wide nano = (pico + 500) / 1000;
    constexpr wide most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(nano, most));
}

} // namespace

bool plausible(const token_usage& usage) {
    return usage.in >= 0 && usage.cached >= 0 && usage.out >= 0 && usage.cached <= usage.in;
}

std::int64_t cost_nano(const price_row& price, const token_usage& usage) {
    const std::int64_t cached = price.cached == 0 ? price.in : price.cached;
    return pico_to_nano(wide(usage.in - usage.cached) * price.in + wide(usage.cached) * cached +
                        wide(usage.out) * price.out);
}

bool is_free(const price_row& price) {
    return price.in == 0 && price.cached == 0 && price.out == 0;
}

std::int64_t estimate_tokens(std::int64_t bytes) {
    return (bytes + 2) / 3;
}

std::int64_t reserve_nano(const price_row& price, std::int64_t prompt_bytes, std::int64_t answers,
                          std::int64_t out_max) {
    const std::int64_t in_price = std::max(price.in, price.cached);
    const wide pico = wide(estimate_tokens(prompt_bytes)) * in_price +
                      wide(std::max<std::int64_t>(1, answers)) * out_max * price.out;
    return pico_to_nano(pico + 499); // up
}

} // namespace servery::policy
