// The state of one call to an upstream. Internal to the client. Thread: the pool's reactor.
#pragma once

#include "foundation/http/chunked.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/upstream_bucket.h"
#include "foundation/net/tcp.h"
#include "foundation/net/tls.h"

#include <memory>
#include <optional>
#include <vector>

namespace servery::http {

struct client_call::impl {
    explicit impl(upstream_bucket& of);
    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;
    ~impl();

    [[nodiscard]] task<result<answer_head>> open(upstream_request with);
    [[nodiscard]] task<result<std::string_view>> next();
    void cancel() noexcept;

    bool finished = false;
    bool reused = false;
    bool request_sent = false;

  private:
    enum class body_kind : unsigned char { length, chunked, until_close };
    using addresses = result<std::vector<net::address>>;
    // A look-up that can be given up: whoever comes first, the answer or the end, settles it.
    struct lookup {
        std::optional<addresses> answer;
        std::coroutine_handle<> waiter;
    };
    struct lookup_wait;

    [[nodiscard]] task<status> connect();
    [[nodiscard]] task<addresses> resolve();
    [[nodiscard]] task<status> secure(std::unique_ptr<net::stream> plain);
    [[nodiscard]] task<status> write_request();
    [[nodiscard]] task<status> read_head();
    [[nodiscard]] bool take_head(std::size_t end, status& verdict);
    void choose_body(std::span<char> rest);
    [[nodiscard]] result<std::string_view> take_body(std::span<char> fresh);

    // Each phase has its own mark; what ends it early is remembered as the id of the fault.
    void arm(millis at_most, std::string_view fault_when_over);
    void give_up(std::string_view why) noexcept;
    [[nodiscard]] std::unexpected<error> fault(net::io_fault how, std::string_view where = {});
    [[nodiscard]] std::unexpected<error> fault_named(std::string_view id, std::string words);

    upstream_bucket& bucket_;
    upstream_request request_;
    std::unique_ptr<upstream_connection> connection_;
    std::optional<net::connector> connector_;
    std::unique_ptr<net::tls_stream> handshaking_;
    std::shared_ptr<lookup> lookup_;
    net::deadline phase_;
    net::deadline total_;
    std::string_view phase_fault_;
    std::string_view ended_by_; // the id of what ended the call before its time; empty: nothing

    std::span<char> rest_; // body bytes that came with the head
    chunked_decoder decoder_;
    std::uint64_t left_ = 0;
    body_kind kind_ = body_kind::length;
    bool answer_begun_ = false; // a byte of the answer arrived
    bool body_begun_ = false;
    bool reusable_ = false;
    bool over_ = false;
};

} // namespace servery::http
