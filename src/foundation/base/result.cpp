#include "foundation/base/result.h"

namespace servery {

int http_status(error_code code) noexcept {
    switch (code) {
    case error_code::invalid_argument:
        return 400;
    case error_code::unauthenticated:
        return 401;
    case error_code::budget_exhausted:
        return 402;
    case error_code::permission_denied:
        return 403;
    case error_code::refused:
        return 403;
    case error_code::not_found:
        return 404;
    case error_code::conflict:
        return 409;
    case error_code::stale:
        return 412;
    case error_code::too_large:
        return 413;
    case error_code::unprocessable:
        return 422;
    case error_code::rate_limited:
        return 429;
    case error_code::cancelled:
        return 499;
    case error_code::internal:
        return 500;
    case error_code::unimplemented:
        return 501;
    case error_code::upstream_failed:
        return 502;
    case error_code::unavailable:
        return 503;
    case error_code::deadline_exceeded:
        return 504;
    }
    return 500;
}

std::string_view name(error_code code) noexcept {
    switch (code) {
    case error_code::invalid_argument:
        return "invalid_argument";
    case error_code::unauthenticated:
        return "unauthenticated";
    case error_code::budget_exhausted:
        return "budget_exhausted";
    case error_code::permission_denied:
        return "permission_denied";
    case error_code::refused:
        return "refused";
    case error_code::not_found:
        return "not_found";
    case error_code::conflict:
        return "conflict";
    case error_code::stale:
        return "stale";
    case error_code::too_large:
        return "too_large";
    case error_code::unprocessable:
        return "unprocessable";
    case error_code::rate_limited:
        return "rate_limited";
    case error_code::cancelled:
        return "cancelled";
    case error_code::internal:
        return "internal";
    case error_code::unimplemented:
        return "unimplemented";
    case error_code::upstream_failed:
        return "upstream_failed";
    case error_code::unavailable:
        return "unavailable";
    case error_code::deadline_exceeded:
        return "deadline_exceeded";
    }
    return "internal";
}

std::string to_line(const error& fault) {
    std::string line;
    if (!fault.where.empty()) line += fault.where + ": ";
    line += fault.message;
    if (!fault.remedy.empty()) line += "; " + fault.remedy;
    line += " [" + fault.id + "]";
    return line;
}

} // namespace servery
