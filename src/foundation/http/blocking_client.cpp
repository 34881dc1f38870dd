#include "foundation/http/blocking_client.h"

#include "foundation/http/chunked.h"
#include "foundation/http/client_pool.h"
#include "foundation/net/blocking_pool.h"
#include "foundation/net/reactor.h"

#include <optional>

namespace servery::http {

std::string_view blocking_answer::header(std::string_view lower_name) const {
    for (const auto& [key, value] : headers)
        if (key == lower_name) return value;
    return {};
}

namespace {

struct fetching {
    const blocking_request& what;
    const std::function<bool(std::string_view)>& take;
    std::optional<result<blocking_answer>> out;
};

task<result<blocking_answer>> run_call(fetching& job, const net::url& to, client_call& call) {
    std::vector<header> fields;
    for (const auto& [key, value] : job.what.headers) {
        if (!is_header_name(key) || !is_header_value(value))
            co_return fail(error_code::invalid_argument, "http.client.header",
                           "The header " + key + " holds a byte that no header may hold.");
        fields.push_back({key, value});
    }
    const bool body = !job.what.body.empty() || job.what.method == "POST" ||
                      job.what.method == "PUT" || job.what.method == "PATCH";
    const auto head =
        request_head(job.what.method, to.target.empty() ? "/" : to.target, to.authority(), fields,
                     body ? std::optional<std::uint64_t>(job.what.body.size()) : std::nullopt);
    const std::string_view pieces[] = {job.what.body};
    upstream_request asked{head, pieces, job.what.method != "HEAD", {}};
    asked.deadlines.connect = asked.deadlines.tls = asked.deadlines.head = job.what.timeout;
    asked.deadlines.first_byte = asked.deadlines.idle_gap = job.what.timeout;
    asked.deadlines.total = job.what.timeout;
    auto answer = co_await call.open(asked);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    blocking_answer out;
    out.status = answer->status;
    for (const auto& each : answer->headers)
        out.headers.emplace_back(std::string(each.name), std::string(each.value));
    for (;;) {
        auto piece = co_await call.next();
        if (!piece) co_return std::unexpected(std::move(piece.error()));
        if (piece->empty()) co_return out;
        if (!job.take)
            out.body += *piece;
        else if (!job.take(*piece))
            co_return out;
    }
}

task<void> run_job(fetching& job, const net::url& to, client_pool& pool) {
    auto call =
        pool.begin({to.tls, to.host, to.port, net::reach::allow_private, job.what.ca_file, 0});
    job.out = co_await run_call(job, to, call);
}

} // namespace

// In this order: the pool ends before the loop, the loop before the names.
struct blocking_client::parts {
    net::blocking_pool blocking{1};
    net::resolver names{blocking};
    net::reactor loop;
    client_pool pool{loop, names};
};

blocking_client::blocking_client() = default;
blocking_client::~blocking_client() = default;

result<blocking_answer> blocking_client::fetch(const blocking_request& what,
                                               const std::function<bool(std::string_view)>& take) {
    const auto to = net::parse_url(what.url);
    if (!to) return std::unexpected(to.error());
    if (!parts_) parts_ = std::make_unique<parts>();
    fetching job{what, take, std::nullopt};
    start(run_job(job, *to, parts_->pool));
    parts_->loop.run_until([&] { return job.out.has_value(); }, what.timeout + millis{5'000});
    if (job.out) return std::move(*job.out);
    // The call under way holds on to this frame: it ends with everything it runs on.
    parts_.reset();
    return fail(error_code::deadline_exceeded, std::string(client_fault::total_timeout),
                "The call took too long.", what.url);
}

result<blocking_answer> fetch(const blocking_request& what,
                              const std::function<bool(std::string_view)>& take) {
    return blocking_client().fetch(what, take);
}

} // namespace servery::http
