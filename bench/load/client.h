// The load generator's own HTTP client: non-blocking connections on one epoll set, one request at a
// time on each. Thread: one.
#pragma once

#include "bench/load/histogram.h"
#include "bench/options.h"
#include "foundation/http/chunked.h"
#include "foundation/http/head_parser.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct target {
    std::uint16_t port = 8080;
    std::string request; // complete, sent as it stands
};

// --port, --path, --key, --header "name: value", --prompt TEXT or --prompt-bytes, --stream,
// --x-bench: what is sent.
[[nodiscard]] target target_of(const options& given, bool stream);

class connection {
  public:
    enum class state : unsigned char { idle, waiting, failed };

    connection(int epoll, std::uint16_t port, std::uint64_t id);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    void send(std::string_view request);
    // Reads what is there. body: payload bytes as they come. True when the answer is complete.
    bool readable(const std::function<void(std::string_view)>& body);
    void close_fin();
    void close_reset();

    [[nodiscard]] state now() const { return state_; }
    [[nodiscard]] int status() const { return head_ ? head_->status : 0; }

    std::int64_t started_ns = 0; // for the caller

  private:
    bool take(std::span<char> bytes, const std::function<void(std::string_view)>& body);
    void fail();

    int fd_ = -1;
    state state_ = state::idle;
    std::string unsent_;
    std::vector<char> in_;
    servery::http::head_scanner scanner_;
    std::unique_ptr<servery::http::answer_head_view> parsed_ =
        std::make_unique<servery::http::answer_head_view>();
    servery::http::answer_head_view* head_ = nullptr;
    servery::http::chunked_decoder decoder_;
    std::uint64_t left_ = 0;
};

// A GET that blocks; the body, or nothing.
[[nodiscard]] std::optional<std::string> get(std::uint16_t port, const std::string& path);

// {"p50_us":…,"p90_us":…,"p99_us":…,"p999_us":…,"max_us":…}
[[nodiscard]] std::string to_json(const histogram& h);

int run_closed(const options& given);
int run_open(const options& given);
int run_sse(const options& given);
int run_abort(const options& given);

} // namespace bench
