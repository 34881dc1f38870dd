// Token buckets per rate class and caller (security design, sections 5 and 12). A clock set back
// refills nothing. At most 20,000 buckets; full ones are forgotten first.
// Thread: the control thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace servery::api::access {

enum class rate_class {
    none,            // health, stop
    console,         // 20 a second a person
    open,            // unauthenticated: 10 a second an address
    compute,         // decide, simulate, debug/bucket: 200 a second a caller
    sign_in_account, // 5, one more a minute
    sign_in_address, // 20, one more a minute
    code,            // wrong codes of the second factor: 5 a person, one more a minute
    export_,         // 6 an hour
};
BOOST_DESCRIBE_ENUM(rate_class, none, console, open, compute, sign_in_account, sign_in_address,
                    code, export_)

class rate_limits {
  public:
    explicit rate_limits(const clock& now) : now_(now) {}
    // Takes one token. None: go on; otherwise how long to wait until there is one.
    [[nodiscard]] std::optional<millis> take(rate_class of, std::string_view caller);
    // The same without taking one.
    [[nodiscard]] std::optional<millis> wait(rate_class of, std::string_view caller);

  private:
    struct bucket {
        double tokens = 0;
        std::int64_t at_ms = 0;
    };
    [[nodiscard]] bucket& filled(rate_class of, std::string_view caller);
    void forget_full();
    const clock& now_;
    std::map<std::pair<rate_class, std::string>, bucket> buckets_;
};

} // namespace servery::api::access
