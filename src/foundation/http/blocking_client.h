// A small HTTP/1.1 client that blocks: commands and tests. Plain TCP or TLS, one connection a call.
// Thread: any; no state.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::http {

struct blocking_request {
    std::string method = "GET";
    std::string url; // http://host:port/path?query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    millis timeout{30'000}; // for the whole call
    std::string ca_file;    // https: empty = the system's
};

struct blocking_answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string body;
    [[nodiscard]] std::string_view header(std::string_view lower_name) const;
};

// Errors: net.url.invalid, http.client.* (client_pool.h).
[[nodiscard]] result<blocking_answer> fetch(const blocking_request& what);
// The same, with body bytes handed over as they arrive; `take` says false to stop early.
[[nodiscard]] result<blocking_answer> fetch(const blocking_request& what,
                                            const std::function<bool(std::string_view)>& take);

} // namespace servery::http
