// The families of /metrics that monitoring counts while it folds. Labels come from closed sets.
// Thread: the control thread.
#pragma once

#include "foundation/base/counters.h"
#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"
#include "foundation/events/heartbeat.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace servery::monitoring {

// HELP texts of the families; once at start.
void describe_metrics();

// The counters of one project, each looked up when it is first needed and kept.
class project_metrics {
  public:
    void exchange(const std::string& project, const events::exchange& x);
    void conversation(const std::string& project);
    void handover(const std::string& project);
    void unanswered(const std::string& project);
    void label(const std::string& project, events::label_verdict verdict);
    void feedback(const std::string& project, bool up);
    void minute(const std::string& project, events::minute_state state);

  private:
    using cell = counters::cell*; // null = not looked up
    struct spend_cell {
        events::spend_state state{};
        std::string currency;
        cell kept = nullptr;
    };
    cell& spend_of(events::spend_state state, const std::string& currency);

    std::array<cell, 16> outcomes_{};
    std::array<cell, 16> fallbacks_{}; // by place in the closed set of causes
    std::array<cell, 4> findings_{};   // input and output, edited and stopped
    std::array<cell, 3> tokens_{};
    std::array<cell, 8> labels_{};
    std::array<cell, 8> minutes_{};
    std::array<cell, 2> thumbs_{};
    std::vector<spend_cell> spend_;
    cell conversations_ = nullptr;
    cell handovers_ = nullptr;
    cell unanswered_ = nullptr;
};

void set_phase(const std::string& project, std::string_view phase);
void set_lag_seconds(std::int64_t seconds);
// by severity: info, warning, critical
void set_open_alerts(const std::string& project, const std::array<std::int64_t, 3>& open);

} // namespace servery::monitoring
