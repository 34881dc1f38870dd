// What a rehearsal tells: every change of phase, stage and calibration with the evidence of that
// moment, read from the event log. Thread: record() on the control thread, the rest after it ended.
#pragma once

#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace servery::app::rehearsal {

struct evidence {
    std::string metric;
    std::int64_t n = 0;
    std::optional<double> value;
    std::optional<double> lower;
    std::string verdict; // pass, fail, not_enough_data, expired, waived
};
BOOST_DESCRIBE_STRUCT(evidence, (), (metric, n, value, lower, verdict))

struct entry {
    std::int64_t day = 0; // 1 = the first
    instant at;
    std::string event;
    std::string phase;
    std::string stage;
    double percent = 0; // of the public that may meet the variant
    std::string gate;
    std::string reason;
    std::string by;
    std::vector<rehearsal::evidence> evidence;
};

struct fallen {
    std::int64_t day = 0;
    std::string from;
    std::string to;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(fallen, (), (day, from, to, reason))

class timeline {
  public:
    explicit timeline(instant start) : start_(start) {}

    void record(const events::event& e);
    void record(const events::exchange& x);
    // Something the rehearsal itself did or met.
    void note(instant at, std::string event, std::string reason);

    [[nodiscard]] const std::string& phase() const { return phase_; }
    [[nodiscard]] const std::string& stage() const { return stage_; }
    [[nodiscard]] double percent() const { return percent_; }
    [[nodiscard]] double max_percent() const { return max_percent_; }
    [[nodiscard]] bool has_rolled_back() const { return !rolled_back_.empty(); }
    [[nodiscard]] std::int64_t day_of(instant at) const;

    // {timeline, final, max_percent, rolled_back, handovers, cost}
    [[nodiscard]] json::object to_json() const;
    [[nodiscard]] std::string to_text() const;
    // One entry as a line for a terminal.
    [[nodiscard]] static std::string line(const entry& e);
    [[nodiscard]] const std::vector<entry>& entries() const { return entries_; }

  private:
    entry& add(const events::event& e, std::string what);
    void changed_share(const events::event& e);

    instant start_;
    std::vector<entry> entries_;
    std::vector<fallen> rolled_back_;
    std::vector<evidence> last_evidence_;
    std::string last_gate_;
    std::set<std::string> staff_stages_; // stages that admit groups, so none of the public
    std::string phase_ = "draft";
    std::string stage_;
    double percent_ = 0;
    double max_percent_ = 0;
    std::int64_t handovers_ = 0;
    std::int64_t cost_nano_ = 0;
    std::string currency_ = "EUR";
};

} // namespace servery::app::rehearsal
