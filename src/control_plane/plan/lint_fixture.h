// The first plan of examples/, edited, and its findings: for tests of lint and of dates.
#pragma once

#include "control_plane/plan/lint.h"
#include "control_plane/plan/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

namespace servery::plan {

inline const instant today = *date_of("2026-11-25");

inline plan_document first_plan(const std::function<void(json::object&)>& edit = [](json::object&) {
}) {
    std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/examples/first.plan.yaml");
    std::stringstream text;
    text << in.rdbuf();
    auto plan = load_yaml(text.str(), "first.plan.yaml");
    EXPECT_TRUE(plan) << to_line(plan.error());
    edit(plan->tree);
    auto again = load_tree(plan->tree, "first.plan.yaml");
    EXPECT_TRUE(again) << to_line(again.error());
    return *again;
}

inline std::vector<finding> of(const std::string& id, const std::vector<finding>& all) {
    std::vector<finding> out;
    for (const auto& f : all)
        if (f.id == id) out.push_back(f);
    return out;
}

inline std::vector<finding> found(const std::string& id, const plan_document& plan,
                                  const std::string& gate = "G3") {
    return of(id, lint(plan, {.gate = gate, .now = today}));
}

inline json::object& group(json::object& tree, const char* a) {
    return tree.at(a).get_object();
}

} // namespace servery::plan
