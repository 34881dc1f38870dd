// A gate was computed and its verdict or a condition's state changed. Written by
// control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <map>
#include <string>

namespace servery::events {

struct gate_evaluated {
    static constexpr std::string_view kind = "gate.evaluated";
    static constexpr record_class cls = record_class::traffic;

    std::string run;  // run_…
    std::string gate; // G1, S:p10
    std::int64_t plan_revision = 0;
    std::string variant; // hash in hex or ""
    std::string verdict; // ready, not_yet
    std::string run_hash;
    std::map<std::string, std::string> states; // condition id -> state
};
BOOST_DESCRIBE_STRUCT(gate_evaluated, (),
                      (run, gate, plan_revision, variant, verdict, run_hash, states))

} // namespace servery::events
