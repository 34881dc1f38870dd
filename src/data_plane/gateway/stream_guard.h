// A streamed answer in the OpenAI dialect, read before it is shown: every text of every choice goes
// through a scanner of its own, and only the texts inside the events change. What a scanner holds
// back rides on a later event; the last of it goes out before the finish reason. Thread: the
// exchange's reactor.
#pragma once

#include "data_plane/gateway/answer_event.h"
#include "data_plane/gateway/text_guard.h"
#include "data_plane/guardrails/restorer.h"
#include "data_plane/guardrails/stream_scanner.h"
#include "foundation/http/sse.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

class stream_guard {
  public:
    static constexpr std::size_t most_lanes = 64;

    explicit stream_guard(guard_rules rules) : rules_(std::move(rules)) {}

    // `said`: what the block's data holds. Appends to `out` what of this block may go on; returns
    // whether any of it is answer text.
    bool take(const http::sse_event& block, const answer_event& said, std::string& out);
    // The answer broke off: appends what was held, as one more event a choice.
    void flush(std::string& out);

    [[nodiscard]] bool edited() const;
    // More than 64 texts in one answer: nothing more of it may go on.
    [[nodiscard]] bool stopped() const { return stopped_; }
    // How a stopped answer ends: an ordinary end with the reason "content_filter".
    [[nodiscard]] std::string last_events() const;
    [[nodiscard]] std::uint64_t elapsed_ns() const { return elapsed_ns_; }
    [[nodiscard]] std::size_t most_held() const { return most_held_; }

  private:
    struct reading {
        guardrails::stream_scanner scanner;
        std::unique_ptr<guardrails::placeholder_restorer> restorer; // of texts for the visitor
        bool over = false;
    };
    reading* lane_of(const answer_lane& lane);
    std::string read(reading& by, std::string_view text, bool last);
    void take_event(const http::sse_event& block, const answer_event& said, std::string& out,
                    bool& says);
    void flush_choice(std::int64_t choice, std::string& out, bool& says);
    void add_event(json::object choice, std::string& out) const;

    guard_rules rules_;
    std::map<answer_lane, reading> lanes_;
    std::string last_; // data of the last event, whose ids an event of ours takes
    bool stopped_ = false;
    std::uint64_t elapsed_ns_ = 0;
    std::size_t most_held_ = 0;
};

} // namespace servery::gateway
