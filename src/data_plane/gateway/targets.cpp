#include "data_plane/gateway/targets.h"

#include <algorithm>

namespace servery::gateway {

namespace {

millis shorter(millis a, millis b) {
    return std::min(a, b);
}

splice_plan plan_splices(const exchange& x, const target& to) {
    splice_plan plan;
    plan.model = to.model;
    plan.inject_usage = to.provider->usage_in_stream == "inject" && to.provider->kind == "openai";
    plan.whole = x.as_draft;
    if (x.who.visitor) plan.user_hash = to_hex(*x.who.visitor);
    if (const auto* v = x.verdict.variant; v != nullptr) {
        plan.prompt = v->prompt;
        plan.parameters = v->parameters;
        if (v->max_output_tokens > 0) plan.output_cap = v->max_output_tokens;
        plan.system = v->caller_system == "replace"  ? caller_system::replace
                      : v->caller_system == "reject" ? caller_system::reject
                                                     : caller_system::keep;
    }
    plan.redactions = x.redactions;
    return plan;
}

} // namespace

std::vector<target> targets_of(const exchange& x) {
    std::vector<target> out;
    const auto add = [&](const policy::variant_target& t) {
        if (const auto* p = x.policy->provider(t.provider); p != nullptr)
            out.push_back({p, t.model});
    };
    if (x.verdict.bare) {
        add(*x.verdict.bare);
    } else if (x.verdict.variant != nullptr) {
        for (const auto& t : x.verdict.variant->targets)
            add(t);
    }
    return out;
}

provider::settings settings_of(const policy::provider_view& p) {
    provider::settings out;
    out.id = p.id;
    out.kind = p.kind;
    out.base_url = p.base_url;
    out.extra_headers = p.extra_headers;
    out.allow_private = p.allow_private;
    out.ca_file = p.ca_file;
    out.script = p.script;
    return out;
}

millis time_left(const exchange& x, const policy::provider_view& p) {
    auto total = millis{p.total_ms};
    if (x.times.total.count() > 0) total = shorter(total, x.times.total);
    const bool whole = !x.asked.stream || x.as_draft;
    if (whole && x.sdk_timeout.count() > 0) total = shorter(total, x.sdk_timeout);
    return std::max(total - millis{x.elapsed_us() / 1000}, millis{1});
}

provider::deadlines times_of(const exchange& x, const policy::provider_view& p) {
    provider::deadlines out;
    const bool whole = !x.asked.stream || x.as_draft;
    out.total = time_left(x, p);
    out.connect = shorter(millis{p.connect_ms}, out.total);
    // A whole answer's head comes when the answer is finished.
    out.head = whole ? out.total : shorter(millis{p.head_ms}, out.total);
    out.first_token = shorter(millis{p.first_token_ms}, out.total);
    out.idle_gap = shorter(millis{p.idle_gap_ms}, out.total);
    return out;
}

result<prepared_call> prepare_call(const exchange& x, const target& to, std::string_view endpoint,
                                   instant now) {
    prepared_call out;
    auto body = splice(x.body, x.asked, plan_splices(x, to));
    if (!body) return std::unexpected(body.error());
    out.body = std::move(*body);
    auto& c = out.what;
    c.endpoint = endpoint;
    c.model = to.model;
    c.stream = x.asked.stream && !x.as_draft;
    c.pieces = out.body.pieces();
    c.times = times_of(x, *to.provider);
    c.project = x.project->id;
    if (x.verdict.variant != nullptr) c.release = x.verdict.variant->knowledge_release;
    c.question = x.question;
    c.lang = x.lang;
    c.misses = static_cast<int>(x.owner.misses);
    c.offered = x.offered;
    c.groups = x.groups;
    c.sandbox = x.kind == policy::key_kind::sandbox;
    c.now = now;
    return out;
}

std::string drilled_fault(const exchange& x, const target& to, instant now) {
    if (x.purpose != events::purpose::drill) return {};
    for (const auto& d : x.project->drills) {
        const bool here = d.provider.empty() || d.provider == to.provider->id;
        if (here && now < d.until && (d.cause == "provider_down" || d.cause == "timeout"))
            return d.cause;
    }
    return {};
}

bool is_cut(const ports& with, const exchange& x) {
    if (x.purpose == events::purpose::evaluation) return false;
    if (with.kills.project(x.project->id) == policy::kill_word::killed) return true;
    return x.verdict.variant != nullptr &&
           with.kills.variant(x.project->id, x.verdict.variant->hash) == policy::kill_word::killed;
}

bool is_killed(const ports& with, const exchange& x) {
    if (x.purpose == events::purpose::evaluation) return false;
    if (with.kills.project(x.project->id) != policy::kill_word::live) return true;
    return x.verdict.variant != nullptr &&
           with.kills.variant(x.project->id, x.verdict.variant->hash) != policy::kill_word::live;
}

} // namespace servery::gateway
