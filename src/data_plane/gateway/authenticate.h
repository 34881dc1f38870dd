// From the head of a request to the key it carries. Thread: pure function of its input.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/base/result.h"

#include <optional>
#include <string_view>

namespace servery::gateway {

struct presented {
    std::optional<std::string_view> authorization; // header values
    std::optional<std::string_view> x_api_key;
    std::optional<std::string_view> origin;
    std::string_view query; // of the target
    // The request comes from a page that this server serves itself: no list is asked.
    bool own_page = false;
};

// The key that was presented, if it is known, not expired, used where it may be and has the scope.
// Both headers give the same verdict; both present and different is refused, and so is a key in the
// query string, since URLs are logged.
// Errors: key.missing, key.unknown, key.expired (401), key.forbidden (403).
[[nodiscard]] result<const policy::key_view*> authenticate(const policy::snapshot& now_serving,
                                                           const key32& pepper,
                                                           const presented& what,
                                                           std::string_view scope, instant now);

} // namespace servery::gateway
