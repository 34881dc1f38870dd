// What an edit of a plan may do and who may do it. Internal to the module. Thread: pure functions.
#pragma once

#include "control_plane/plan/plan_service.h"

#include <map>
#include <string>
#include <vector>

namespace servery::plan {

constexpr std::size_t least_reason = 20; // characters of a signed reason

// Fields that only the server writes: locked_at, signed_by, revision. A file that sets one to
// something else than the server has is refused: plan.edit.server_field.
[[nodiscard]] status check_server_fields(const plan_document& head, const plan_document& next);

// Marks the changes that touch what a lock holds.
void mark_locked(std::vector<change>& changes, const plan_document& next,
                 const std::map<std::string, std::string>& metric_locks,
                 const std::string& roi_lock);

// Rows of the checklist and the resource guide that are gone, and required phases that lost their
// mark, in words.
[[nodiscard]] std::vector<std::string> removed_required(const plan_document& before,
                                                        const plan_document& after);

// Permission and reasons. Errors: plan.edit.loosens, plan.edit.locked, plan.edit.removed_required.
[[nodiscard]] status check_allowed(const std::vector<change>& changes,
                                   const std::vector<std::string>& removed, const editor& by);

} // namespace servery::plan
