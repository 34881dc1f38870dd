#include "data_plane/gateway/errors.h"

#include "foundation/json/json.h"

#include <algorithm>
#include <array>

namespace servery::gateway {

namespace {

struct row {
    std::string_view id; // a trailing '.' stands for every id below it
    fault_shape shape;
};

constexpr std::string_view invalid = "invalid_request_error";
constexpr std::string_view permission = "permission_error";
constexpr std::string_view rate = "rate_limit_error";
constexpr std::string_view server = "server_error";

constexpr std::array rows{
    row{"http.framing", {400, invalid, "bad_http", "false"}},
    row{"http.head_too_large", {431, invalid, "request_too_large", "false"}},
    row{"http.body_too_large", {413, invalid, "request_too_large", "false"}},
    row{"http.slow_request", {408, invalid, "request_timeout", ""}},
    row{"http.media_type", {415, invalid, "media_type", "false"}},
    row{"http.unknown_path", {404, invalid, "unknown_path", "false"}},
    row{"http.method", {405, invalid, "method", "false"}},
    row{"key.missing", {401, invalid, "invalid_api_key", "false"}},
    row{"key.unknown", {401, invalid, "invalid_api_key", "false"}},
    row{"key.expired", {401, invalid, "invalid_api_key", "false"}},
    row{"key.", {403, permission, "forbidden", "false"}},
    row{"request.unknown_model", {404, invalid, "model_not_found", "false"}},
    row{"request.invalid_json", {400, invalid, "invalid_json", "false"}},
    row{"request.invalid_field", {400, invalid, "invalid_field", "false"}},
    row{"request.refused_field", {400, invalid, "refused_field", "false"}},
    row{"request.invalid_header", {400, invalid, "invalid_header", "false"}},
    row{"request.dialect", {400, invalid, "dialect", "false"}},
    row{"limit.rate", {429, rate, "rate_limit_exceeded", "true"}},
    row{"limit.in_flight", {429, rate, "rate_limit_exceeded", "true"}},
    row{"budget.exhausted", {402, "insufficient_quota", "insufficient_quota", "false"}},
    row{"admission.killed", {503, server, "killed", "false"}},
    row{"admission.refused", {403, permission, "not_admitted", "false"}},
    row{"guard.blocked", {403, permission, "content_filter", "false"}},
    row{"desk.consent_needed", {403, permission, "consent_needed", "false"}},
    row{"server.overloaded", {503, server, "overloaded", "true"}},
    row{"server.draining", {503, server, "overloaded", "true"}},
    row{"server.ledger", {503, server, "unavailable", "true"}},
    row{"server.not_ready", {503, server, "unavailable", "true"}},
    row{"server.not_built", {501, server, "not_built", "false"}},
    row{"server.internal", {500, server, "internal", "false"}},
    row{"upstream.unreachable", {502, server, "upstream_failed", "true"}},
    row{"upstream.timeout", {504, server, "upstream_timeout", "true"}},
    row{"upstream.rate_limited", {429, rate, "upstream_rate_limited", ""}},
    row{"upstream.credential", {502, server, "upstream_credential", "false"}},
    row{"upstream.invalid_answer", {502, server, "invalid_answer", "true"}},
    row{"upstream.circuit_open", {503, server, "circuit_open", "true"}},
    row{"stream.truncated", {502, server, "upstream_truncated", ""}},
    row{"stream.stalled", {504, server, "upstream_stalled", ""}},
    row{"stream.stopped", {503, server, "stopped", ""}},
    row{"stream.too_large", {502, server, "too_large", ""}},
};

std::string_view type_of(error_code code) {
    switch (code) {
    case error_code::permission_denied:
    case error_code::refused:
        return permission;
    case error_code::rate_limited:
        return rate;
    case error_code::internal:
    case error_code::unimplemented:
    case error_code::upstream_failed:
    case error_code::unavailable:
    case error_code::deadline_exceeded:
        return server;
    default:
        return invalid;
    }
}

// The message says what happened and what to do; a place goes into `param`.
std::string sentence(const error& fault) {
    std::string text = fault.message;
    if (!text.empty() && text.back() != '.') text += '.';
    if (!fault.remedy.empty()) {
        auto remedy = fault.remedy;
        if (remedy.front() >= 'a' && remedy.front() <= 'z' && !remedy.starts_with("servery "))
            remedy.front() = static_cast<char>(remedy.front() - 'a' + 'A');
        text += " " + remedy;
        if (text.back() != '.') text += '.';
    }
    return text + " [" + fault.id + "]";
}

} // namespace

fault_shape shape_of(const error& fault) {
    for (const auto& r : rows) {
        if (r.id == fault.id || (r.id.ends_with('.') && fault.id.starts_with(r.id))) return r.shape;
    }
    return {http_status(fault.code), type_of(fault.code), name(fault.code),
            fault.retry ? "true" : "false"};
}

std::string openai_error(const error& fault, std::string_view request_id) {
    const auto shape = shape_of(fault);
    json::object inner;
    inner["message"] = sentence(fault);
    inner["type"] = shape.type;
    if (fault.id.starts_with("request.") && !fault.where.empty())
        inner["param"] = fault.where;
    else
        inner["param"] = nullptr;
    inner["code"] = shape.code;
    inner["servery"] = json::object{{"id", fault.id}, {"request_id", request_id}};
    return json::write(json::object{{"error", std::move(inner)}});
}

} // namespace servery::gateway
