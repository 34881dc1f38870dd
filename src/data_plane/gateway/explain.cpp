#include "data_plane/gateway/explain.h"

namespace servery::gateway {

explanation explain(const policy::admission_input& in) {
    explanation out;
    const auto made = policy::admit(in, &out.checks);
    out.served = made.serve ? "variant" : "fallback";
    out.reason = json::enum_word(made.reason);
    out.cause = made.cause;
    if (made.arm) out.variant = to_hex(*made.arm);
    if (made.grant != nullptr) {
        out.grant = made.grant->id;
        out.stage = made.grant->stage;
    }
    out.bucket = made.at;
    out.probability_e6 = made.probability_e6;
    return out;
}

} // namespace servery::gateway
