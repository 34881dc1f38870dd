#include "api/access/rate_limits.h"

#include <algorithm>

namespace servery::api::access {

namespace {

constexpr std::size_t most_buckets = 20'000;

struct shape {
    double size;
    double per_ms;
};

constexpr shape shape_of(rate_class of) {
    switch (of) {
    case rate_class::none:
        break;
    case rate_class::console:
        return {40, 20.0 / 1000};
    case rate_class::open:
        return {20, 10.0 / 1000};
    case rate_class::compute:
        return {200, 200.0 / 1000};
    case rate_class::sign_in_account:
    case rate_class::code:
        return {5, 1.0 / 60'000};
    case rate_class::sign_in_address:
        return {20, 1.0 / 60'000};
    case rate_class::export_:
        return {6, 6.0 / 3'600'000};
    }
    return {1e9, 1e6};
}

} // namespace

// The caller's bucket as it stands now.
rate_limits::bucket& rate_limits::filled(rate_class of, std::string_view caller) {
    const auto limit = shape_of(of);
    const auto now = now_.now().ms;
    auto at = buckets_.find({of, std::string(caller)});
    if (at == buckets_.end()) {
        if (buckets_.size() >= most_buckets) forget_full();
        at = buckets_.emplace(std::pair(of, std::string(caller)), bucket{limit.size, now}).first;
    }
    auto& b = at->second;
    if (now > b.at_ms) {
        b.tokens =
            std::min(limit.size, b.tokens + static_cast<double>(now - b.at_ms) * limit.per_ms);
        b.at_ms = now;
    }
    return b;
}

std::optional<millis> rate_limits::wait(rate_class of, std::string_view caller) {
    if (of == rate_class::none) return {};
    const auto& b = filled(of, caller);
    if (b.tokens >= 1) return {};
    return millis{static_cast<std::int64_t>((1 - b.tokens) / shape_of(of).per_ms) + 1};
}

std::optional<millis> rate_limits::take(rate_class of, std::string_view caller) {
    if (const auto left = wait(of, caller)) return left;
    if (of != rate_class::none) filled(of, caller).tokens -= 1;
    return {};
}

// A full bucket says nothing that a new one would not say. If none is full, the whole table is
// forgotten: refusing everybody would be worse than one more try each.
void rate_limits::forget_full() {
    const auto now = now_.now().ms;
    std::erase_if(buckets_, [&](const auto& entry) {
        const auto limit = shape_of(entry.first.first);
        const auto waited =
            static_cast<double>(std::max<std::int64_t>(0, now - entry.second.at_ms));
        return entry.second.tokens + waited * limit.per_ms >= limit.size;
    });
    if (buckets_.size() >= most_buckets) buckets_.clear();
}

} // namespace servery::api::access
