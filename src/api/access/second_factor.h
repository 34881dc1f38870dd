// The second factor of people: enrolment, codes, recovery codes. A fold of the events in
// second_factor_records.h, with the commands. Seeds are sealed; the callables that seal and open
// them come from whoever holds the keys. Thread: the control thread.
#pragma once

#include "api/access/rate_limits.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/events/log.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::api::access {

inline constexpr millis enrolment_lifetime{15LL * 60'000};
inline constexpr std::size_t recovery_codes = 10;

// place: where the value lives, so that a moved one does not open.
struct seals {
    std::function<result<std::string>(std::string_view place, std::string_view secret)> seal;
    std::function<result<std::string>(std::string_view place, std::string_view sealed)> open;
};

class second_factors {
  public:
    second_factors(const clock& now, random_source& random, events::log& log, seals with);

    void apply(const events::event& e);

    [[nodiscard]] bool enrolled(std::string_view person) const;
    [[nodiscard]] std::optional<instant> since(std::string_view person) const;
    [[nodiscard]] std::size_t recovery_codes_left(std::string_view person) const;

    struct enrolment {
        std::string secret; // base32, for typing it in
        std::string uri;    // otpauth://…, for a QR code
    };
    // A new seed, kept in memory until it is confirmed.
    // Errors: access.totp.enrolled (conflict), access.totp.no_keys (unavailable).
    [[nodiscard]] result<enrolment> begin(const std::string& person);
    // The first code proves that the app has the seed. Gives the recovery codes, once.
    // Errors: access.totp.not_begun (conflict), access.code (unauthenticated).
    [[nodiscard]] result<std::vector<std::string>>
    confirm(const std::string& person, std::string_view code, const std::string& request_id);
    // Takes a code or a recovery code; each works once. Five wrong ones, then one a minute.
    // Errors: access.totp.not_enrolled (conflict), access.code (unauthenticated),
    // access.slow_down (rate_limited).
    [[nodiscard]] status verify(const std::string& person, std::string_view code,
                                const std::string& request_id);
    // New ones; the old stop working. Errors: access.totp.not_enrolled.
    [[nodiscard]] result<std::vector<std::string>> renew_recovery(const std::string& person,
                                                                  const std::string& request_id);
    [[nodiscard]] status remove(const events::actor& by, const std::string& person,
                                const std::string& request_id);

  private:
    struct factor {
        std::string sealed;
        std::int64_t last_step = 0;
        std::set<hash32> recovery;
        instant since;
    };
    struct begun {
        std::vector<std::uint8_t> seed;
        instant until;
    };
    struct made_codes {
        std::vector<std::string> texts;
        std::vector<hash32> hashes;
    };
    [[nodiscard]] made_codes make_codes(bytes_view seed);
    [[nodiscard]] result<std::string> seed_of(const std::string& person) const;
    [[nodiscard]] events::context context(const events::actor& by, const std::string& person,
                                          const std::string& request_id) const;

    const clock& now_;
    random_source& random_;
    events::log& log_;
    seals with_;
    rate_limits guesses_;
    std::map<std::string, factor, std::less<>> factors_;
    std::map<std::string, begun, std::less<>> begun_;
};

} // namespace servery::api::access
