// What people sign of a checklist row, hashed once for each revision of the plan: the hash is taken
// over canonical YAML, and every look at a gate needs it. Internal to the module.
// Thread: the control thread.
#pragma once

#include "control_plane/plan/diff.h"
#include "control_plane/plan/document.h"

#include <string>
#include <unordered_map>

namespace servery::gate {

class risk_hashes {
  public:
    // row: one of the plan's own.
    [[nodiscard]] const std::string& of(const plan::plan_ptr& plan, const plan::risk& row) {
        if (plan != plan_) {
            plan_ = plan;
            known_.clear();
        }
        const auto [at, fresh] = known_.try_emplace(&row);
        if (fresh) at->second = plan::risk_hash(row);
        return at->second;
    }

  private:
    plan::plan_ptr plan_; // keeps the rows alive that are the keys
    std::unordered_map<const plan::risk*, std::string> known_;
};

} // namespace servery::gate
