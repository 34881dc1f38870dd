// The fold of one project: its conversations, minutes, labels and changes. Thread: one.
#pragma once

#include "control_plane/monitoring/metrics.h"
#include "control_plane/monitoring/minute_log.h"
#include "control_plane/monitoring/running_counts.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"
#include "foundation/events/heartbeat.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::monitoring {

constexpr millis minute{60'000};
constexpr millis a_day{86'400'000};

// A visitor's thread, as far as the numbers need it.
struct conversation {
    instant at;             // of its first event
    std::int64_t order = 0; // 0, 1, 2 … as the log brought them
    std::optional<hash16> visitor;
    bool staff = false;
    bool has_exchange = false;
    bool handed_over = false;
    bool unanswered = false;
    bool flagged = false;
    bool by_ai = false;
    std::int8_t thumb = 0; // 1 up, -1 down, 0 none
    std::optional<std::uint32_t> first_wait_us;
    std::optional<std::uint32_t> first_done_us; // until the first answer was complete
    std::int64_t cost_nano = 0;
    std::int64_t exchanges = 0;
    std::int64_t unpriced = 0;
};

struct label {
    instant at;          // of the conversation
    std::string visitor; // hex, or the conversation
    bool right = false;
};

// Exchanges of one minute, until its heartbeat is written.
struct minute_count {
    std::int64_t eligible = 0;
    std::int64_t by_variant = 0;
    std::int64_t by_fallback = 0;
};

struct change {
    instant at;
    std::string text;
};

struct spend {
    std::int64_t settled_nano = 0;
    std::int64_t estimated_nano = 0;
    std::int64_t unpriced = 0; // exchanges
};

struct day_cell {
    std::int64_t exchanges = 0;
    std::int64_t errors = 0;
    std::map<std::string, std::int64_t> fallbacks; // by cause
    std::map<std::string, spend> money;            // by currency
};

struct project_state {
    std::string id;
    std::string phase;
    std::string status;
    std::string stage;
    std::string variant; // hash in hex of the newest grant
    instant first_event;
    std::optional<instant> last_event;
    instant comparison_since;
    instant stage_since;
    std::string currency;

    std::map<std::string, conversation, std::less<>> conversations; // by hash in hex
    std::map<std::string, std::string, std::less<>> hash_of_id;     // cv_… -> hash in hex
    std::vector<label> labels;
    std::int64_t unsure_labels = 0;
    std::map<std::int64_t, minute_count> open_minutes; // by minute number
    minute_log minutes;                                // heartbeats
    std::vector<std::pair<instant, bool>> live;        // when service was offered
    std::vector<change> changes;
    std::map<std::int64_t, day_cell> days; // by day number
    std::map<std::string, bool> reports;   // months that were announced; true = final

    // What the facts have counted so far. Nothing of the state: it can be counted anew.
    mutable running_counts in_comparison;
    mutable running_counts in_window;
    mutable running_labels labels_in_comparison;
    project_metrics metrics;

    void take(const events::event& e);
    void take(const events::exchange& x);
    [[nodiscard]] bool offered_at(instant at) const;

  private:
    conversation& conversation_of(const std::string& key, instant at);
    [[nodiscard]] std::string key_of(const std::string& conversation_id) const;
    void take_conversation(const events::event& e);
    void take_label(const events::event& e);
    void take_change(const events::event& e);
    void count_money(const events::exchange& x);
};

[[nodiscard]] inline std::int64_t minute_number(instant at) {
    return at.ms / minute.count();
}
[[nodiscard]] inline std::int64_t day_number(instant at) {
    return at.ms / a_day.count();
}

// Live traffic of visitors: the only kind that counts.
[[nodiscard]] inline bool counts(const events::exchange& x) {
    return x.env == events::environment::live && x.purpose == events::purpose::visitor;
}

// Whether a label counts in what is said of answers: drawn at random, of a visitor, decided.
[[nodiscard]] bool says_something(const events::label_recorded& r);
// What an exchange says about its conversation.
[[nodiscard]] bool was_error(const events::exchange& x);
[[nodiscard]] bool was_stopped(const events::exchange& x);
[[nodiscard]] bool went_to_person(const events::exchange& x);
[[nodiscard]] bool went_unanswered(const events::exchange& x);

} // namespace servery::monitoring
