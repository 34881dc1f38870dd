// Which hosts this process may connect to. A URL is parsed strictly, its host resolved once, every
// address checked, and the connection made to a checked address: a name cannot change its mind
// between check and use. (Design: security, "What goes out".) Thread: pure functions any;
// `resolver` is shared by all reactors.
#pragma once

#include "foundation/base/result.h"
#include "foundation/base/task.h"
#include "foundation/net/address.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servery::net {

class blocking_pool;
class reactor;

// public_only: anything that is not on the open internet is refused.
// allow_private: loopback, private and link-local too (a model on your own network). Cloud metadata
// services, multicast, unspecified and broadcast addresses stay refused.
enum class reach { public_only, allow_private };

// An http(s) URL taken apart. No user info, no fragment, no backslash, no control byte, no
// percent-encoded or non-ASCII host, no decimal, octal or hexadecimal number as host.
struct url {
    bool tls = false;
    std::string host; // lower case; IPv6 without brackets
    std::uint16_t port = 0;
    std::string target; // path and query, begins with '/', or empty
    // host as it stands in the `host` header: with brackets and a port other than the default.
    [[nodiscard]] std::string authority() const;
};

// Errors: net.url.invalid.
[[nodiscard]] result<url> parse_url(std::string_view text);

// Errors: net.address.refused (message names address and range).
[[nodiscard]] status check_address(const address& at, reach allowed);

// What a name means now; the seam for tests. Blocking.
using name_lookup = std::function<result<std::vector<address>>(const std::string& host)>;
[[nodiscard]] name_lookup system_lookup();

// Resolves in the blocking pool and keeps the answer 30 s, an old one up to 10 min while look-ups
// fail. Addresses are checked on every call, cached or not, since `allowed` differs by target.
class resolver {
  public:
    explicit resolver(blocking_pool& pool, name_lookup lookup = system_lookup());
    resolver(const resolver&) = delete;
    resolver& operator=(const resolver&) = delete;
    ~resolver();

    // The addresses of host:port, all checked; refused if any of them is. At least one.
    // Errors: net.name.unknown, net.address.refused, server.overloaded.
    [[nodiscard]] task<result<std::vector<address>>> resolve(reactor& home, std::string host,
                                                             std::uint16_t port, reach allowed);

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace servery::net
