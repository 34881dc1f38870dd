// What gate_service keeps of one project: the fold of its events. Internal to the module.
// Thread: the control thread.
#pragma once

#include "control_plane/gate/evaluation.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/risk_hashes.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace servery::gate {

struct passed_gate {
    std::string gate;
    std::string variant;
    std::string signature;
    std::int64_t plan_revision = 0;
    instant at;
};

struct gate_service::project_state {
    explicit project_state(const key32& key) : grants(key) {}

    gate::standing standing;
    std::optional<plan::phase> phase_before_override;
    grant_book grants;
    std::vector<signature> signatures;
    std::vector<waiver> waivers;
    std::vector<passed_gate> passed;
    std::map<std::string, latch> latches;
    std::map<std::string, std::string> states; // gate -> states of its newest gate.evaluated
    std::set<std::string> refused;             // grants reported as invalid
    std::map<std::string, instant> renewed;    // grant -> newest renewal
    std::optional<instant> own_facts_at;
    std::int64_t own_facts_revision = 0;

    mutable risk_hashes hashes; // of the plan's head
    // Not part of the fold: pages shown since the start, and since when a keep condition fails.
    std::map<std::string, std::vector<run>> runs;
    std::map<std::string, instant> failing_since;
};

} // namespace servery::gate
