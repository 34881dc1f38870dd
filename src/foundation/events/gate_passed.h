// A gate let something through: signed by a person, or a stage gate by the rollout controller. The
// whole run stands in it, so that what was known then can be read without recomputing. A grant that
// enlarges exposure always follows one of these or an override. Written by control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>

namespace servery::events {

struct gate_passed {
    static constexpr std::string_view kind = "gate.passed";
    static constexpr record_class cls = record_class::audit;

    std::string run;
    std::string gate;
    std::int64_t plan_revision = 0;
    std::string variant;
    std::string run_hash;
    std::string signature;   // sig_… or "" (rollout controller)
    bool on_earlier = false; // re-entry: the signature is an earlier one
    std::string grant;       // gr_… or "" (a gate that admits nobody yet)
    json::array conditions;  // gate::condition, as shown
};
BOOST_DESCRIBE_STRUCT(gate_passed, (),
                      (run, gate, plan_revision, variant, run_hash, signature, on_earlier, grant,
                       conditions))

} // namespace servery::events
