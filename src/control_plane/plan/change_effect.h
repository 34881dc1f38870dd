// Whether a change loosens what a plan promises, and its words. Internal to the module: the walk
// over the two trees is diff.cpp. Thread: pure functions.
#pragma once

#include "control_plane/plan/diff.h"

#include <string>
#include <vector>

namespace servery::plan {

// One changed place: its path in segments (list rows by id), and the rows it lies in.
struct changed_place {
    std::vector<std::string> path;
    std::string op; // add, remove, replace
    const json::value* before = nullptr;
    const json::value* after = nullptr;
    const json::object* row_before = nullptr; // the innermost object that holds the value
    const json::object* metric = nullptr;     // the metric before, under metrics
};

[[nodiscard]] effect effect_of(const changed_place& c);
[[nodiscard]] std::string words_of(const changed_place& c);

} // namespace servery::plan
