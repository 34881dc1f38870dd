#include "data_plane/provider/openai_compatible.h"

#include "foundation/http/client_pool.h"

#include <algorithm>
#include <array>

namespace servery::provider {

namespace {

// What comes back to the caller besides the content type: hints when to try again.
bool is_returned(std::string_view lower_name) {
    constexpr std::array names{"retry-after", "retry-after-ms", "x-should-retry"};
    return std::ranges::find(names, lower_name) != names.end() ||
           lower_name.starts_with("x-ratelimit-");
}

// Never sent on, even where a provider's document names them.
bool is_forbidden(std::string_view lower_name) {
    constexpr std::array names{"authorization", "x-api-key", "api-key",         "cookie",
                               "host",          "forwarded", "accept-encoding", "content-length",
                               "content-type",  "accept"};
    return std::ranges::find(names, lower_name) != names.end() ||
           lower_name.starts_with("x-forwarded-") || lower_name.starts_with("x-servery-") ||
           lower_name.starts_with("x-internal-") || http::is_hop_by_hop(lower_name);
}

class openai_upstream final : public upstream {
  public:
    openai_upstream(http::client_call call, net::url base, settings to, std::string secret)
        : call_(std::move(call)), base_(std::move(base)), to_(std::move(to)),
          secret_(std::move(secret)) {}

    task<result<answer_head>> open(call what) override {
        const std::string head = request_head(what);
        http::upstream_request request;
        request.head = head;
        request.pieces = what.pieces;
        request.deadlines.connect = what.times.connect;
        request.deadlines.head = what.times.head;
        request.deadlines.first_byte = what.times.first_token;
        request.deadlines.idle_gap = what.times.idle_gap;
        request.deadlines.total = what.times.total;
        auto got = co_await call_.open(request);
        if (!got) co_return std::unexpected(got.error());
        co_return read_head(*got);
    }

    task<result<std::string_view>> next() override { co_return co_await call_.next(); }
    void cancel() noexcept override { call_.cancel(); }
    bool request_sent() const noexcept override { return call_.request_sent(); }

  private:
    std::string request_head(const call& what) const {
        const std::string bearer = "Bearer " + secret_;
        std::vector<http::header> headers{
            {"content-type", "application/json"},
            {"accept", what.stream ? "text/event-stream" : "application/json"},
            {"accept-encoding", "identity"},
        };
        if (!secret_.empty()) headers.push_back({"authorization", bearer});
        for (const auto& [name, value] : to_.extra_headers) {
            if (!is_forbidden(name) && http::is_header_name(name) && http::is_header_value(value))
                headers.push_back({name, value});
        }
        for (const auto& [name, value] : what.headers) {
            if (!is_forbidden(name)) headers.push_back({name, value});
        }
        std::uint64_t length = 0;
        for (const auto piece : what.pieces)
            length += piece.size();
        std::string target = base_.target;
        if (target.ends_with('/')) target.pop_back();
        return http::request_head("POST", target + "/" + what.endpoint, base_.authority(), headers,
                                  length);
    }

    static answer_head read_head(const http::answer_head& got) {
        answer_head out;
        out.status = got.status;
        out.content_type = std::string(got.header("content-type").value_or(""));
        out.request_id = std::string(got.header("x-request-id").value_or("").substr(0, 64));
        for (const auto& h : got.headers) {
            if (is_returned(h.name)) out.headers.emplace_back(h.name, h.value);
        }
        return out;
    }

    http::client_call call_;
    net::url base_;
    settings to_;
    std::string secret_;
};

} // namespace

connector openai_connector(std::function<http::client_pool&(net::reactor&)> pool,
                           credential_source credentials) {
    return [pool = std::move(pool), credentials = std::move(credentials)](
               net::reactor* home, const settings& to) -> result<std::unique_ptr<upstream>> {
        auto base = net::parse_url(to.base_url);
        if (!base) return std::unexpected(base.error());
        const auto secret = credentials ? credentials(to.id) : std::nullopt;
        // A model on the business's own network may need none.
        if (!secret && !to.allow_private)
            return fail(error_code::upstream_failed, "provider.credential.missing",
                        "provider '" + to.id + "' has no credential", "providers." + to.id,
                        "servery provider key " + to.id);
        http::upstream_address where;
        where.tls = base->tls;
        where.host = base->host;
        where.port = base->port;
        where.reach = to.allow_private ? net::reach::allow_private : net::reach::public_only;
        where.ca_file = to.ca_file;
        where.credential = secret ? secret->number : 0;
        return std::make_unique<openai_upstream>(pool(*home).begin(where), std::move(*base), to,
                                                 secret ? secret->secret : std::string{});
    };
}

} // namespace servery::provider
