// The parts of a fault's message that change from one time to the next, so that a reader of another
// language can be told the same by the fault's id. Thread: pure functions.
#pragma once

#include "foundation/base/result.h"
#include "foundation/json/json.h"

namespace servery::api {

// {"names": ["rosa"], "numbers": [12]}: what stands between '…' in the message, in order, then the
// numbers outside of it, in order. Members without content are left out.
[[nodiscard]] json::object fault_params(const error& fault);

} // namespace servery::api
