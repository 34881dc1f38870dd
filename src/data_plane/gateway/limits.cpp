#include "data_plane/gateway/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace servery::gateway {

namespace {

constexpr std::int64_t minute_ms = 60'000;

} // namespace

millis rate_table::take(const hash16& who, std::int64_t a_minute, instant now) {
    if (a_minute <= 0) return millis{0};
    const auto at_once = (a_minute + 1) / 2;
    const auto spread = std::max<std::int64_t>(a_minute - at_once, 1);
    // Rounded up: the last of the allowance must not slip into the minute before.
    const auto step = (minute_ms + spread - 1) / spread;
    auto& in = stripes_[who[0] % stripe_count];
    const std::lock_guard lock(in.mutex);
    if (in.free_at.size() >= most_a_stripe)
        std::erase_if(in.free_at, [&](const auto& entry) { return entry.second <= now.ms; });
    auto& free_at = in.free_at[who];
    const auto next = std::max(free_at, now.ms) + step;
    const auto room = step * at_once;
    if (next - now.ms > room) return millis{next - now.ms - room};
    free_at = next;
    return millis{0};
}

std::optional<over_rate> take_rate(rate_table& rates, const hash16& who, std::int64_t a_minute,
                                   std::string_view whose, instant now) {
    const auto wait = rates.take(who, a_minute, now);
    if (wait.count() == 0) return std::nullopt;
    return over_rate{
        .wait = wait,
        .fault = {.code = error_code::rate_limited,
                  .id = "limit.rate",
                  .message = fmt::format("{} may ask {} times a minute", whose, a_minute),
                  .remedy = "try again after the time in retry-after"}};
}

std::optional<over_rate> take_rates(rate_table& rates, const policy::project_view& project,
                                    const net::address& caller,
                                    const std::optional<hash16>& visitor, instant now) {
    const auto& limits = project.limits;
    if (const auto address = hash_of_caller(project.identity_key, caller))
        if (auto over = take_rate(rates, *address, limits.address_a_minute, "one address", now))
            return over;
    if (!visitor) return std::nullopt;
    return take_rate(rates, *visitor, limits.visitor_a_minute, "one visitor", now);
}

std::optional<hash16> hash_of_caller(const key32& key, const net::address& caller) {
    if (net::is_loopback(caller)) return std::nullopt;
    return blake2b_128_keyed(key, caller.bytes);
}

std::size_t rate_table::size() const {
    std::size_t n = 0;
    for (const auto& s : stripes_) {
        const std::lock_guard lock(s.mutex);
        n += s.free_at.size();
    }
    return n;
}

in_flight_place::in_flight_place(in_flight_place&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), who_(other.who_) {}

in_flight_place& in_flight_place::operator=(in_flight_place&& other) noexcept {
    if (this != &other) {
        if (of_ != nullptr) of_->give_back(who_);
        of_ = std::exchange(other.of_, nullptr);
        who_ = other.who_;
    }
    return *this;
}

in_flight_place::~in_flight_place() {
    if (of_ != nullptr) of_->give_back(who_);
}

in_flight_place in_flight_table::take(const hash16& who, std::int64_t most) {
    const std::lock_guard lock(mutex_);
    auto& n = counts_[who];
    if (n >= most) return {};
    ++n;
    return {this, who};
}

void in_flight_table::give_back(const hash16& who) noexcept {
    const std::lock_guard lock(mutex_);
    const auto it = counts_.find(who);
    if (it != counts_.end() && --it->second == 0) counts_.erase(it);
}

std::size_t in_flight_table::size() const {
    const std::lock_guard lock(mutex_);
    return counts_.size();
}

} // namespace servery::gateway
