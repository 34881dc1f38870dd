// Phases, gates and grants of all projects: computes conditions, takes signatures, issues, renews
// and ends grants. Exposure rises only through sign, issue and override_to; everything else keeps
// it or lowers it. A fold of plan.revised (through plan_service), fact, gate.*, grant.*,
// signature.*, waiver.* and phase.changed; plan_service must fold an event before gate_service
// does. Thread: the control thread.
//
// For the rollout controller:
//   live_grants(project)            what to publish, lowest first, each with its `until`
//   evaluate(project, "S:p10", v)   the stage gate's conditions for variant v
//   issue(project, "p10", v, by)    next stage's grant, when its gate is ready
//   step_back, roll_back            lower grants at once, never needs a gate
//   suspend, resume                 kill and un-kill
//   on_tick(now)                    ends what expired, renews what was renewed; call every second
//   next_expiry()                   when on_tick has something to do
#pragma once

#include "control_plane/gate/conditions.h"
#include "control_plane/gate/facts.h"
#include "control_plane/gate/grants.h"
#include "control_plane/plan/plan_service.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/events/log.h"
#include "foundation/events/signature.h"
#include "foundation/events/waiver.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gate {

// What gate must know of a variant.
struct variant_info {
    bool frozen = false; // named by its content hash, prompt and release hashed
    std::string label;
    std::string author;  // person who made it
    std::string release; // knowledge release it answers from, or ""
};

struct environment {
    const clock& time;
    random_source& random;
    events::log& log;
    plan::plan_service& plans;
    key32 mac_key; // subkey of the master key, context grant___

    // The variant on trial; none = no candidate (rollout knows).
    std::function<std::optional<std::string>(std::string_view project)> candidate;
    std::function<std::optional<variant_info>(std::string_view project, std::string_view hash)>
        variant;
    // Whether the person holds the capability in the project.
    std::function<bool(std::string_view person, std::string_view capability,
                       std::string_view project)>
        holds;
    // Whether an account is the person that a plan's row names. Unset = accounts are not matched
    // with plan rows: the same id, or an owner in the named person's stead.
    std::function<bool(std::string_view account, std::string_view plan_person)> same_person;
    // Whether there is an account under this id: then nobody else is that person of the plan.
    std::function<bool(std::string_view id)> has_account = {};
};

// none = draft. status: draft, active, held, stopped, retired.
struct standing {
    std::optional<plan::phase> phase;
    std::string status = "draft";
    std::string stage;           // of the top live grant, or ""
    std::int64_t basis = 0;      // of the top live grant
    std::string variant;         // of the top live grant, or ""
    instant override_until;      // ms 0 = none
    std::string override_reason; // printed on every export while it lasts
    bool suspended = false;
};
BOOST_DESCRIBE_STRUCT(standing, (),
                      (phase, status, stage, basis, variant, override_until, override_reason,
                       suspended))

struct signature {
    std::string id; // sig_…
    events::signature_added body;
    instant at;
    bool revoked = false;
};

struct sign_request {
    std::string run_hash;
    std::string statement;
    std::string comment;
    std::string person;
    std::string method = "password"; // passkey, code, password, token
};

struct signed_gate {
    std::optional<gate::grant> grant;
    std::string phase;
    std::string stage;
    std::string signature;
};
BOOST_DESCRIBE_STRUCT(signed_gate, (), (grant, phase, stage, signature))

class gate_service {
  public:
    explicit gate_service(environment env);

    void apply(const events::event& e);

