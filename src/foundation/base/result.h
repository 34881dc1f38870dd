// The one way a fault travels through Servery: a value, never an exception, on every path that
// serves a request. Thread: plain values, any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery {

// Canonical codes. Each maps to one HTTP status (http_status) and to each dialect's error body.
enum class error_code {
    invalid_argument,
    unauthenticated,
    budget_exhausted,
    permission_denied,
    not_found,
    conflict,
    stale,
    too_large,
    unprocessable,
    rate_limited,
    refused,
    cancelled,
    internal,
    unimplemented,
    upstream_failed,
    unavailable,
    deadline_exceeded,
};

// Who is at fault; decides what is retried and what counts for a breaker.
enum class error_origin { caller, upstream, internal };

// A fault that a person or a program will read.
//   id       stable dotted id, `area.subject.problem`; never changes its meaning
//   message  what happened, in a sentence
//   where    file:line, field, row or setting; empty if there is no place
//   remedy   what to do about it; empty only if nothing can be done
//   more     further faults of the same input, each with its own place
struct error {
    error_code code = error_code::internal;
    std::string id;
    std::string message;
    std::string where;
    std::string remedy;
    error_origin origin = error_origin::caller;
    bool retry = false;
    std::vector<error> more;
};

template <typename T>
using result = std::expected<T, error>;
using status = std::expected<void, error>;

// fail(code, id, message, where, remedy): the usual way to make the unhappy half of a result.
[[nodiscard]] inline std::unexpected<error> fail(error_code code, std::string id,
                                                 std::string message, std::string where = {},
                                                 std::string remedy = {}) {
    return std::unexpected(error{.code = code,
                                 .id = std::move(id),
                                 .message = std::move(message),
                                 .where = std::move(where),
                                 .remedy = std::move(remedy)});
}

[[nodiscard]] int http_status(error_code code) noexcept;
[[nodiscard]] std::string_view name(error_code code) noexcept;

// One line for a terminal or a log: `where: message; remedy [id]`.
[[nodiscard]] std::string to_line(const error& fault);

} // namespace servery
