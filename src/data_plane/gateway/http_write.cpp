#include "data_plane/gateway/errors.h"
#include "data_plane/gateway/http_parts.h"
#include "foundation/base/money.h"
#include "foundation/base/text.h"
#include "foundation/http/sse.h"

#include <algorithm>

namespace servery::gateway {

namespace {

constexpr millis longest_sdk_wait{20'000};
constexpr std::string_view json_type = "application/json";

// What a page's script may read of an answer.
constexpr std::string_view exposed =
    "x-servery-request-id, x-request-id, x-servery-conversation, x-servery-visitor, "
    "x-servery-answered-by, x-servery-label, retry-after, retry-after-ms, x-should-retry";
constexpr std::string_view allowed =
    "authorization, x-api-key, content-type, accept, anthropic-version, anthropic-beta, "
    "last-event-id, x-servery-visitor, x-servery-conversation, x-servery-timeout-ms, "
    "x-servery-on-cancel";

std::vector<http::header> views(const provider::header_list& owned) {
    std::vector<http::header> out;
    out.reserve(owned.size());
    for (const auto& [name, value] : owned)
        out.push_back({name, value});
    return out;
}

// Whom no public key may see: how the project decides.
void add_inside_headers(const exchange& x, provider::header_list& to) {
    const auto& row = x.row;
    to.emplace_back("x-servery-served", json::enum_word(row.served));
    if (!row.reason.empty()) to.emplace_back("x-servery-reason", row.reason);
    to.emplace_back("x-servery-phase", x.project->phase);
    if (!row.stage.empty()) to.emplace_back("x-servery-stage", row.stage);
    if (row.served_variant)
        to.emplace_back("x-servery-variant", to_hex(*row.served_variant).substr(0, 12));
    if (row.attempts > 0) to.emplace_back("x-servery-attempts", std::to_string(row.attempts));
    if (!x.upstream_request_id.empty() && http::is_header_value(x.upstream_request_id))
        to.emplace_back("x-servery-upstream-request-id", x.upstream_request_id);
    if (x.asked.stream || row.served == events::served_by::error) return;
    if (row.spend == events::spend_state::unpriced)
        to.emplace_back("x-servery-cost", "unpriced");
    else if (row.cost_nano)
        to.emplace_back("x-servery-cost", row.currency + " " + nano_to_decimal(*row.cost_nano));
}

} // namespace

bool cors_headers(const policy::snapshot& policy, std::string_view origin,
                  provider::header_list& to) {
    const bool listed = std::ranges::any_of(policy.keys, [&](const policy::key_view& k) {
        return k.kind == policy::key_kind::public_ &&
               std::ranges::find(k.origins, origin) != k.origins.end();
    });
    if (!listed) return false;
    to.emplace_back("access-control-allow-origin", origin);
    to.emplace_back("vary", "origin");
    to.emplace_back("access-control-expose-headers", exposed);
    return true;
}

provider::header_list answer_headers(const exchange& x, const reply* r,
                                     std::string_view content_type) {
    provider::header_list out;
    out.emplace_back("content-type", content_type);
    out.emplace_back("x-servery-request-id", x.id);
    out.emplace_back("x-request-id", x.id);
    if (x.conversation_minted) out.emplace_back("x-servery-conversation", x.conversation_id);
    if (!x.who.reissue.empty()) out.emplace_back("x-servery-visitor", x.who.reissue);
    if (x.row.answered_by != events::answered_by::nobody)
        out.emplace_back("x-servery-answered-by", json::enum_word(x.row.answered_by));
    if (!x.row.label_version.empty()) out.emplace_back("x-servery-label", x.row.label_version);
    if (x.key != nullptr && !x.is_public()) add_inside_headers(x, out);
    if (x.policy && !x.origin.empty()) (void)cors_headers(*x.policy, x.origin, out);
    if (content_type == http::sse_content_type) {
        out.emplace_back("cache-control", "no-cache, no-transform");
        out.emplace_back("x-accel-buffering", "no");
    }
    if (r != nullptr && r->what == reply::kind::passed_on) {
        for (const auto& [name, value] : r->passed.head.headers)
            out.emplace_back(name, value);
    }
    return out;
}

task<int> write_fault(http::responder& out, const exchange& x, const error& fault) {
    const auto shape = shape_of(fault);
    auto headers = answer_headers(x, nullptr, json_type);
    const bool may_wait = shape.status == 429 || shape.status == 503;
    const auto wait = std::max(x.try_again_after, millis{1});
    if (may_wait && x.try_again_after.count() > 0)
        headers.emplace_back("retry-after-ms", std::to_string(wait.count()));
    if (may_wait) headers.emplace_back("retry-after", std::to_string((wait.count() + 999) / 1000));
    // SDKs disagree on long waits; none is told to try again after one.
    if (may_wait && shape.should_retry != "false")
        headers.emplace_back("x-should-retry", wait <= longest_sdk_wait ? "true" : "false");
    else if (!shape.should_retry.empty())
        headers.emplace_back("x-should-retry", shape.should_retry);
    const auto body = openai_error(fault, x.id);
    const auto list = views(headers);
    if (fault.id.starts_with("http.")) out.close_after();
    (void)co_await out.send(shape.status, list, body);
    co_return shape.status;
}

task<int> write_reply(exchange& x, http::responder& out, reply& r) {
    if (r.what == reply::kind::nobody || r.what == reply::kind::relayed) co_return 499;
    x.state = stage_of_life::answering;
    const bool is_error = r.what == reply::kind::fault || r.what == reply::kind::passed_on;
    if (out.started() && is_error) {
        // Keep-alives went out, so the status is 200 already: the fault follows in-band.
        const auto last = r.what == reply::kind::fault ? terminal_event(r.fault, x.id)
                                                       : "data: " + r.passed.body + "\n\n";
        out.close_after();
        const bool there = co_await out.write(std::string_view(last));
        if (!there || !co_await out.finish()) x.leave();
        co_return 200;
    }
    if (r.what == reply::kind::fault) co_return co_await write_fault(out, x, r.fault);
    if (r.what == reply::kind::passed_on) {
        const auto type = r.passed.head.content_type.empty() ? std::string(json_type)
                                                             : r.passed.head.content_type;
        const auto headers = answer_headers(x, &r, type);
        const auto list = views(headers);
        if (!co_await out.send(r.status, list, r.passed.body)) x.leave();
        co_return r.status;
    }
    const authored_head head{x.id, x.row.at, !x.is_public()};
    if (!x.asked.stream) {
        const auto headers = answer_headers(x, &r, json_type);
        const auto list = views(headers);
        const auto body = whole_answer(r.authored, head);
        if (!co_await out.send(200, list, body)) x.leave();
        co_return 200;
    }
    const auto body = streamed_answer(r.authored, head, x.asked.include_usage);
    if (!out.started()) {
        const auto headers = answer_headers(x, &r, http::sse_content_type);
        const auto list = views(headers);
        (void)co_await out.start_stream(200, list);
    }
    const bool there = co_await out.write(std::string_view(body));
    if (!there || !co_await out.finish()) x.leave();
    co_return 200;
}

task<void> answer_preflight(gateway& with, http::request& in, http::responder& out) {
    const auto policy = with.given().policy.current();
    const auto origin = in.header("origin").value_or("");
    provider::header_list headers;
    if (!policy || origin.empty() || !cors_headers(*policy, origin, headers)) {
        exchange x;
        const error fault{.code = error_code::permission_denied,
                          .id = "key.forbidden",
                          .message = "no public key lists the origin " + std::string(origin),
                          .remedy = "add the origin to the key"};
        (void)co_await write_fault(out, x, fault);
        co_return;
    }
    // Names of official SDKs are let through as they are asked for.
    std::string names(allowed);
    for (const auto asked : split(in.header("access-control-request-headers").value_or(""), ',')) {
        const auto name = lower_ascii(trim(asked));
        if (name.starts_with("x-stainless-") && http::is_header_name(name)) names += ", " + name;
    }
    headers.emplace_back("access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
    headers.emplace_back("access-control-allow-headers", names);
    headers.emplace_back("access-control-max-age", "600");
    const auto list = views(headers);
    (void)co_await out.send(204, list, "");
}

} // namespace servery::gateway
