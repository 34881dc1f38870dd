// Limit streams and alerts. Every number of the plan that limits a share of visitors is a stream;
// an alarm on it opens an alert, which people acknowledge and resolve. All streams of a project
// share one budget: together they expect at most one false alarm a year.
//   A_j = max(1000, J N_j)   J streams watched, N_j observations of stream j expected in a year
//                            (28 days times 13; before that the plan's volume; at least 365)
// Which streams are watched, under which limits and thresholds, is an event (watch.set), written
// when plan, phase or variant change and when a quarter begins. So is every alarm and everything
// that happens to an alert; the same log gives the same state. Alarms say nothing about exposure:
// rolling back on harm is rollout's own test.
// Thread: the control thread.
#pragma once

#include "control_plane/monitoring/alerts.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/monitoring/stream_watch.h"
#include "foundation/base/random.h"
#include "foundation/events/alert.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servery::monitoring {

// What the plan says of the phase the project is in. Targets by number: answered_right, harm,
// satisfied, handed_over, unanswered, flags, errors as shares, latency_p95 in ms. An absent one
// leaves its stream out; errors has a limit of 5 % then.
struct plan_limits {
    std::map<std::string, target> targets;
    double visitors_a_year = 0; // 0 = not planned
};
using limits_of = std::function<plan_limits(std::string_view project)>;

class alert_service {
  public:
    // limits may be empty.
    alert_service(const clock& time, random_source& random, events::log& log, limits_of limits);

    // Folds, in the order of the log. An event or exchange of a seq already seen is skipped.
    void apply(const events::event& e);
    void apply(const events::exchange& x);
    // Every few seconds: sets what is watched, raises alerts for alarms, and resolves
    // those whose stream has been inside its limit: 48 h after the last alarm, when the last 200
    // observations are.
    void on_tick(instant now);

    // state: open, raised, acknowledged, resolved or "" = all; newest first.
    // Errors: monitor.alert.state (invalid_argument).
    [[nodiscard]] result<std::vector<alert>> list(std::string_view project,
                                                  std::string_view state) const;
    [[nodiscard]] watched watched_of(std::string_view project) const;

    // Acknowledging twice changes nothing: the first stays. Errors: monitor.alert.unknown
    // (not_found), monitor.alert.closed (conflict), audit.store.down.
    [[nodiscard]] result<alert> acknowledge(std::string_view project, std::string_view id,
                                            const events::actor& by);
    // how: fixed, new_normal, false_alarm. Errors: as above, and monitor.alert.resolution
    // (unprocessable).
    [[nodiscard]] result<alert> resolve(std::string_view project, std::string_view id,
                                        std::string_view how, std::string note,
                                        const events::actor& by);

  private:
    struct project_alerts {
        std::string phase;
        std::string variant; // of the newest grant
        stream_watch watch;
        observer observed{[this](const observation& o) { watch.take(o); }};
        std::vector<alert> alerts; // oldest first
    };
    project_alerts& at(std::string_view project);
    [[nodiscard]] const project_alerts* find(std::string_view project) const;
    void take_alert(project_alerts& p, const events::event& e);
    [[nodiscard]] events::context where(const std::string& project, const project_alerts& p,
                                        const std::string& alert, events::actor by = {}) const;
    void set_watch(const std::string& project, const project_alerts& p, instant now);
    void raise(const std::string& project, const project_alerts& p, instant now);
    void resolve_quiet(const std::string& project, const project_alerts& p, instant now);
    void commit(std::vector<events::event> batch);
    [[nodiscard]] result<alert> open_one(std::string_view project, std::string_view id) const;

    const clock& time_;
    random_source& random_;
    events::log& log_;
    limits_of limits_;
    std::map<std::string, std::unique_ptr<project_alerts>, std::less<>> projects_;
    std::int64_t last_event_seq_ = 0;
    std::int64_t last_exchange_seq_ = 0;
};

} // namespace servery::monitoring
