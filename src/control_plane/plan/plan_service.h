// The plans of all projects: revisions, locks, answers. A fold of plan.revised, plan.locked and
// signature.added. The head moves only by naming the revision it was read at.
// Thread: the control thread.
#pragma once

#include "control_plane/plan/diff.h"
#include "control_plane/plan/document.h"
#include "control_plane/plan/lint.h"
#include "foundation/base/clock.h"
#include "foundation/events/event.h"
#include "foundation/events/log.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::events {
struct plan_revised;
}

namespace servery::plan {

struct revision_info {
    std::int64_t revision = 0;
    std::string hash;
    std::string parent;
    std::string author;
    instant at;
    std::string reason;
    std::string source;
    bool after_lock = false;
};
BOOST_DESCRIBE_STRUCT(revision_info, (),
                      (revision, hash, parent, author, at, reason, source, after_lock))

struct plan_view {
    std::int64_t revision = 0;
    std::string hash;
    plan_ptr plan;
};

// Who edits. may_loosen: holds plan.lock (an owner).
struct editor {
    std::string person;
    bool may_loosen = false;
    std::string source = "console"; // console, cli, import, wizard
    std::string reason;             // signed reason of a change after the lock or of a removed row
};

struct edit_result {
    std::int64_t revision = 0;
    std::vector<change> changes;
    std::vector<finding> findings;
};
BOOST_DESCRIBE_STRUCT(edit_result, (), (revision, changes, findings))

class plan_service {
  public:
    plan_service(const clock& time, events::log& log);

    void apply(const events::event& e);

    // Errors: plan.project.unknown, plan.revision.unknown (not_found).
    [[nodiscard]] result<plan_view> head(std::string_view project) const;
    [[nodiscard]] result<plan_view> at(std::string_view project, std::int64_t revision) const;
    [[nodiscard]] std::vector<revision_info> revisions(std::string_view project) const;
    [[nodiscard]] std::vector<std::string> projects() const;
    [[nodiscard]] bool locked(std::string_view project) const;

    // The first revision; the project is named by meta.id. Errors: plan.project.exists (conflict).
    [[nodiscard]] result<edit_result> create(plan_document plan, const editor& by);

    // A new head. Errors: plan.edit.stale (stale; message has the diff in words), plan.edit.loosens
    // (permission_denied; the changes that need an owner in `more`), plan.edit.locked and
    // plan.edit.removed_required (conflict: no reason of 20 characters), plan.edit.server_field.
    [[nodiscard]] result<edit_result> put(std::string_view project, std::int64_t expected,
                                          plan_document plan, const editor& by);

    // A person's answer to a checklist row: yes, no, na (with a reason) or open. An answer that is
    // signed stays signed only if the row does not change.
    // Errors: plan.risk.unknown, plan.risk.na_reason.
    [[nodiscard]] result<edit_result> answer_risk(std::string_view project, std::string_view row,
                                                  answer_kind answer, std::string_view note,
                                                  std::string_view na_reason, const editor& by);
    // Errors: plan.activity.unknown, plan.activity.reason (skipped without one).
    [[nodiscard]] result<edit_result> set_activity(std::string_view project,
                                                   std::string_view activity,
                                                   activity_status status, std::string_view reason,
                                                   const editor& by);

    [[nodiscard]] result<std::vector<change>> diff(std::string_view project, std::int64_t from,
                                                   std::int64_t to) const;
    [[nodiscard]] result<std::vector<finding>> lint(std::string_view project,
                                                    std::string_view gate) const;

    // The lock that signing G1 sets, to be committed in the batch of the signature; none if the
    // head is locked already.
    [[nodiscard]] std::optional<events::event> lock_event(std::string_view project,
                                                          const events::actor& by) const;
    // Hash that a signature of what = "stop_rule" must carry.
    [[nodiscard]] result<std::string> stop_rule_hash(std::string_view project) const;

    // Facts of the plan itself (plan.lint_blockers for the gate ahead, plan.guidelines), as events.
    [[nodiscard]] std::vector<events::event> own_facts(std::string_view project,
                                                       std::string_view gate) const;

  private:
    struct project_state {
        std::vector<revision_info> revisions;
        std::vector<std::string> texts; // canonical YAML by revision
        plan_ptr head;
        std::optional<instant> locked_at;
        std::map<std::string, std::string> metric_locks;
        std::string roi_lock;
        std::string stop_rule_signer;
        std::string stop_rule_hash; // of what was signed
    };
    [[nodiscard]] const project_state* find(std::string_view project) const;
    [[nodiscard]] result<const project_state*> need(std::string_view project) const;
    [[nodiscard]] result<edit_result> revise(const project_state* state, plan_document next,
                                             std::vector<change> changes, const editor& by,
                                             std::string_view source);
    [[nodiscard]] result<edit_result> edit_row(std::string_view project, json::object tree,
                                               const editor& by, std::string_view source);
    [[nodiscard]] result<plan_ptr> read_revision(const events::plan_revised& body,
                                                 std::string file) const;
    void fold_revision(const events::event& e);

    // The revision that is being committed, so that its fold need not read the text again.
    struct made_revision {
        std::string hash;
        plan_ptr plan;
    };

    const clock& time_;
    events::log& log_;
    made_revision made_;
    std::map<std::string, project_state, std::less<>> projects_;
};

} // namespace servery::plan
