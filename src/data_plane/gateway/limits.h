// How much one visitor, one address and one key may ask: never more than n requests in any minute,
// and so many at a time. Exact over all cores. What is counted by are keyed hashes; an address is
// never kept (gateway contract, section 15). Thread: any; striped locks, held for a look-up.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/net/address.h"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

namespace servery::gateway {

// Half of a minute's allowance may come at once, the rest is spread over the minute: so no minute,
// wherever it begins, sees more than the allowance.
class rate_table {
  public:
    // Zero: the request may go on, and is counted. Else how long to wait; it is not counted.
    [[nodiscard]] millis take(const hash16& who, std::int64_t a_minute, instant now);
    [[nodiscard]] std::size_t size() const;

  private:
    struct stripe {
        mutable std::mutex mutex;
        std::map<hash16, std::int64_t> free_at; // when everything taken has been paid back, ms
    };
    static constexpr std::size_t stripe_count = 16;
    static constexpr std::size_t most_a_stripe = 8192;
    std::array<stripe, stripe_count> stripes_;
};

// The rates of a visitor and of an address, taken together. None: the request may go on, and is
// counted. Else how long to wait, and the fault limit.rate that says whose rate it is.
struct over_rate {
    millis wait;
    error fault;
};
[[nodiscard]] std::optional<over_rate>
take_rates(rate_table& rates, const policy::project_view& project, const net::address& caller,
           const std::optional<hash16>& visitor, instant now);
// One of them, or a key's.
[[nodiscard]] std::optional<over_rate> take_rate(rate_table& rates, const hash16& who,
                                                 std::int64_t a_minute, std::string_view whose,
                                                 instant now);

// An address is counted by its keyed hash. Loopback is nobody's: a proxy that is not named as a
// trusted one stands there, and all visitors behind it.
[[nodiscard]] std::optional<hash16> hash_of_caller(const key32& key, const net::address& caller);

class in_flight_table;

// One request of somebody's that is under way. Move-only.
class in_flight_place {
  public:
    in_flight_place() = default;
    in_flight_place(in_flight_table* of, const hash16& who) : of_(of), who_(who) {}
    in_flight_place(in_flight_place&& other) noexcept;
    in_flight_place& operator=(in_flight_place&& other) noexcept;
    ~in_flight_place();
    [[nodiscard]] explicit operator bool() const { return of_ != nullptr; }

  private:
    in_flight_table* of_ = nullptr;
    hash16 who_{};
};

class in_flight_table {
  public:
    // False: so many are under way already.
    [[nodiscard]] in_flight_place take(const hash16& who, std::int64_t most);
    [[nodiscard]] std::size_t size() const;

  private:
    friend class in_flight_place;
    void give_back(const hash16& who) noexcept;
    mutable std::mutex mutex_;
    std::map<hash16, std::int64_t> counts_;
};

} // namespace servery::gateway
