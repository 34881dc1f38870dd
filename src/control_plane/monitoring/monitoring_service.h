// The picture of a live application: a fold of events and exchanges into day cells, the board's
// numbers with honest intervals, availability by the minute, and a monthly report that writes
// itself. Nothing is stored besides the log: the same log gives the same board.
//
// Counted are exchanges with environment live and purpose visitor. The unit is the visitor: the
// first conversation of a visitor in the period; conversations without a visitor id are counted
// one by one and the number says so.
// Thread: the control thread.
#pragma once

#include "control_plane/monitoring/board.h"
#include "control_plane/monitoring/report.h"
#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/events/fact.h"
#include "foundation/events/log.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::monitoring {

struct project_state;

// What a synthetic visitor met: the variant's answer, an approved fallback, or nothing. It may
// block for as long as its own deadline.
enum class probe_result { variant, fallback, nothing };
using probe = std::function<probe_result(std::string_view project)>;

// Targets of the plan, per number key; absent = the number has no target.
struct target {
    double value = 0;
    bool at_least = true;
};
using targets_of = std::function<std::map<std::string, target>(std::string_view project)>;

class monitoring_service {
  public:
    // probe and targets may be empty.
    monitoring_service(const clock& time, events::log& log, targets_of targets, probe visitor);
    ~monitoring_service();
    monitoring_service(const monitoring_service&) = delete;
    monitoring_service& operator=(const monitoring_service&) = delete;

    // Folds; any order that the log has. An event or exchange of a seq already seen is skipped.
    void apply(const events::event& e);
    void apply(const events::exchange& x);

    // Once a minute or more often: writes the heartbeat of every whole minute since the last call
    // (at most the last one is decided; minutes the process was away stay without a row), and
    // report.ready when a month has turned.
    void on_tick(instant now);

    // Errors: monitor.project.unknown (not_found), monitor.period.invalid (unprocessable).
    [[nodiscard]] result<board> board_of(std::string_view project, period over) const;
    [[nodiscard]] result<board> board_of(std::string_view project, std::string_view over) const;

    // month: "2026-10". A running month needs preview. Errors: monitor.project.unknown,
    // monitor.report.unknown (not_found: before the project's first event),
    // monitor.report.month_open (conflict).
    [[nodiscard]] result<report> report_of(std::string_view project, std::string_view month,
                                           bool preview = false) const;
    // Months that have a report, newest first.
    [[nodiscard]] std::vector<std::string> months(std::string_view project) const;

    // What a conversation of the running comparison has cost; none while nothing was counted.
    struct measured_cost {
        double a_conversation = 0; // in the project's currency
        std::int64_t n = 0;
    };
    [[nodiscard]] std::optional<measured_cost>
    cost_of_a_conversation(std::string_view project) const;
    // The facts that gates read, as of now; app/ emits them when they change.
    [[nodiscard]] std::vector<events::fact> facts_of(std::string_view project) const;

    [[nodiscard]] std::vector<std::string> projects() const;

  private:
    project_state& at(std::string_view project);
    [[nodiscard]] const project_state* find(std::string_view project) const;
    void beat(instant minute);
    void write_reports(instant now);

    const clock& time_;
    events::log& log_;
    targets_of targets_;
    probe probe_;
    std::map<std::string, std::unique_ptr<project_state>, std::less<>> projects_;
    std::int64_t last_event_seq_ = 0;
    std::int64_t last_exchange_seq_ = 0;
    std::optional<instant> last_beat_;
};

} // namespace servery::monitoring
