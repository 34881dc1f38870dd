// The insides of rollout_service, shared by the files that implement it: its state as a fold, what
// is still to be recorded, and the acts that several commands use. Not for other modules.
#pragma once

#include "control_plane/rollout/controller.h"
#include "control_plane/rollout/fold.h"
#include "control_plane/rollout/release.h"
#include "control_plane/rollout/rollout_service.h"

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace servery::rollout {

enum class reduction_kind { roll_back, step_back, hold };

// A reduction that is in force although its record is not stored yet.
struct pending_reduction {
    reduction_kind kind = reduction_kind::roll_back;
    std::string to; // step_back: stage
    std::string cause = "operator";
    act by;
    std::optional<alarm> why;
    bool kill_word = true; // roll_back: the variant's word changes too
};

struct pending_kill {
    kill_scope scope = kill_scope::project;
    std::string id;
    act by;
};

struct entry {
    release doc;
    observations seen;
    std::deque<pending_reduction> pending;
    [[nodiscard]] bool leaving() const; // a roll back is in force
};

struct project_state {
    std::vector<std::unique_ptr<entry>> rollouts; // oldest first
    bool killed = false;
    std::set<std::string> killed_variants;
    std::vector<pending_kill> pending_kills;
    // What the last sample-ratio fact said, and when.
    std::int64_t fact_n = -1;
    instant fact_at;
    instant advanced_at; // when the gate was last asked
    bool dirty = true;   // something was folded since
};

struct rollout_service::impl {
    environment env;
    std::map<std::string, project_state, std::less<>> projects;
    bool busy = false; // inside a command: reactions wait until it is done

    // --- looking up (service_state.cpp) ---
    [[nodiscard]] const project_state* find(std::string_view project) const;
    [[nodiscard]] entry* find(std::string_view project, std::string_view id);
    [[nodiscard]] const entry* find(std::string_view project, std::string_view id) const;
    [[nodiscard]] result<entry*> require(std::string_view project, std::string_view id);
    [[nodiscard]] bool killed(const entry& e) const;
    [[nodiscard]] std::vector<gate::grant> grants_of(const entry& e) const;
    [[nodiscard]] controller_input input(const entry& e) const;
    // Highest rung that may be published now, -1 = nobody.
    [[nodiscard]] int published_rung(const entry& e) const;
    [[nodiscard]] events::context where(const entry& e, const act& by) const;
    [[nodiscard]] servery::status commit(std::vector<events::event> batch);
    void set_word(const entry& e, policy::kill_word word);
    void publish() const;

    // --- reductions: in force first, recorded after (reductions.cpp) ---
    bool enforce(entry& e); // true if something was reduced
    // Puts it in force and tries to record it; false while the store is away.
    bool put_in_force(entry& e, pending_reduction what);
    bool record_pending(entry& e);
    [[nodiscard]] bool record(entry& e, const pending_reduction& what);
    [[nodiscard]] bool record_roll_back(entry& e, const pending_reduction& what);
    [[nodiscard]] bool record_step_back(entry& e, const pending_reduction& what);
    void record_holds(entry& e, const std::vector<hold_act>& holds);
    void fall(entry& e, const fall_act& what);
    bool put_kill_in_force(std::string_view project, pending_kill what);
    [[nodiscard]] bool record_kill(std::string_view project, const pending_kill& what);
    void record_pending_kills(std::string_view project);
    // A word on the kill board that the log does not know was set before a crash.
    void reconcile(std::string_view project);

    // --- rises: recorded first, published after (advancing.cpp) ---
    // Takes over a live grant above what is published.
    bool take_over(entry& e, const act& by, std::string_view cause);
    [[nodiscard]] std::optional<events::rollout_compiled> recompiled(const entry& e,
                                                                     std::string_view phase) const;
    // The first open step of all nine, with the gate asked.
    [[nodiscard]] std::optional<open_step> why_not(const entry& e) const;
    void advance_by_itself(entry& e);
    bool re_enter(entry& e); // true if a stage came back
    void follow_plan(entry& e);
    [[nodiscard]] servery::status gate_passes_again(std::string_view project, kill_scope scope,
                                                    std::string_view id, const act& by);
    void revive(std::string_view project, kill_scope scope, std::string_view id);
    [[nodiscard]] result<done> advance(entry& e, const act& by);
    void emit_sample_ratio(std::string_view project, const entry& e);

    // --- words (status.cpp) ---
    [[nodiscard]] done done_of(const entry& e, bool recorded) const;
};

// While it lives, reactions to our own events wait.
class busy_guard {
  public:
    explicit busy_guard(bool& flag) : flag_(flag), before_(flag) { flag_ = true; }
    ~busy_guard() { flag_ = before_; }
    busy_guard(const busy_guard&) = delete;
    busy_guard& operator=(const busy_guard&) = delete;

  private:
    bool& flag_;
    bool before_;
};

[[nodiscard]] const events::actor& controller_actor();
[[nodiscard]] error not_ready(const open_step& open);
[[nodiscard]] status need_reason(const act& by);

} // namespace servery::rollout
