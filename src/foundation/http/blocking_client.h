// A small HTTP/1.1 client that blocks: commands, rehearsals and tests. Plain TCP or TLS.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"

#include <functional>
#include <memory>
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

// Keeps its connections between calls, one at a time. Thread: one at a time.
class blocking_client {
  public:
    blocking_client();
    blocking_client(const blocking_client&) = delete;
    blocking_client& operator=(const blocking_client&) = delete;
    ~blocking_client();

    // Body bytes go to `take` as they arrive, where there is one; it says false to stop early.
    // Errors: net.url.invalid, http.client.* (client_pool.h).
    [[nodiscard]] result<blocking_answer>
    fetch(const blocking_request& what, const std::function<bool(std::string_view)>& take = {});

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

// One call on a connection of its own. Errors as above. Thread: any; no state.
[[nodiscard]] result<blocking_answer> fetch(const blocking_request& what,
                                            const std::function<bool(std::string_view)>& take = {});

} // namespace servery::http
