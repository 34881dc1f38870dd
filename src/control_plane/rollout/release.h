// One rollout: its document (what is tried, on which ladder) and its state, as a fold of rollout.*
// events. Pure; no clock. Thread: plain values.
#pragma once

#include "control_plane/plan/document.h"
#include "foundation/events/rollout_changed.h"
#include "foundation/events/rollout_created.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::rollout {

enum class release_state { draft, running, completed, rolled_back, superseded };
BOOST_DESCRIBE_ENUM(release_state, draft, running, completed, rolled_back, superseded)

// Holds are a set beside the state, so that causes never mask each other.
struct hold {
    std::string cause; // operator, approval, sample_ratio, metric:<id>, metric:log_incomplete
    std::string reason;
    instant since;
    std::string stage; // that waits for approval
};
BOOST_DESCRIBE_STRUCT(hold, (), (cause, reason, since, stage))

struct approval {
    std::string stage;
    std::string person;
    instant until;
};

struct release {
    std::string id; // ro_…
    std::string project;
    std::string variant; // hash in hex
    std::string control = "fallback";
    std::int64_t salt_id = 0;
    std::string cohort;
    std::string algorithm = "servery1";
    std::int64_t try_ = 0;
    std::string unit = "visitor";
    std::string author;
    std::int64_t plan_revision = 0;
    std::int64_t metrics_version = 0;
    std::string phase; // that stages and metrics were compiled for
    std::vector<events::rollout_stage> stages;
    std::vector<events::rollout_metric> metrics;

    release_state state = release_state::draft;
    std::string stage; // that is published, "" = nobody
    std::int64_t basis = 0;
    instant created_at;
    instant entered_at;                           // the stage
    std::map<std::string, instant> first_entered; // by stage: the start of its dwell
    // Highest stage that fell because its evidence or its term ended: it may come back by itself.
    std::string fell_from;
    instant fell_at;
    std::set<std::string> grants; // ids of the variant's grants since it was created
    std::string last_end;         // why the last of them ended: expired, keep, stepped_back …
    std::vector<hold> holds;
    std::vector<std::string> acknowledged; // causes that a person released with a reason
    std::optional<approval> approved;
    std::optional<events::rollout_rolled_back> ended;
    instant ended_at;
    bool stalled = false;     // told, until the next counted visitor
    std::int64_t version = 1; // rises with every event of this rollout

    [[nodiscard]] bool serving() const {
        return state == release_state::running || state == release_state::completed;
    }
    [[nodiscard]] int stage_index(std::string_view id) const; // -1 if it is no stage
    [[nodiscard]] const events::rollout_stage* find_stage(std::string_view id) const;
    // The rung above the published one (the first, if nobody is served); none above the last.
    [[nodiscard]] const events::rollout_stage* next_stage() const;
    [[nodiscard]] bool has_hold(std::string_view cause) const;
};

// The stages of a plan's ladder with the defaults filled in: dwell 24 h, at most 42 d.
[[nodiscard]] std::vector<events::rollout_stage> compile_stages(const plan::document& plan);

[[nodiscard]] release begin_release(const events::event& e, const events::rollout_created& r);
// Folds the grants of its variant.
void fold_grant(release& r, const events::event& e);
// Folds any later rollout.* event of this rollout; true if it was one.
bool fold_release(release& r, const events::event& e);

// The document as the API shows it; killed replaces the state word.
[[nodiscard]] json::object document_json(const release& r, bool killed);
[[nodiscard]] std::string state_word(const release& r, bool killed);

} // namespace servery::rollout
