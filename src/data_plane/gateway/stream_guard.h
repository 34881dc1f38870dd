// A streamed answer in the OpenAI dialect, read before it is shown: every text of every choice goes
// through a scanner of its own, and only the texts inside the events change. What a scanner holds
// back rides on a later event; the last of it goes out before the finish reason. Thread: the
// exchange's reactor.
#pragma once

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

// Which text of an answer: `part` is content, refusal, reasoning or the arguments of tool `index`.
enum class answer_part : std::uint8_t { content, refusal, reasoning, tool_args, function_args };
struct answer_lane {
    std::int64_t choice = 0;
    answer_part part = answer_part::content;
    std::int64_t index = 0;
    std::string member; // the name that a reasoning text has in this dialect
    friend auto operator<=>(const answer_lane&, const answer_lane&) = default;
};

// A text inside an event's data: its JSON string with quotes, as offsets, and what it says.
struct answer_slot {
    answer_lane lane;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

// What one event's data holds. `bare`: nothing but the slots would be lost with it.
struct answer_event {
    bool read = false; // a JSON object without an error member
    bool bare = true;
    std::vector<answer_slot> slots;                            // in order of begin
    std::vector<std::pair<std::size_t, std::size_t>> logprobs; // they repeat the text
    std::vector<std::int64_t> finished;                        // choices with a finish reason
};
[[nodiscard]] answer_event read_answer_event(std::string_view data);

class stream_guard {
  public:
    static constexpr std::size_t most_lanes = 64;

    explicit stream_guard(guard_rules rules) : rules_(std::move(rules)) {}

    // Appends to `out` what of this block may go on; returns whether any of it is answer text.
    bool take(const http::sse_event& block, std::string& out);
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
    void take_event(const http::sse_event& block, std::string& out, bool& says);
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
