// Rollouts of all projects: what is tried, on whom, how it goes, and what serves next. Builds the
// grants ladder of the policy snapshot and sets kill words; a share rises only by a grant that gate
// issued, and falls without asking anybody. A fold of rollout.*, fact, label.recorded and exchange
// rows; gate_service must fold an event before this does.
// Thread: the control thread.
//
// Wiring:
//   apply(event), apply(exchange)   folds: change state, never commit
//   react(project)                  after any record of the project was folded: may commit; cheap
//                                   when nothing is due (the harm check only)
//   on_tick(now)                    every second or so: advances, holds, expiries, retries, facts
//   ladder(project)                 for the snapshot; publish again when a rollout.* or grant.*
//                                   event was folded, or when environment.publish is called
#pragma once

#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/plan_service.h"
#include "data_plane/policy/kill_board.h"
#include "data_plane/policy/snapshot.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/events/log.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::rollout {

// What the rollout asks of gate; port_to() connects the real one. See gate_service.h.
struct gate_port {
    std::function<std::vector<gate::grant>(std::string_view project)> live_grants;
    std::function<result<gate::run>(std::string_view project, std::string_view gate_id,
                                    std::string_view variant)>
        evaluate;
    std::function<result<gate::grant>(std::string_view project, std::string_view stage,
                                      std::string_view variant, const events::actor& by)>
        issue;
    std::function<status(std::string_view project, std::string_view to, std::string_view reason,
                         const events::actor& by)>
        step_back;
    std::function<status(std::string_view project, std::string_view variant,
                         std::string_view reason, const events::actor& by)>
        roll_back;
    std::function<status(std::string_view project, std::string_view variant,
                         const events::actor& by)>
        supersede;
    std::function<status(std::string_view project, std::string_view reason,
                         const events::actor& by)>
        suspend, resume;
    std::function<result<std::vector<gate::condition>>(
        std::string_view project, std::string_view stage, std::string_view variant)>
        keep_set;
    std::function<gate::standing(std::string_view project)> standing;
};
[[nodiscard]] gate_port port_to(gate::gate_service& gates);

struct environment {
    const clock& time;
    random_source& random;
    events::log& log;
    policy::kill_board& kills;
    gate_port gates;
    // The head of a project's plan. Errors: plan.project.unknown.
    std::function<result<plan::plan_view>(std::string_view project)> plan;
    // Whole hash in hex of a frozen variant, by it or at least 12 leading digits.
    std::function<std::optional<std::string>(std::string_view project, std::string_view hex)>
        variant;
    key32 salt_key; // salts of the split are derived from it: secret, the same after a restart
    // The kill board changed: write its file. Unset = memory only.
    std::function<void()> kills_changed;
    // Build and publish the snapshot now: called for reductions, before their record is stored.
    std::function<void()> publish;
    // Whether somebody is on shift; unset = always.
    std::function<bool(std::string_view project)> on_shift;
};

// Who acts. Commands need a reason of at least one letter.
struct act {
    events::actor by;
    std::string reason;
    std::string request_id;
};

// Members named as on the wire.
enum class kill_scope { project, variant };
BOOST_DESCRIBE_ENUM(kill_scope, project, variant)

// A downward act always happens; recorded = false when the store is away (it is retried).
struct done {
    std::string rollout; // "" for a project
    std::string state;
    std::string stage;
    bool recorded = true;
};
BOOST_DESCRIBE_STRUCT(done, (), (rollout, state, stage, recorded))

class rollout_service {
  public:
    explicit rollout_service(environment env);
    ~rollout_service();
    rollout_service(const rollout_service&) = delete;
    rollout_service& operator=(const rollout_service&) = delete;

    // --- folds ---
    void apply(const events::event& e);
    void apply(const events::exchange& row);
    // The same as apply(row).
    void on_exchange(const events::exchange& row) { apply(row); }
    // --- reactions ---
    void react(std::string_view project);
    void on_tick(instant now);

    // --- for the snapshot and for gate ---
    // Live, verified, not killed and not rolled back; the candidate's before an older variant's,
    // then the highest rung first. A grant whose audience the snapshot cannot hold to (regions,
    // topics, a visitor cap, a group with a percent) is left out: status says so.
    [[nodiscard]] std::vector<policy::grant_view> ladder(std::string_view project) const;
    // The variant on trial: of the newest rollout that is draft, running or completed.
    [[nodiscard]] std::optional<std::string> candidate(std::string_view project) const;

    // --- reading ---
    // Documents of section "rollout" as JSON, newest first; one by id.
    // Errors: rollout.unknown (not_found).
    [[nodiscard]] json::array list(std::string_view project) const;
    [[nodiscard]] result<json::object> show(std::string_view project, std::string_view id) const;
    // {state, stage, holds[], why_not, next_possible, metrics[], sample_ratio, excluded{},
    //  share_served, blast_radius{visitors, money}}
    [[nodiscard]] result<json::object> status(std::string_view project, std::string_view id) const;
    // The newest rollout that is not superseded; none if there is none.
    [[nodiscard]] std::optional<std::string> current(std::string_view project) const;
    // Version of a document, for ETag and If-Match.
    [[nodiscard]] result<std::int64_t> version(std::string_view project, std::string_view id) const;

    // --- acts that may raise exposure; nothing changes while the store is away ---
    // variant: hash or at least 12 leading digits; control: "" or "fallback", or a hash. A draft of
    // the project that never served is superseded.
    // Errors: rollout.variant.unknown, rollout.overlap (conflict), rollout.plan.no_stages,
    // rollout.reason.missing (a further try of a variant), rollout.store_down.
    [[nodiscard]] result<json::object> create(std::string_view project, std::string_view variant,
                                              std::string_view control, const act& by);
    // The first stage's grant, if its gate is ready.
    // Errors: rollout.not_ready (conflict; what is missing in `more`), rollout.state,
    // rollout.reason.missing, rollout.store_down.
    [[nodiscard]] result<done> start(std::string_view project, std::string_view id, const act& by);
    // The next stage, if every step of the controller is met. Errors as start.
    [[nodiscard]] result<done> advance(std::string_view project, std::string_view id,
                                       const act& by);
    // The next stage may open once the rest is met; valid 7 days. Errors: rollout.state.
    [[nodiscard]] result<done> approve(std::string_view project, std::string_view id,
                                       const act& by);
    // cause "" = operator and every metric hold. Errors: rollout.hold.unknown, rollout.hold.stays.
    [[nodiscard]] result<done> release(std::string_view project, std::string_view id,
                                       std::string_view cause, const act& by);
    // Errors: rollout.not_ready with what is open.
    [[nodiscard]] result<done> unkill(std::string_view project, kill_scope scope,
                                      std::string_view id, const act& by);

    // --- acts that keep or lower exposure; they happen first and are recorded after ---
    // Errors: rollout.unknown, rollout.state, rollout.reason.missing; step_back also
    // rollout.stage.not_lower.
    [[nodiscard]] result<done> hold(std::string_view project, std::string_view id, const act& by);
    // to: a lower stage, "" = the next lower one (below the first: roll back).
    [[nodiscard]] result<done> step_back(std::string_view project, std::string_view id,
                                         std::string_view to, const act& by);
    [[nodiscard]] result<done> roll_back(std::string_view project, std::string_view id,
                                         const act& by);
    // id: the project's own or a variant's hash.
    [[nodiscard]] result<done> kill(std::string_view project, kill_scope scope, std::string_view id,
                                    const act& by);

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace servery::rollout
