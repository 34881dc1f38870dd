// From rows to observations: one a visitor, in the order of the log, and from observations to
// evidence. A comparison is (variant, salt): rows of another variant or salt never enter. Same
// rows, same numbers: n, E and verdicts come out of the log alone. Thread: the control thread.
#pragma once

#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"
#include "foundation/events/fact.h"
#include "foundation/events/rollout_created.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/sample_ratio.h"
#include "foundation/stats/verdict.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::rollout {

// A metric's alarm: it had enough evidence of harm when the row at_seq was folded.
struct alarm {
    std::string metric;
    double ln_e = 0;
    std::int64_t n = 0;
    std::int64_t bad = 0;
    std::int64_t at_seq = 0;
};

struct metric_state {
    events::rollout_metric definition;
    stats::rate_counts counts;
    stats::latch crossings;
    std::int64_t missing = 0;  // visitors without a value: never 0, never good
    std::optional<alarm> harm; // latched
    [[nodiscard]] stats::evidence evidence() const;
    [[nodiscard]] stats::verdict verdict() const;
};

class observations {
  public:
    // variant in hex.
    observations(std::string variant, std::int64_t salt_id);

    // A metric whose definition is the same goes on; another starts anew. Facts count from data of
    // this phase; stages that admit everybody are named because nobody is drawn there.
    void compile(const events::rollout_compiled& compiled);
    void apply(const events::exchange& row);
    void apply(const events::label_recorded& label, std::int64_t seq);
    void apply(const events::fact& f, std::int64_t seq);

    [[nodiscard]] const std::vector<metric_state>& metrics() const { return metrics_; }
    [[nodiscard]] const metric_state* find(std::string_view id) const;
    // Latched alarms of protective metrics, in the order they came.
    [[nodiscard]] std::vector<alarm> alarms() const;
    [[nodiscard]] const stats::sample_ratio& split() const { return split_; }
    // Row at which the split was shown to be broken.
    [[nodiscard]] std::optional<std::int64_t> split_broken_at() const { return split_broken_at_; }
    // Row before which rows were lost.
    [[nodiscard]] std::optional<std::int64_t> rows_lost_at() const { return rows_lost_at_; }
    // Visitors that were counted for the canary, in all and on each UTC day.
    [[nodiscard]] std::int64_t counted() const { return counted_; }
    [[nodiscard]] std::optional<instant> last_counted() const { return last_counted_; }
    // Of the last 7 full days; younger than a day counts as one day. 0 = no traffic.
    [[nodiscard]] double per_day(instant now) const;
    // Visitors that were left out, by reason; without a visitor, exchanges.
    [[nodiscard]] const std::map<std::string, std::int64_t>& excluded() const { return excluded_; }

  private:
    [[nodiscard]] std::string reason_to_leave_out(const events::exchange& row) const;
    void enter(const events::exchange& row);
    void observe(metric_state& m, bool good);
    void watch(std::int64_t seq);

    std::string variant_;
    std::int64_t salt_id_;
    std::string phase_;
    std::set<std::string, std::less<>> everybody_; // stages
    std::vector<metric_state> metrics_;
    stats::sample_ratio split_;
    std::optional<std::int64_t> split_broken_at_;
    std::optional<std::int64_t> rows_lost_at_;
    std::set<hash16> canary_; // visitors who gave their observation
    std::set<hash16> control_;
    std::set<hash16> labelled_; // visitors whose first random label was used
    std::int64_t counted_ = 0;
    std::optional<instant> last_counted_;
    std::map<std::int64_t, std::int64_t> by_day_;
    std::map<std::string, std::set<hash16>> left_out_;
    std::map<std::string, std::int64_t> excluded_;
};

} // namespace servery::rollout