    // --- reading ---
    [[nodiscard]] gate::standing standing_of(std::string_view project) const;
    // G0..G3, then S:<stage> for each stage that is not the first of its phase.
    [[nodiscard]] result<std::vector<std::string>> gates(std::string_view project) const;
    // The gate ahead: the next phase's, or the next stage's; none in production's last stage.
    [[nodiscard]] std::optional<std::string> gate_ahead(std::string_view project) const;
    // Computes a gate now. variant: "" = the candidate. Errors: gate.page.unknown,
    // plan.project.unknown.
    [[nodiscard]] result<run> evaluate(std::string_view project, std::string_view gate_id,
                                       std::string_view variant = {}) const;
    // The page: evaluates and remembers the run, so that it can be signed. Commits gate.evaluated
    // when a state changed.
    [[nodiscard]] result<run> show(std::string_view project, std::string_view gate_id);
    [[nodiscard]] std::vector<run> runs(std::string_view project, std::string_view gate_id) const;
    // What must stay true while the stage serves.
    [[nodiscard]] result<std::vector<condition>>
    keep_set(std::string_view project, std::string_view stage, std::string_view variant) const;
    // Verified, not ended, not suspended, not past `until`; lowest first.
    [[nodiscard]] std::vector<grant> live_grants(std::string_view project) const;
    [[nodiscard]] std::vector<grant> grants(std::string_view project) const;
    // Since when the stage serves this variant: the start of its dwell. A return after old evidence
    // goes on from there.
    [[nodiscard]] std::optional<instant>
    dwell_start(std::string_view project, std::string_view stage, std::string_view variant) const;
    [[nodiscard]] const fact_store& facts() const { return facts_; }
    [[nodiscard]] std::vector<signature> signatures(std::string_view project) const;
    // What a person must sign for `what` (risk/<row>, stop_rule): its hash.
    [[nodiscard]] result<std::string> object_hash(std::string_view project,
                                                  std::string_view what) const;

    // --- acts that may raise exposure ---
    // Signs a phase gate: phase change and the grant of the phase's first stage.
    // Errors: gate.sign.not_allowed, gate.sign.not_ready (open conditions in `more`),
    // gate.sign.stale (other revision, variant or states, or older than 10 minutes),
    // gate.sign.no_variant, gate.sign.order, gate.sign.statement, gate.phase.cap, gate.store.down.
    [[nodiscard]] result<signed_gate> sign(std::string_view project, std::string_view gate_id,
                                           const sign_request& request);
    // The grant of a stage whose gate is ready: the next stage of the variant's own ladder, or one
    // that fell because evidence expired (re-entry: within 7 days, same variant and plan parts).
    // by: system = the rollout controller; a stage with `approve: true` needs a person.
    // Errors: gate.issue.not_next, gate.issue.needs_signature, gate.issue.approval,
    // gate.issue.held, gate.issue.not_ready (`more`), gate.phase.cap.
    [[nodiscard]] result<grant> issue(std::string_view project, std::string_view stage,
                                      std::string_view variant, const events::actor& by);
    // Skips ahead without a gate until `until` (at most 30 days), reason of 20 characters or more.
    // Errors: gate.phase.override_expiry, gate.phase.override_reason, gate.phase.cap,
    // gate.sign.not_allowed, gate.sign.no_variant.
    [[nodiscard]] result<grant> override_to(std::string_view project, std::string_view stage,
                                            std::string_view reason, instant until,
                                            std::string_view person);

    // --- acts that keep or lower exposure ---
    // Ends the grants above `stage` (or above the phase: "sandbox" ends them all).
    // Errors: gate.step_back.unknown, gate.step_back.reason.
    [[nodiscard]] status step_back(std::string_view project, std::string_view to,
                                   std::string_view reason, const events::actor& by);
    // Ends every live grant of the variant.
    [[nodiscard]] status roll_back(std::string_view project, std::string_view variant,
                                   std::string_view reason, const events::actor& by);
    // Ends the grants of another variant at or below the stage that `variant` now holds.
    [[nodiscard]] status supersede(std::string_view project, std::string_view variant,
                                   const events::actor& by);
    [[nodiscard]] status hold(std::string_view project, std::string_view reason,
                              const events::actor& by);
    [[nodiscard]] status release(std::string_view project, std::string_view reason,
                                 const events::actor& by);
    [[nodiscard]] status stop(std::string_view project, std::string_view reason,
                              const events::actor& by);
    // Kill: all live grants serve nobody. Un-kill: each stage's gate (keep set and its own metrics)
    // passes again, or the answer is gate.resume.not_ready with what is open.
    [[nodiscard]] status suspend(std::string_view project, std::string_view reason,
                                 const events::actor& by);
    [[nodiscard]] status resume(std::string_view project, std::string_view reason,
                                const events::actor& by);

