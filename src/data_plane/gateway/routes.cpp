#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/targets.h"
#include "foundation/base/counters.h"
#include "foundation/http/router.h"

#include <array>
#include <utility>

namespace servery::gateway {

namespace {

bool asks_network(const exchange& x) {
    const auto targets = targets_of(x);
    return !targets.empty() && targets.front().provider->kind != "assistant";
}

// A request that never became an exchange: counted, without a row, so that a flood fills no disk.
// Of a known caller who left before we could answer there is one, as of everybody who leaves.
task<void> refuse(gateway& with, exchange& x, http::responder& out, error fault) {
    if (fault.id == "http.client_gone") {
        x.leave();
        fill_row(x);
        conclude(with, x, {}, 499);
        co_return;
    }
    counters::counter("servery_requests_refused_total", "id=\"" + fault.id + "\"")
        .fetch_add(1, std::memory_order_relaxed);
    (void)co_await write_fault(out, x, fault);
}

// The exchange of a draft goes on when its request has been answered.
struct draft_job {
    std::string body;
    exchange x;
};

constexpr millis draft_time{120'000};

task<void> run_draft(gateway* with, std::unique_ptr<draft_job> job) {
    auto& x = job->x;
    x.as_draft = true;
    x.times.total = x.times.total.count() > 0 ? std::min(x.times.total, draft_time) : draft_time;
    auto r = co_await answer_whole(*with, x);
    announce(*with, x, r);
    conclude(*with, x, r, 200);
}

// The visitor is told at once that a person looks at it; the variant is asked behind his back.
task<void> answer_with_draft(gateway& with, exchange& x, http::responder& out) {
    auto told = fall_back(with, x, "draft", "draft");
    told.authored.served = events::served_by::draft;
    x.row.served = events::served_by::draft;
    (void)co_await write_reply(x, out, told);
    x.row.fallback_cause.clear();
    out.on_gone({});
    auto job = std::make_unique<draft_job>(std::string(x.body), std::move(x));
    job->x.body = job->body;
    job->x.gone = false;
    start(run_draft(&with, std::move(job)));
}

} // namespace

gateway::gateway(ports given) : ports_(std::move(given)) {}
gateway::~gateway() = default;

task<void> gateway::chat_completions(http::request& in, http::responder& out) {
    exchange x;
    x.row.dialect = "openai";
    x.row.endpoint = "chat.completions";
    x.origin = in.header("origin").value_or("");
    out.on_gone([&x] { x.leave(); });
    auto ready = read_head(*this, x, in, "chat");
    if (ready) ready = co_await read_request(x, in, false);
    if (ready) ready = co_await identify_caller(*this, x, in);
    if (ready) ready = check_limits(*this, x, in);
    if (!ready) {
        co_await refuse(*this, x, out, ready.error());
        co_return;
    }
    auto r = before_asking(*this, x);
    if (!r && is_draft(x) && asks_network(x)) {
        co_await answer_with_draft(*this, x, out);
        co_return;
    }
    if (!r && x.asked.stream)
        r = co_await answer_stream(*this, x, out);
    else if (!r)
        r = co_await answer_whole(*this, x);
    announce(*this, x, *r);
    const int status = r->what == reply::kind::relayed ? 200 : co_await write_reply(x, out, *r);
    conclude(*this, x, *r, status);
}

task<void> gateway::embeddings(http::request& in, http::responder& out) {
    exchange x;
    x.row.dialect = "openai";
    x.row.endpoint = "embeddings";
    x.origin = in.header("origin").value_or("");
    out.on_gone([&x] { x.leave(); });
    auto ready = read_head(*this, x, in, "embeddings");
    if (ready) ready = co_await read_request(x, in, true);
    if (ready) ready = co_await identify_caller(*this, x, in);
    if (ready) ready = check_limits(*this, x, in);
    if (!ready) {
        co_await refuse(*this, x, out, ready.error());
        co_return;
    }
    auto r = co_await answer_embeddings(*this, x);
    conclude(*this, x, r, co_await write_reply(x, out, r));
}

task<void> gateway::models(http::request& in, http::responder& out, std::string one) {
    exchange x;
    x.origin = in.header("origin").value_or("");
    const auto ready = read_head(*this, x, in, "models");
    if (!ready) {
        co_await refuse(*this, x, out, ready.error());
        co_return;
    }
    co_await write_models(x, out, std::move(one));
}

void gateway::add_routes(http::router& to) {
    using http::method;
    to.add(method::post, "/v1/chat/completions",
           [this](http::request& in, http::responder& out, const http::path_params&) {
               return chat_completions(in, out);
           });
    to.add(method::post, "/v1/embeddings",
           [this](http::request& in, http::responder& out, const http::path_params&) {
               return embeddings(in, out);
           });
    to.add(method::get, "/v1/models",
           [this](http::request& in, http::responder& out, const http::path_params&) {
               return models(in, out, {});
           });
    // A provider's model has a slash in its name.
    to.add(method::get, "/v1/models/{id*}",
           [this](http::request& in, http::responder& out, const http::path_params& path) {
               // A trailing slash is no kindness: there is no model without a name.
               const auto id = path.get("id");
               return models(in, out, std::string(id.empty() ? "/" : id));
           });
    for (const auto* path : {"/v1/responses", "/v1/messages", "/v1/messages/count_tokens"}) {
        to.add(method::post, path,
               [this](http::request& in, http::responder& out, const http::path_params&) {
                   return not_built(in, out);
               });
    }
    for (const auto* path : {"/v1/chat/completions", "/v1/embeddings", "/v1/models"}) {
        to.add(method::options, path,
               [this](http::request& in, http::responder& out, const http::path_params&) {
                   return answer_preflight(*this, in, out);
               });
    }
}

task<void> gateway::not_built(http::request& in, http::responder& out) {
    exchange x;
    x.origin = in.header("origin").value_or("");
    const auto ready = read_head(*this, x, in, "chat");
    if (!ready) {
        co_await refuse(*this, x, out, ready.error());
        co_return;
    }
    const error fault{.code = error_code::unimplemented,
                      .id = "server.not_built",
                      .message = "this server does not speak " + std::string(in.path) + " yet",
                      .remedy = "use /v1/chat/completions"};
    (void)co_await write_fault(out, x, fault);
}

} // namespace servery::gateway
