// Generates a gate's conditions from the plan and judges each one. Reads only what it is given, so
// that a gate can be computed for any moment. Internal to the module. Thread: any.
#pragma once

#include "control_plane/gate/conditions.h"
#include "control_plane/gate/facts.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/risk_hashes.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::gate {

// A PASS or FAIL of a sequential test, kept although the numbers move on. Falls only with a new
// comparison: another variant, another target, or a reset.
struct latch {
    std::optional<instant> passed_at;
    std::int64_t passed_n = 0;
    bool failed = false;
};
// By metric, phase, variant and the target's own words.
[[nodiscard]] std::string latch_key(const plan::metric& m, const std::string& phase,
                                    const plan::target& t, std::string_view variant);
[[nodiscard]] rule_input rule_of(const plan::metric& m, const plan::target& t, instant now);
// Age after which a value of this fact is old: the shorter of the row's and the registry's; 30 d
// for sequential tests that name none; none = does not age.
[[nodiscard]] std::optional<millis> age_limit(const plan::fact_definition& f,
                                              const std::string& row_max_age);

struct waiver {
    std::string id;
    std::string condition;
    std::string person;
    std::string reason;
    instant expires;
    bool ended = false;           // withdrawn
    bool expiry_reported = false; // stands in the log
};

struct evaluation_input {
    std::string project;
    plan::plan_ptr plan;
    std::int64_t revision = 0;
    std::string variant; // "" = none
    std::optional<variant_info> info;
    const fact_store& facts;
    const std::vector<signature>& signatures;
    const std::vector<waiver>& waivers;
    const std::map<std::string, latch>& latches;
    const std::vector<grant>& grants;
    instant now;
    risk_hashes& hashes;
};

// gate_id: G0..G3 or S:<stage>.
[[nodiscard]] std::vector<condition> gate_conditions(const evaluation_input& in,
                                                     std::string_view gate_id);
[[nodiscard]] std::vector<condition> keep_conditions(const evaluation_input& in,
                                                     std::string_view stage);

// The newest signature that was not revoked; nullptr if there is none.
[[nodiscard]] const signature* newest_signature(const std::vector<signature>& all,
                                                std::string_view what);
// Since when the stage serves this variant; coming back after old evidence does not start anew.
[[nodiscard]] std::optional<instant> served_since(const std::vector<grant>& grants,
                                                  std::string_view stage, std::string_view variant);
// Whether the stage serves staff while the use case is for customers: its visitors are not counted.
[[nodiscard]] bool uncounted(const plan::document& d, const plan::stage& s);

} // namespace servery::gate
