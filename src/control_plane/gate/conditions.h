// A gate as people see it: its conditions, each with state, value, sample, target, age and fix.
// Conditions are generated from the plan; nothing is wired by hand. Thread: plain values.
#pragma once

#include "control_plane/gate/rules.h"
#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gate {

// id: `G1/metric/accuracy`, `G1/risk/R-SEC-2/evaluation.redteam_resisted`, `S:p10/rollout/dwell`,
// `keep:p10/people/owner`; stable between runs.
struct condition {
    std::string id;
    std::string kind;  // metric, variant, risk, drill, people, rollout, lint, activity
    std::string group; // works, safe, affordable, people_ready
    std::string label;
    gate::state state = gate::state::not_enough_data;
    std::optional<double> value;
    std::string unit;
    std::int64_t n = 0;
    std::optional<gate::interval> interval;
    std::string target; // in words: ">= 80 %"
    // The target's number in the unit of `value`; better: the good side of it, higher or lower.
    std::optional<double> target_value;
    std::string better;
    std::string design;
    std::optional<gate::needs> needs;
    std::string ref; // fact key, signature subject, or ""
    std::string filter;
    std::optional<instant> as_of;
    std::optional<std::string> age; // "2h", none when nothing is known
    std::optional<instant> expires;
    std::string evidence; // id of what it rests on: signature id, or the fact's key and time
    std::string why;      // state in words, then why it is asked
    std::string fix;      // what to do, in words
};
BOOST_DESCRIBE_STRUCT(condition, (),
                      (id, kind, group, label, state, value, unit, n, interval, target,
                       target_value, better, design, needs, ref, filter, as_of, age, expires,
                       evidence, why, fix))

enum class readiness { ready, not_yet };
BOOST_DESCRIBE_ENUM(readiness, ready, not_yet)

// One computation of a gate. run_hash covers gate, revision, variant and every condition's id,
// state and target, so that a signature binds to what was shown and not to the seconds that passed.
struct run {
    std::string gate;
    readiness verdict = readiness::not_yet;
    std::string run; // run_…
    std::string run_hash;
    std::string project;
    std::int64_t plan_revision = 0;
    std::string variant; // hash in hex or ""
    std::string stage;   // stage that a pass opens, "" if none
    std::string phase;   // phase that a pass opens
    instant at;
    std::vector<condition> conditions; // failing ones first, in generated order within a state
};
BOOST_DESCRIBE_STRUCT(run, (),
                      (gate, verdict, run, run_hash, project, plan_revision, variant, stage, phase,
                       at, conditions))

// The conditions that keep it from being ready, as an error's `more`.
[[nodiscard]] std::vector<error> open_conditions(const run& r);
// The page as text for a terminal; all = also what passed.
[[nodiscard]] std::string to_text(const run& r, bool all, bool why);

} // namespace servery::gate
