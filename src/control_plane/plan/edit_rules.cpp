#include "control_plane/plan/edit_rules.h"

#include "control_plane/plan/registry.h"
#include "foundation/base/text.h"

#include <algorithm>

namespace servery::plan {
namespace {

std::unexpected<error> with_changes(error_code code, std::string id, std::string message,
                                    std::string remedy, const std::vector<change>& changes,
                                    bool (*concerns)(const change&)) {
    auto out = fail(code, std::move(id), std::move(message), {}, std::move(remedy));
    for (const auto& c : changes)
        if (concerns(c))
            out.error().more.push_back({.code = code,
                                        .id = out.error().id,
                                        .message = c.words,
                                        .where = c.path,
                                        .remedy = {}});
    return out;
}

bool enough(const std::string& reason) {
    return code_points(trim(reason)) >= least_reason;
}

void compare(const std::optional<std::string>& server, const std::optional<std::string>& given,
             const std::string& where, std::vector<std::string>& found) {
    if (given && given != server) found.push_back(where);
}

} // namespace

status check_server_fields(const plan_document& head, const plan_document& next) {
    std::vector<std::string> found;
    for (const auto& m : next.typed.metrics) {
        const auto* before = head.typed.find_metric(m.id);
        compare(before ? before->locked_at : std::nullopt, m.locked_at,
                "metrics." + m.id + ".locked_at", found);
    }
    compare(head.typed.roi.locked_at, next.typed.roi.locked_at, "roi.locked_at", found);
    compare(head.typed.roi.stop_rule.signed_by, next.typed.roi.stop_rule.signed_by,
            "roi.stop_rule.signed_by", found);
    if (found.empty()) return {};
    auto out = fail(error_code::unprocessable, "plan.edit.server_field",
                    "only the server writes " + found.front(), found.front(),
                    "leave it as it is, or empty; sign instead");
    for (std::size_t i = 1; i < found.size(); ++i)
        out.error().more.push_back({.code = error_code::unprocessable,
                                    .id = "plan.edit.server_field",
                                    .message = "only the server writes " + found[i],
                                    .where = found[i],
                                    .remedy = "leave it as it is, or empty"});
    return out;
}

void mark_locked(std::vector<change>& changes, const plan_document& next,
                 const std::map<std::string, std::string>& metric_locks,
                 const std::string& roi_lock) {
    const auto metric_moved = [&](const std::string& id) {
        const auto lock = metric_locks.find(id);
        if (lock == metric_locks.end()) return false;
        for (const auto& m : next.tree.at("metrics").get_array())
            if (json::text_or(m.get_object(), "id") == id)
                return lock_hash(m.get_object()) != lock->second;
        return true;
    };
    const bool roi_moved = !roi_lock.empty() && roi_hash(next.tree) != roi_lock;
    static const std::vector<std::string> held{"targets", "baseline", "from", "filter", "better"};
    for (auto& c : changes) {
        const auto parts = split(c.path, '.');
        if (parts[0] == "roi" && roi_moved) c.after_lock = true;
        if (parts[0] != "metrics" || parts.size() < 2) continue;
        const bool in_lock = parts.size() == 2 || std::ranges::find(held, parts[2]) != held.end();
        if (in_lock && metric_moved(std::string(parts[1]))) c.after_lock = true;
    }
}

std::vector<std::string> removed_required(const plan_document& before, const plan_document& after) {
    std::vector<std::string> out;
    for (const auto& row : checklist_rows()) {
        const auto* was = before.typed.find_risk(row.id);
        const auto* is = after.typed.find_risk(row.id);
        if (was == nullptr) continue;
        if (is == nullptr) {
            out.push_back("row " + row.id + " removed");
            continue;
        }
        for (const auto p : row.phases)
            if (was->required_in(p) && !is->required_in(p))
                out.push_back("row " + row.id + " no longer required in " + std::string(word(p)));
    }
    const auto has = [](const document& d, const std::string& id) {
        return std::ranges::find(d.resources, id, &resource::id) != d.resources.end();
    };
    for (const auto& row : resource_rows())
        if (has(before.typed, row.id) && !has(after.typed, row.id))
            out.push_back("row " + row.id + " removed");
    return out;
}

status check_allowed(const std::vector<change>& changes, const std::vector<std::string>& removed,
                     const editor& by) {
    const bool loosens =
        std::ranges::any_of(changes, [](const change& c) { return c.effect == effect::loosens; });
    if (loosens && !by.may_loosen)
        return with_changes(error_code::permission_denied, "plan.edit.loosens",
                            "the edit loosens what the plan promises",
                            "ask an owner (plan.lock) to make these changes", changes,
                            [](const change& c) { return c.effect == effect::loosens; });
    const bool after_lock =
        std::ranges::any_of(changes, [](const change& c) { return c.after_lock; });
    if (after_lock && !by.may_loosen)
        return with_changes(error_code::permission_denied, "plan.edit.loosens",
                            "the edit changes what was locked when the pilot began",
                            "ask an owner (plan.lock) to make these changes", changes,
                            [](const change& c) { return c.after_lock; });
    if (after_lock && !enough(by.reason))
        return with_changes(error_code::conflict, "plan.edit.locked",
                            "targets and value inputs were locked when the pilot began",
                            "give a reason of at least 20 characters; it stands on every print",
                            changes, [](const change& c) { return c.after_lock; });
    if (!removed.empty() && !enough(by.reason))
        return fail(error_code::conflict, "plan.edit.removed_required", removed.front(), {},
                    "give a reason of at least 20 characters; it stands on every print");
    return {};
}

} // namespace servery::plan