    // --- signatures and waivers ---
    // Signs a checklist row or the stop rule. Errors: gate.signature.changed (conflict: the object
    // is not what was shown), gate.signature.not_allowed, gate.signature.unknown.
    [[nodiscard]] result<std::string>
    add_signature(std::string_view project, std::string_view what, std::string_view object_hash,
                  std::string_view statement, std::string_view person, std::string_view method);
    // By the signer or an owner. Errors: gate.signature.unknown, gate.signature.not_allowed.
    [[nodiscard]] status revoke_signature(std::string_view project, std::string_view id,
                                          std::string_view reason, std::string_view person);
    // expires: at most 30 days ahead; at most 3 live a gate.
    // Errors: gate.waive.not_allowed, gate.waive.too_many, gate.waive.reason, gate.waive.expiry.
    [[nodiscard]] result<std::string> waive(std::string_view project, std::string_view condition,
                                            std::string_view reason, instant expires,
                                            std::string_view person);
    [[nodiscard]] status end_waiver(std::string_view project, std::string_view condition,
                                    std::string_view person);

    // Ends what expired or fell out of its keep set, renews what was renewed, reports grants that
    // do not verify. Returns the projects whose live grants changed.
    std::vector<std::string> on_tick(instant now);
    [[nodiscard]] std::optional<instant> next_expiry() const;

  private:
    struct project_state;

    [[nodiscard]] const project_state* find(std::string_view project) const;
    [[nodiscard]] instant now() const; // never earlier than the newest event or reading
    [[nodiscard]] bool same_person(std::string_view project, std::string_view account,
                                   std::string_view plan_person) const;
    [[nodiscard]] events::context context(std::string_view project, const events::actor& by,
                                          std::string_view type, std::string_view id) const;
    [[nodiscard]] status commit(std::vector<events::event> batch);
    // Folds
    void fold_fact(project_state& state, const events::event& e);
    void fold_lock_break(project_state& state, const events::event& e);
    void fold_phase(project_state& state, const events::event& e);
    // Ladder of one variant
    [[nodiscard]] int top_stage(std::string_view project, const plan::document& d,
                                std::string_view variant) const;
    [[nodiscard]] status check_raising(std::string_view project, std::string_view area) const;
    // Grants
    [[nodiscard]] events::grant_issued make_grant(std::string_view project, const plan::document& d,
                                                  const plan::stage& stage, const run& r,
                                                  instant until_at_most) const;
    [[nodiscard]] instant keep_until(std::string_view project, std::string_view stage,
                                     std::string_view variant, instant at_most) const;
    void add_passing(std::vector<events::event>& batch, const run& r, const events::actor& by,
                     std::string_view signature, std::string_view grant, bool on_earlier) const;
    [[nodiscard]] status end_grants(std::string_view project, const events::actor& by,
                                    std::string_view reason, std::string_view detail,
                                    const std::function<bool(const grant&)>& which,
                                    std::vector<events::event> more = {});
    [[nodiscard]] bool may_return(std::string_view project, const plan::document& d,
                                  const plan::stage& stage, std::string_view variant,
                                  std::string& signature) const;
    [[nodiscard]] status check_signer(std::string_view project, const plan::document& d,
                                      const plan::signature_rule& rule,
                                      std::string_view person) const;
    // Parts of on_tick
    bool tick_grants(std::string_view project, project_state& state,
                     std::vector<events::event>& batch);
    bool tick_keep(std::string_view project, project_state& state, const grant& g,
                   std::vector<events::event>& batch);
    void tick_rest(std::string_view project, project_state& state,
                   std::vector<events::event>& batch);

    environment env_;
    fact_store facts_;
    std::map<std::string, std::shared_ptr<project_state>, std::less<>> projects_;
    mutable instant latest_; // newest time seen, in an event or on the clock
};

} // namespace servery::gate
