// The rehearsal's connection to the server: real HTTP, the same routes that visitors, colleagues
// and owners use. Thread: one.
#pragma once

#include "foundation/base/result.h"
#include "foundation/http/blocking_client.h"
#include "foundation/json/json.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::app::rehearsal {

// One party: its base URL and the headers that say who it is. Copies share their connection.
class wire {
  public:
    wire(std::string url, std::vector<std::pair<std::string, std::string>> headers)
        : url_(std::move(url)), headers_(std::move(headers)) {}

    // The body's object; an empty one for 204. Errors: what the server answered, with its id, or
    // http.client.* when there was no answer.
    [[nodiscard]] result<json::object> get(std::string_view path) const;
    [[nodiscard]] result<json::object> post(std::string_view path,
                                            const json::object& body = {}) const;
    [[nodiscard]] wire with(std::string name, std::string value) const;

  private:
    [[nodiscard]] result<json::object> call(std::string_view method, std::string_view path,
                                            std::string body) const;
    std::shared_ptr<http::blocking_client> client_ = std::make_shared<http::blocking_client>();
    std::string url_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

} // namespace servery::app::rehearsal
