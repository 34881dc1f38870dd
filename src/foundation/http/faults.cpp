#include "foundation/http/faults.h"

#include "foundation/http/head_parser.h"
#include "foundation/http/server.h"
#include "foundation/json/json.h"

namespace servery::http {

namespace {

error make(error_code code, std::string id, std::string message, std::string remedy) {
    return fail(code, std::move(id), std::move(message), {}, std::move(remedy)).error();
}

error framing(std::string message) {
    return make(error_code::invalid_argument, "http.framing", std::move(message),
                "Send HTTP/1.1 as RFC 9112 has it; a proxy in between may have changed it.");
}

} // namespace

refusal refusal_of(head_fault why) {
    switch (why) {
    case head_fault::too_large:
        return {431, make(error_code::too_large, "http.head_too_large",
                          "The request's head is larger than 16 KiB, 100 headers or a target of "
                          "8 KiB.",
                          "Send fewer or shorter headers.")};
    case head_fault::coding:
        return {501, framing("The request uses a transfer coding other than chunked.")};
    case head_fault::version:
        return {505, framing("The request's HTTP version is not 1.1 or 1.0.")};
    case head_fault::media_type:
        return {415,
                make(error_code::invalid_argument, "http.media_type",
                     "The request's body is compressed.", "Send it without content-encoding.")};
    case head_fault::none:
    case head_fault::framing:
        break;
    }
    return {400, framing("The request's head is not well-formed.")};
}

refusal slow_request() {
    return {408, body_too_slow().error()};
}

int status_of(const error& fault) noexcept {
    if (fault.id == "http.slow_request") return 408;
    if (fault.id == "http.head_too_large") return 431;
    if (fault.id == "http.media_type") return 415;
    return http_status(fault.code);
}

std::unexpected<error> body_too_large(std::size_t limit) {
    return fail(error_code::too_large, "http.body_too_large",
                "The request's body is larger than " + std::to_string(limit) + " bytes.", {},
                "Send less at once.");
}

std::unexpected<error> body_framing() {
    return std::unexpected(framing("The request's chunked body is not well-formed."));
}

std::unexpected<error> body_too_slow() {
    return fail(error_code::deadline_exceeded, "http.slow_request",
                "The request did not arrive in time.", {}, "Send it again on a new connection.");
}

std::unexpected<error> client_gone() {
    return fail(error_code::cancelled, "http.client_gone",
                "The client left before its request was complete.");
}

std::string fault_json(const error& fault) {
    std::string_view type = "invalid_request_error";
    std::string_view code = fault.id;
    if (const auto dot = code.rfind('.'); dot != std::string_view::npos)
        code.remove_prefix(dot + 1);
    if (fault.id == "http.framing") code = "bad_http";
    if (fault.id.ends_with("_too_large")) code = "request_too_large";
    if (fault.id == "http.slow_request") code = "request_timeout";
    if (http_status(fault.code) >= 500 && status_of(fault) >= 500) type = "server_error";
    std::string message = fault.message;
    if (!fault.remedy.empty()) message += " " + fault.remedy;
    message += " [" + fault.id + "]";
    return R"({"error":{"message":)" + json::quote(message) + R"(,"type":)" + json::quote(type) +
           R"(,"param":null,"code":)" + json::quote(code) + R"(,"servery":{"id":)" +
           json::quote(fault.id) + "}}}";
}

} // namespace servery::http
