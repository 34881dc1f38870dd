// Grants: their ladder, their seal and their lives. The gateway serves a variant only under a live
// grant. A grant whose seal does not fit is never live. Thread: the control thread.
#pragma once

#include "control_plane/plan/document.h"
#include "foundation/base/hash.h"
#include "foundation/events/grant.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gate {

enum class grant_state { live, suspended, ended, invalid };
BOOST_DESCRIBE_ENUM(grant_state, live, suspended, ended, invalid)

struct grant {
    std::string id; // gr_…
    std::string project;
    plan::phase phase = plan::phase::pilot;
    std::string stage;
    std::string mode;    // answer, draft, shadow
    std::string variant; // hash in hex
    events::audience audience;
    instant issued_at;
    instant until;
    std::string gate; // G1, S:p10, override
    std::string gate_run;
    std::int64_t plan_revision = 0;
    std::string override_reason; // "" unless an override issued it
    grant_state state = grant_state::live;
    std::string end_reason; // expired, stepped_back, rolled_back, superseded, keep, …
    instant ended_at;
    std::int64_t order = 0; // position in the log: later grants stand above earlier ones
};
BOOST_DESCRIBE_STRUCT(grant, (),
                      (id, project, phase, stage, mode, variant, audience, issued_at, until, gate,
                       gate_run, plan_revision, override_reason, state, end_reason, ended_at,
                       order))

// Keyed BLAKE2b-256 over every member that decides who is served, hex.
[[nodiscard]] std::string grant_mac(const key32& key, std::string_view project,
                                    const events::grant_issued& g);

// Whether the audience stays within what the phase means: sandbox staff only; pilot any staff group
// and at most 30 % of public visitors; rollout below all of them; production everybody.
// staff_use: the use case serves staff only, so that every named group is one of staff.
// Errors: gate.phase.cap.
[[nodiscard]] status check_cap(plan::phase phase, const events::audience& audience, bool staff_use);
[[nodiscard]] events::audience audience_of(const plan::stage& stage);

// The fold of grant events of one project.
class grant_book {
  public:
    explicit grant_book(const key32& mac_key) : key_(mac_key) {}
    void apply(const events::event& e);
    // After a restore: live grants serve nobody until they are resumed.
    void suspend_all();
    // Live at `now` (until is exclusive), lowest first: the top one stands last.
    [[nodiscard]] std::vector<grant> live(instant now) const;
    [[nodiscard]] const std::vector<grant>& all() const { return grants_; }
    [[nodiscard]] const grant* find(std::string_view id) const;
    // Ids of grants in the log that do not verify.
    [[nodiscard]] std::vector<std::string> invalid() const;

  private:
    grant* edit(std::string_view id);
    key32 key_;
    std::vector<grant> grants_;
};

} // namespace servery::gate
