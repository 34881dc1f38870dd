// The latest value of every fact of a project: a fold of `fact` events. Sandbox values and live
// ones are kept apart, because a rehearsal must not pass for traffic. Thread: the control thread.
#pragma once

#include "control_plane/plan/registry.h"
#include "foundation/events/fact.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gate {

struct fact_query {
    std::string_view key;
    std::string_view filter;  // "" = the unfiltered one; for checks also the newest of any filter
    std::string_view variant; // looked at only for variant-bound facts
    bool live_only = false;   // folded facts of the sandbox do not count
};

class fact_store {
  public:
    void apply(std::string_view project, const events::fact& f);
    // The newest usable-or-not fact that fits; nullptr if there is none.
    [[nodiscard]] const events::fact* find(std::string_view project, const fact_query& query) const;
    // Whether a value exists for another variant: then the page says "measured on another variant".
    [[nodiscard]] bool other_variant(std::string_view project, const fact_query& query) const;
    // All latest facts, or those of one key; ordered by key, filter, variant.
    [[nodiscard]] std::vector<events::fact> latest(std::string_view project,
                                                   std::string_view key = {}) const;
    // Counts up to here no longer belong to the metric's comparison (target changed after lock).
    void reset(std::string_view project, std::string_view key);

  private:
    struct slot {
        events::fact value;
        std::int64_t n_before = 0;
        double sum_before = 0;
    };
    using slots = std::map<std::string, slot, std::less<>>; // filter, variant, class, stage
    std::map<std::string, std::map<std::string, slots, std::less<>>, std::less<>> projects_;
};

} // namespace servery::gate
