// Health, readiness, metrics, the contract and the first page.
#include "api/resources.h"
#include "control_plane/registry/registry_service.h"
#include "foundation/base/counters.h"
#include "foundation/http/page_headers.h"

#include <algorithm>

namespace servery::api {

namespace {

route open(std::string path, std::string summary, access::rate_class rate, action act) {
    auto r = read(std::move(path), {}, std::move(summary), std::move(act));
    r.own = false;
    r.who = caller_kind::public_;
    r.rate = rate;
    return r;
}

reply first_page(const backend& with, const options& how) {
    const auto projects = with.registry.projects();
    const auto demo = std::ranges::find_if(projects, &registry::project::demo);
    start_page_facts facts{.version = how.version,
                           .address =
                               how.origins.empty() ? "http://127.0.0.1:8080" : how.origins.front(),
                           .demo = demo != projects.end(),
                           .widget = {},
                           .nonce = http::page_nonce(with.random)};
    if (facts.demo) {
        const auto* widget = with.registry.widget((*demo)->id);
        if (widget != nullptr) facts.widget = widget->id;
    }
    auto page = text_reply(start_page(facts), "text/html; charset=utf-8");
    page.nonce = facts.nonce;
    return page;
}

} // namespace

void add_operations(route_table& to, backend& with, const options& how) {
    using access::rate_class;
    to.add(open("/", "what this server is, and what one can try", rate_class::open,
                [&with, &how](call&) -> result<reply> { return first_page(with, how); }));
    to.add(open("/healthz", "the process lives", rate_class::none,
                [](call&) -> result<reply> { return ok({{"status", "ok"}}); }));
    to.add(open("/readyz", "the process may get traffic", rate_class::none,
                [&with](call&) -> result<reply> {
                    json::object body{{"ready", true}};
                    if (with.ports.readiness) body = with.ports.readiness();
                    const bool ready = json::bool_or(body, "ready", true);
                    return ok(std::move(body), ready ? 200 : 503);
                }));
    auto metrics =
        open("/metrics", "Prometheus text", rate_class::none, [&with](call&) -> result<reply> {
            return text_reply(with.ports.metrics ? with.ports.metrics()
                                                 : counters::prometheus_text(),
                              "text/plain; version=0.0.4; charset=utf-8");
        });
    metrics.who = caller_kind::metrics;
    to.add(std::move(metrics));
    to.add(open("/api/v1/openapi.yaml", "the contract of this API", rate_class::open,
                [](call&) -> result<reply> {
                    return text_reply(std::string(openapi_yaml()), "application/yaml");
                }));
    auto changes = read("/api/v1/events", "", "what changed, as it changes; ?topics=desk,gate",
                        [](call&) -> result<reply> { return ok({}); });
    changes.streams = true;
    to.add(std::move(changes));
    to.add(open("/api/v1/version", "which Servery this is", rate_class::open,
                [&how](call&) -> result<reply> { return ok({{"version", how.version}}); }));
}

} // namespace servery::api
