// The two quiet routes: embeddings are passed through, models are listed.
#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/targets.h"
#include "foundation/json/json.h"

namespace servery::gateway {

namespace {

reply refusal(exchange& x, error fault) {
    reply out;
    out.what = reply::kind::fault;
    out.fault = std::move(fault);
    x.row.served = events::served_by::error;
    x.row.error_id = out.fault.id;
    x.row.outcome = events::outcome::rejected;
    return out;
}

// Nobody sees an embedding, so there is no audience and no fallback: failures are errors.
void admit_embedding(exchange& x) {
    x.failure = policy::on_failure::error;
    x.verdict.serve = true;
    x.verdict.reason =
        x.kind == policy::key_kind::sandbox ? policy::reason::sandbox : policy::reason::forced;
    x.verdict.bare = x.project->embeddings;
    if (x.named && x.named->bare) x.verdict.bare = x.named->bare;
    x.row.reason = json::enum_word(x.verdict.reason);
}

json::object model_row(const std::string& id, const policy::snapshot& policy) {
    return {{"id", id},
            {"object", "model"},
            {"created", policy.built_at.ms / 1000},
            {"owned_by", "servery"}};
}

std::vector<std::string> model_names(const exchange& x) {
    auto out = x.project->aliases;
    if (out.empty()) out.emplace_back("servery");
    if (x.kind != policy::key_kind::sandbox) return out;
    for (const auto& hash : x.project->variants)
        out.push_back("variant:" + to_hex(hash).substr(0, 12));
    for (const auto& p : x.policy->providers) {
        for (const auto& m : p.sandbox_models)
            out.push_back(p.id + "/" + m);
    }
    return out;
}

} // namespace

task<reply> answer_embeddings(gateway& with, exchange& x) {
    admit_embedding(x);
    fill_row(x);
    if (with.given().kills.project(x.project->id) != policy::kill_word::live)
        co_return fall_back(with, x, "killed", "killed");
    if (!x.verdict.bare)
        co_return refusal(
            x, {.code = error_code::not_found,
                .id = "request.unknown_model",
                .message = "the project " + x.project->id + " has no model for embeddings",
                .where = "model",
                .remedy = "name one in the project's settings"});
    if (!screen_exchange(with, x))
        co_return refusal(x, {.code = error_code::refused,
                              .id = "guard.blocked",
                              .message = "a guardrail stopped this text",
                              .remedy = "send less, or other text"});
    if (auto r = reserve_exchange(with, x)) co_return std::move(*r);
    auto got = co_await ask_whole(with.given(), x, "embeddings");
    x.price = x.policy->price(x.row.provider_id, x.row.upstream_model);
    if (!got) co_return reply_to_failure(with, x, std::move(got.error()));
    x.used = got->said.usage;
    settle_row(x, true, false);
    x.row.served = events::served_by::variant;
    reply out;
    out.what = reply::kind::passed_on;
    out.passed = std::move(*got);
    co_return out;
}

task<void> write_models(exchange& x, http::responder& out, std::string one) {
    json::array rows;
    for (const auto& name : model_names(x)) {
        if (one.empty() || one == name) rows.push_back(model_row(name, *x.policy));
    }
    if (!one.empty() && rows.empty()) {
        const error fault{.code = error_code::not_found,
                          .id = "request.unknown_model",
                          .message = "there is no model '" + one + "' here",
                          .where = "model",
                          .remedy = "GET /v1/models lists them"};
        (void)co_await write_fault(out, x, fault);
        co_return;
    }
    const auto body = one.empty() ? json::write(json::object{{"object", "list"}, {"data", rows}})
                                  : json::write(rows.front());
    const auto owned = answer_headers(x, nullptr, "application/json");
    std::vector<http::header> list;
    for (const auto& [name, value] : owned)
        list.push_back({name, value});
    (void)co_await out.send(200, list, body);
}

} // namespace servery::gateway
