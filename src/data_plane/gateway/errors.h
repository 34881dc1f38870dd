// Faults in the caller's dialect: which status, type and code an error id has, whether an SDK
// should try again, and the body. Thread: pure functions.
#pragma once

#include "foundation/base/result.h"

#include <string>
#include <string_view>

namespace servery::gateway {

struct fault_shape {
    int status = 500;
    std::string_view type;         // invalid_request_error …
    std::string_view code;         // invalid_api_key …
    std::string_view should_retry; // "true", "false" or "" (header x-should-retry not sent)
};

// The row of an id; ids without one (the foundation's) are shaped by their canonical code.
[[nodiscard]] fault_shape shape_of(const error& fault);

// {"error":{"message":"… [id]","type","param","code","servery":{"id","request_id"}}}; `where` of a
// request.* fault names the member and becomes `param`.
[[nodiscard]] std::string openai_error(const error& fault, std::string_view request_id);

} // namespace servery::gateway
