// What changed between two plans, in words, and whether it loosens what the plan promises. Rows of
// lists are matched by their id, so an inserted row is one change. Pure. Thread: any.
#pragma once

#include "control_plane/plan/document.h"

#include <string>
#include <vector>

namespace servery::plan {

enum class effect { loosens, tightens, neutral };
BOOST_DESCRIBE_ENUM(effect, loosens, tightens, neutral)

// op: add, remove, replace. before and after are null where there is none.
struct change {
    std::string path; // metrics.accuracy.targets.pilot.value: list rows by id
    std::string op;
    json::value before;
    json::value after;
    std::string words;
    plan::effect effect = effect::neutral;
    bool after_lock = false;
};
BOOST_DESCRIBE_STRUCT(change, (), (path, op, before, after, words, effect, after_lock))

// Server fields (meta.revision, locked_at) are not compared.
[[nodiscard]] std::vector<change> diff(const plan_document& before, const plan_document& after);

// Hash over a metric's targets and baseline, and over the value case's inputs and stop rule: what a
// lock holds.
[[nodiscard]] std::string lock_hash(const json::object& metric_tree);
[[nodiscard]] std::string roi_hash(const json::object& tree);
// Hash of what a person signs for a checklist row: question, answer, evidence, note and the text
// the signature covers.
[[nodiscard]] std::string risk_hash(const risk& row);

} // namespace servery::plan
