// A streamed answer of a variant.
#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/record.h"
#include "data_plane/gateway/steps.h"
#include "data_plane/gateway/targets.h"
#include "foundation/http/sse.h"

namespace servery::gateway {

namespace {

// The head was written for the variant's answer; it never left.
void forget_variant_answer(exchange& x) {
    x.row.label_version.clear();
    x.row.served = events::served_by::error;
    x.row.served_variant.reset();
    x.row.answered_by = events::answered_by::nobody;
    x.row.answer.clear();
}

} // namespace

task<reply> answer_stream(gateway& with, exchange& x, http::responder& out) {
    const auto targets = targets_of(x);
    // The assistant has its whole text at once.
    if (!targets.empty() && targets.front().provider->kind == "assistant")
        co_return co_await answer_whole(with, x);
    take_variant_answer(with, x);
    x.row.answered_by = events::answered_by::ai;
    announce_label(with, x);
    auto end = co_await relay_stream(with.given(), x, out,
                                     answer_headers(x, nullptr, http::sse_content_type));
    x.price = x.policy->price(x.row.provider_id, x.row.upstream_model);
    if (end.decided || end.failure) forget_variant_answer(x);
    if (end.decided) co_return reply_to_decision(with, x, end.decided);
    if (end.failure) co_return reply_to_failure(with, x, std::move(*end.failure));
    settle_row(x, true, false);
    reply r;
    r.what = reply::kind::relayed;
    r.outcome = "answer";
    co_return r;
}

} // namespace servery::gateway
