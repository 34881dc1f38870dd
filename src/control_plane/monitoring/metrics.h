// The families of /metrics that monitoring counts while it folds. Labels come from closed sets.
// Thread: the control thread.
#pragma once

#include "foundation/events/exchange.h"
#include "foundation/events/heartbeat.h"

#include <optional>
#include <string>
#include <string_view>

namespace servery::monitoring {

// HELP texts of the families; once at start.
void describe_metrics();

void count_exchange(const std::string& project, const events::exchange& x);
void count_conversation(const std::string& project);
void count_handover(const std::string& project);
void count_unanswered(const std::string& project);
void count_label(const std::string& project, std::string_view verdict);
void count_feedback(const std::string& project, std::string_view thumb);
void count_minute(const std::string& project, events::minute_state state);
void set_phase(const std::string& project, std::string_view phase);
void set_lag_seconds(std::int64_t seconds);

} // namespace servery::monitoring
