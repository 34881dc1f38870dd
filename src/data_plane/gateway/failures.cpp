// What a failed call means for the caller, the next target and the fallback (gateway contract,
// section 12).
#include "data_plane/gateway/errors.h"
#include "data_plane/gateway/relay.h"
#include "foundation/http/client_pool.h"
#include "foundation/http/sse.h"

#include <fmt/format.h>

namespace servery::gateway {

namespace {

error upstream_error(error_code code, std::string id, std::string message, std::string remedy) {
    return error{.code = code,
                 .id = std::move(id),
                 .message = std::move(message),
                 .remedy = std::move(remedy),
                 .origin = error_origin::upstream,
                 .retry = true};
}

failure_class timed_out(const std::string& provider) {
    failure_class out{"timeout",
                      upstream_error(error_code::deadline_exceeded, "upstream.timeout",
                                     "provider '" + provider + "' did not answer in time",
                                     "try again, or allow it more time in its settings")};
    out.counts = true;
    return out;
}

failure_class unreachable(const std::string& provider, std::string_view why) {
    failure_class out{
        "provider_down",
        upstream_error(error_code::upstream_failed, "upstream.unreachable",
                       fmt::format("provider '{}' cannot be reached: {}", provider, why),
                       "try again; servery provider test shows what is wrong")};
    out.same_target = true;
    out.counts = true;
    return out;
}

failure_class invalid_answer(const std::string& provider, std::string_view why) {
    failure_class out{
        "provider_down",
        upstream_error(error_code::upstream_failed, "upstream.invalid_answer",
                       fmt::format("provider '{}' gave no usable answer: {}", provider, why),
                       "try again")};
    out.counts = true;
    return out;
}

} // namespace

failure_class classify(const error& fault, const std::string& provider) {
    if (fault.id.starts_with("upstream.")) {
        failure_class out{"provider_down", fault};
        out.counts = true;
        return out;
    }
    if (fault.id.ends_with("_timeout") || fault.id == "stream.stalled") return timed_out(provider);
    if (fault.id.starts_with("stream.")) {
        auto out = invalid_answer(provider, fault.message);
        // It broke off, or said that it failed, before any content: that may pass.
        out.same_target = fault.id != "stream.too_large";
        return out;
    }
    if (fault.id == http::client_fault::framing) return invalid_answer(provider, fault.message);
    if (fault.id == "provider.credential.missing") {
        auto out = unreachable(provider, fault.message);
        out.same_target = false;
        out.counts = false;
        out.fault.id = "upstream.credential";
        out.fault.remedy = fault.remedy;
        out.fault.retry = false;
        return out;
    }
    return unreachable(provider, fault.message);
}

failure_class classify_status(int status, const std::string& provider) {
    if (status == 429) {
        failure_class out{"provider_down",
                          upstream_error(error_code::rate_limited, "upstream.rate_limited",
                                         "provider '" + provider + "' has too many requests",
                                         "try again after the time in retry-after")};
        out.same_target = true; // if it asks for a short wait
        return out;
    }
    if (status == 401 || status == 402 || status == 403) {
        auto fault = upstream_error(
            error_code::upstream_failed, "upstream.credential",
            fmt::format("provider '{}' refused our credential with {}", provider, status),
            "enter it again: servery provider key " + provider);
        fault.retry = false;
        failure_class out{"provider_down", std::move(fault)};
        out.credential = true;
        return out;
    }
    if (status >= 500) return unreachable(provider, fmt::format("status {}", status));
    if (status >= 400) {
        failure_class out{"provider_down",
                          upstream_error(error_code::invalid_argument, "upstream.rejected",
                                         fmt::format("provider '{}' refused the request with {}",
                                                     provider, status),
                                         "correct the request")};
        out.next_target = false;
        out.rejected = true;
        return out;
    }
    return invalid_answer(provider, fmt::format("status {}", status));
}

upstream_failure failure_of(const exchange& x, failure_class what, bool dispatched) {
    upstream_failure out;
    static_cast<failure_class&>(out) = std::move(what);
    out.dispatched = dispatched;
    out.client_gone = x.gone && !x.finish;
    return out;
}

upstream_failure failure_by_kill(const exchange& x) {
    auto out = failure_of(x, {"killed", {}}, false);
    out.killed = true;
    return out;
}

upstream_failure failure_of_request(const exchange& x, error fault) {
    failure_class what{"request", std::move(fault)};
    what.next_target = false;
    return failure_of(x, std::move(what), false);
}

std::string terminal_event(const error& fault, std::string_view request_id) {
    std::string out;
    http::append_sse(out, openai_error(fault, request_id));
    return out;
}

} // namespace servery::gateway
