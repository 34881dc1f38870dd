// The refusals of HTTP itself, each made in one place. Thread: pure.
#pragma once

#include "foundation/base/result.h"

#include <cstddef>

namespace servery::http {

enum class head_fault : unsigned char;

// A fault with the status it is answered with, where error_code alone does not tell (431, 408, 415,
// 505).
struct refusal {
    int status = 400;
    error fault;
};

[[nodiscard]] refusal refusal_of(head_fault why);
[[nodiscard]] refusal slow_request();
// The status for a fault of read_body() and of this file by its id; else http_status(code).
[[nodiscard]] int status_of(const error& fault) noexcept;

[[nodiscard]] std::unexpected<error> body_too_large(std::size_t limit);
[[nodiscard]] std::unexpected<error> body_framing();
[[nodiscard]] std::unexpected<error> body_too_slow();
[[nodiscard]] std::unexpected<error> client_gone();

} // namespace servery::http
