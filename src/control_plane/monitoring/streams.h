// What is watched: the streams of 0/1 observations that a number of the plan limits, and how events
// and exchanges become observations. One observation a visitor, stream and day (UTC); a visitor who
// names no id counts by the conversation.
// Counted are live visitors to whom a variant was assigned.
//   at once    errors, slow (a visitor's first exchange), wrong, harm (random labels), thumbs_down
//   at the end hand_over, ask_or_refuse, guard_stop: when the conversation is closed, or after
//              60 minutes without a word
// Ends are taken in the order of their times, so the same log gives the same observations.
// Thread: one.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/events/event.h"
#include "foundation/events/exchange.h"
#include "foundation/json/describe.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace servery::monitoring {

enum class stream { errors, slow, wrong, harm, thumbs_down, hand_over, ask_or_refuse, guard_stop };
BOOST_DESCRIBE_ENUM(stream, errors, slow, wrong, harm, thumbs_down, hand_over, ask_or_refuse,
                    guard_stop)
constexpr std::size_t stream_count = 8;
[[nodiscard]] constexpr std::size_t index_of(stream s) {
    return static_cast<std::size_t>(s);
}

struct observation {
    monitoring::stream stream = stream::errors;
    instant at;
    bool bad = false;
    std::string conversation; // cv_… where it is known; never a text
};

class observer {
  public:
    using sink = std::function<void(const observation&)>;
    explicit observer(sink to) : to_(std::move(to)) {}

    void take(const events::event& e);
    // slow_ms: an answer whose first word comes later is slow; none: nobody says what is slow.
    void take(const events::exchange& x, std::optional<double> slow_ms);
    // Ends every conversation that has been silent for an hour at `now`.
    void settle(instant now);

  private:
    struct open_conversation {
        instant last;
        std::optional<hash16> visitor;
        bool staff = false;
        bool has_exchange = false;
        bool handed_over = false;
        bool unanswered = false;
        bool stopped = false;
    };
    open_conversation& open(const std::string& key, instant at);
    void end(const std::string& key, instant at);
    void take_conversation(const events::event& e);
    void take_label(const events::event& e);
    void emit(stream s, instant at, const std::string& unit, bool bad, const std::string& key);
    [[nodiscard]] std::string key_of(const std::string& conversation_id) const;

    sink to_;
    std::map<std::string, open_conversation, std::less<>> open_; // by hash in hex
    std::set<std::pair<instant, std::string>> by_last_;
    std::map<std::string, std::string, std::less<>> key_of_id_; // cv_… -> hash in hex
    std::map<std::string, std::string, std::less<>> id_of_key_;
    std::int64_t day_ = 0;
    std::array<std::unordered_set<std::string>, stream_count> seen_; // units of that day
};

} // namespace servery::monitoring
