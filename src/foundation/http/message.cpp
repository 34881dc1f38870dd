#include "foundation/http/message.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servery::http {

namespace {
constexpr std::array<std::pair<std::string_view, method>, 7> methods{{
    {"GET", method::get},
    {"HEAD", method::head},
    {"POST", method::post},
    {"PUT", method::put},
    {"PATCH", method::patch},
    {"DELETE", method::del},
    {"OPTIONS", method::options},
}};
} // namespace

method method_of(std::string_view text) noexcept {
    for (const auto& [word, verb] : methods)
        if (word == text) return verb;
    return method::other;
}

std::string_view name(method m) noexcept {
    for (const auto& [word, verb] : methods)
        if (verb == m) return word;
    return "OTHER";
}

std::optional<std::string_view> find_header(std::span<const header> headers,
                                            std::string_view name) noexcept {
    for (const auto& each : headers)
        if (each.name == name) return each.value;
    return std::nullopt;
}

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
    case 100:
        return "Continue";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return {};
    }
}

bool is_hop_by_hop(std::string_view lower_name) noexcept {
    static constexpr std::array<std::string_view, 9> names{"connection",
                                                           "keep-alive",
                                                           "te",
                                                           "trailer",
                                                           "transfer-encoding",
                                                           "upgrade",
                                                           "proxy-authenticate",
                                                           "proxy-authorization",
                                                           "proxy-connection"};
    return std::ranges::find(names, lower_name) != names.end();
}

bool is_header_value(std::string_view value) noexcept {
    return std::ranges::all_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
}

bool is_header_name(std::string_view name) noexcept {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

} // namespace servery::http
