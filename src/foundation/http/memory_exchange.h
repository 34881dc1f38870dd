// A request and its responder without a network: what a unit test hands to a handler. Thread: one.
#pragma once

#include "foundation/http/server.h"

#include <string>
#include <utility>
#include <vector>

namespace servery::http {

class memory_request final : public request {
  public:
    memory_request(method verb, std::string target,
                   std::vector<std::pair<std::string, std::string>> headers = {},
                   std::string body = {});
    [[nodiscard]] task<result<std::string_view>> read_body(std::size_t limit) override;

  private:
    std::string target_;
    std::vector<std::pair<std::string, std::string>> owned_;
    std::vector<http::header> views_;
    std::string body_;
    std::size_t body_size_;
};

class memory_responder final : public responder {
  public:
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;                // everything written
    std::vector<std::string> writes; // piece by piece
    bool finished = false;
    bool aborted = false;
    bool closing = false;

    // The client leaves: later writes say false, the on_gone call is made.
    void leave();
    [[nodiscard]] std::string_view header(std::string_view lower_name) const;

    [[nodiscard]] task<bool> send(int code, std::span<const http::header> fields,
                                  std::string_view text) override;
    [[nodiscard]] task<bool> start_stream(int code, std::span<const http::header> fields,
                                          flush when = flush::with_first_write) override;
    using responder::write;
    [[nodiscard]] task<bool> write(std::span<const std::string_view> pieces) override;
    [[nodiscard]] task<bool> finish(std::span<const std::string_view> last = {}) override;
    void abort() noexcept override { aborted = true; }
    void close_after() noexcept override { closing = true; }
    [[nodiscard]] bool gone() const noexcept override { return gone_; }
    void on_gone(std::function<void()> call) override;
    [[nodiscard]] bool started() const noexcept override { return status != 0; }
    [[nodiscard]] std::uint64_t bytes_out() const noexcept override { return body.size(); }

  private:
    void take_head(int code, std::span<const http::header> fields);
    bool gone_ = false;
    std::function<void()> on_gone_;
};

} // namespace servery::http
