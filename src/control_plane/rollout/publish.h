// From live grants to the snapshot's ladder. The only place where shares are written. Pure.
// Thread: any.
#pragma once

#include "control_plane/gate/grants.h"
#include "control_plane/rollout/release.h"
#include "data_plane/policy/snapshot.h"

#include <optional>
#include <string>

namespace servery::rollout {

struct publish_input {
    const release& rollout;
    const gate::grant& grant;
    hash16 salt{};
    std::int64_t salt_id = 0;
    bool open_now = true;
    // A control variant keeps everybody whom the canary leaves: probability that is left.
    std::int64_t probability_left_e6 = 1'000'000;
};

// None if the snapshot cannot hold a variant to this audience; `why_not` says why then.
[[nodiscard]] std::optional<policy::grant_view> to_view(const publish_input& in);
// Errors: grant.unsupported.
[[nodiscard]] status check_supported(const events::audience& audience);

// The salt of a rollout's split: keyed, so that nobody outside can tell which id lands where, and
// the same after a restart. cohort "" = the rollout's own.
[[nodiscard]] hash16 salt_of(const key32& key, std::string_view project, std::string_view rollout,
                             std::string_view cohort);

} // namespace servery::rollout
