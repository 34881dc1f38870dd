// The rules that move a rollout, as pure functions: state and input in, acts and one "why not" out.
// Every folded record and every minute, in this order:
//   1 alarm -> roll back          2 FAIL, broken split, lost rows -> hold      3 grants still live
//   4 no hold   5 dwell over   6, 7 the gate's conditions   8 approval   9 the gate issues ->
//   advance
// 1 to 3 only ever reduce or keep, and hold in every state that serves anybody. The first step
// that is not met is the answer to "why not". Nothing here can raise a share: `advance` is a
// request to gate, which alone issues grants. Thread: pure, any.
#pragma once

#include "control_plane/gate/conditions.h"
#include "control_plane/gate/grants.h"
#include "control_plane/rollout/fold.h"
#include "control_plane/rollout/release.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::rollout {

struct controller_input {
    instant now;
    const release& rollout;
    const observations& seen;
    bool killed = false;
    // Live grants of the variant, lowest first.
    std::vector<gate::grant> grants;
    millis stall_after = std::chrono::hours(48);
};

struct roll_back_act {
    std::string reason;
    alarm why;
};
struct hold_act {
    std::string cause;
    std::string reason;
    std::optional<alarm> why;
    std::int64_t at_seq = 0;
};
// The published share follows the grants that are left: down to a lower rung, or to nobody.
struct fall_act {
    std::string to; // stage, "" = nobody
    std::string reason;
};

// What must be done now, whoever asks. At most one roll back or fall; a roll back stands alone.
struct reductions {
    std::optional<roll_back_act> roll_back;
    std::vector<hold_act> holds;
    std::optional<fall_act> fall;
    [[nodiscard]] bool none() const { return !roll_back && holds.empty() && !fall; }
};
[[nodiscard]] reductions reduce(const controller_input& in);

// A step that is not met: its place in the order, one sentence, what it rests on, what ends it.
struct open_step {
    int step = 0;
    std::string sentence;
    std::vector<std::string> evidence;
    std::string ends; // "by itself on 2026-05-14", "a person releases it with a reason" …
    std::optional<instant> next_possible;
};

// Steps 1 to 5; none = it is time to ask the gate.
[[nodiscard]] std::optional<open_step> before_gate(const controller_input& in);
// Step 3's other half: a live grant above what is published may be taken over.
[[nodiscard]] const gate::grant* higher_grant(const controller_input& in);
// Steps 6 and 7 from the gate's own page.
[[nodiscard]] std::optional<open_step> at_gate(const gate::run& run);
// Step 8: approval of the stage, or the signature of a phase gate.
[[nodiscard]] std::optional<open_step> at_approval(const controller_input& in,
                                                   const events::rollout_stage& next,
                                                   std::string_view gate_id);
// The gate in front of `next`: S:<stage>, or the phase's own gate for its first stage.
[[nodiscard]] std::string gate_of(const release& r, const events::rollout_stage& next);
[[nodiscard]] bool is_phase_gate(std::string_view gate_id);

// Whether the stage's visitors are counted: a share of the public, not a group of colleagues.
[[nodiscard]] bool counts_visitors(const events::rollout_stage& stage);
// No counted visitor for stall_after; the words say what to do.
[[nodiscard]] std::optional<std::string> stalled(const controller_input& in);

[[nodiscard]] std::string sentence_of(const alarm& a, const events::rollout_metric& m);

} // namespace servery::rollout
