// Stateless functions for whoever may sign in: decide and bucket. They run on the pool.
#include "api/resources.h"
#include "control_plane/rollout/decide_api.h"

namespace servery::api {

namespace {

route stateless(std::string path, std::size_t limit, std::string summary,
                std::function<result<json::value>(const json::value&)> work) {
    auto r = change(http::method::post, std::move(path), {}, "", std::move(summary), {});
    r.own = false;
    r.who = caller_kind::any;
    r.rate = access::rate_class::compute;
    r.body_limit = limit;
    r.compute = [work = std::move(work)](call& c) -> result<reply> {
        auto out = work(json::value(c.in));
        if (!out) return std::unexpected(out.error());
        reply answer;
        answer.body = std::move(*out);
        return answer;
    };
    return r;
}

} // namespace

void add_compute(route_table& to, backend&) {
    to.add(stateless("/api/v1/decide", rollout::decide_most_bytes,
                     "a verdict from observations or counts; stores nothing",
                     [](const json::value& body) { return rollout::decide_json(body); }));
    to.add(stateless("/api/v1/debug/bucket", json_body,
                     "hash and bucket of a unit, for every algorithm",
                     [](const json::value& body) { return rollout::bucket_json(body); }));
}

} // namespace servery::api
