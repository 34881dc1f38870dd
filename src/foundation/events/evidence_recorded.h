// What a gate's condition rested on when the gate passed, and when such evidence ended. Audit
// class, so it stands in the hash chain. Written by control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::events {

struct evidence_recorded {
    static constexpr std::string_view kind = "evidence.recorded";
    static constexpr record_class cls = record_class::audit;

    std::string evidence; // ev_…
    std::string gate;
    std::string condition;
    std::string ref; // fact key, or the signature's subject
    std::string filter;
    std::optional<double> value;
    std::int64_t n = 0;
    std::optional<double> lower;
    std::optional<double> upper;
    std::string variant;
    instant as_of;
    instant expires;    // ms 0 = does not age
    std::string source; // machine, signature
    std::string signer;
};
BOOST_DESCRIBE_STRUCT(evidence_recorded, (),
                      (evidence, gate, condition, ref, filter, value, n, lower, upper, variant,
                       as_of, expires, source, signer))

struct evidence_expired {
    static constexpr std::string_view kind = "evidence.expired";
    static constexpr record_class cls = record_class::audit;

    std::string condition;
    std::string ref;
    instant expired_at;
};
BOOST_DESCRIBE_STRUCT(evidence_expired, (), (condition, ref, expired_at))

} // namespace servery::events
