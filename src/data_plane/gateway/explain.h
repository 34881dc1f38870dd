// Why somebody is, or is not, served by a variant: every check of admission with its verdict, and
// the deciding line. Thread: any.
#pragma once

#include "data_plane/policy/admit.h"
#include "foundation/json/json.h"

#include <string>
#include <vector>

namespace servery::gateway {

struct explanation {
    std::vector<policy::admission_check> checks;
    std::string served; // variant, fallback
    std::string reason;
    std::string cause;   // of the fallback
    std::string variant; // hash in hex, of the arm
    std::string grant;
    std::string stage;
    std::int64_t bucket = 0;
    std::int64_t probability_e6 = 0;
};
BOOST_DESCRIBE_STRUCT(explanation, (),
                      (checks, served, reason, cause, variant, grant, stage, bucket,
                       probability_e6))

[[nodiscard]] explanation explain(const policy::admission_input& in);

} // namespace servery::gateway
