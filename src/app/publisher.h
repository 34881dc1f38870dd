// Builds the policy snapshot from the stored documents and publishes it: registry, plan, phase and
// the ladder of live grants. The snapshot also goes to `policy.snapshot` in the data folder, sealed
// with a MAC, so that a process can serve what was granted before its database answers.
// Thread: the control thread; current() of the board is read by every core.
#pragma once

#include "data_plane/policy/kill_board.h"
#include "data_plane/policy/snapshot.h"
#include "foundation/base/clock.h"
#include "foundation/base/key_tree.h"
#include "foundation/events/event.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace servery::registry {
class registry_service;
}
namespace servery::plan {
class plan_service;
struct document;
} // namespace servery::plan
namespace servery::gate {
class gate_service;
}
namespace servery::rollout {
class rollout_service;
}

namespace servery::app {

struct publisher_sources {
    const clock& now;
    const key_tree& keys;
    const registry::registry_service& registry;
    const plan::plan_service& plans;
    const gate::gate_service& gates;
    const rollout::rollout_service& rollouts;
};

class publisher {
  public:
    // folder: of policy.snapshot; empty = memory only.
    publisher(publisher_sources from, policy::snapshot_board& board, std::filesystem::path folder)
        : from_(from), board_(board), folder_(std::move(folder)) {}

    // Builds, validates, writes the file, publishes. A snapshot that fails is refused whole; the
    // old one stays. Errors: policy.snapshot.invalid.
    [[nodiscard]] status publish();
    [[nodiscard]] std::uint64_t version() const { return version_; }

    // Whether an event may change the snapshot.
    [[nodiscard]] static bool concerns(const events::event& e);

    // Drills now running, by project; part of the next snapshot.
    std::map<std::string, std::vector<policy::drill_view>> drills;

    // Contact values that the guard never hides, by project; may be empty.
    std::function<std::vector<std::string>(std::string_view project)> public_values;

  private:
    [[nodiscard]] policy::snapshot build() const;
    [[nodiscard]] policy::project_view project(std::string_view id) const;

    publisher_sources from_;
    policy::snapshot_board& board_;
    std::filesystem::path folder_;
    std::uint64_t version_ = 0;
};

// What visitors read where the plan says nothing: by text key and language; "" if there is none.
[[nodiscard]] std::string shipped_text(std::string_view key, std::string_view lang);
[[nodiscard]] std::string text_version(std::string_view text);

} // namespace servery::app
