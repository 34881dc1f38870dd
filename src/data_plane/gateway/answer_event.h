// What one event of a streamed answer in the OpenAI dialect says: its end, its faults, its usage,
// and every text a person could read in it, with the place where it stands. Read once for the
// relay, the row and the guard. Thread: pure function.
#pragma once

#include "data_plane/provider/usage.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

struct answer_event {
    bool done = false;    // [DONE]
    bool failed = false;  // an error object, or no JSON object at all
    bool read = false;    // its texts are known; false: an unknown shape, or nothing was said
    bool content = false; // text, a tool call or a refusal: the commit
    bool choices_empty = false;
    bool bare = true;          // nothing but the slots would be lost with it
    std::string finish_reason; // of any choice
    std::optional<provider::usage> usage;
    std::vector<answer_slot> slots;                            // in order of begin
    std::vector<std::pair<std::size_t, std::size_t>> logprobs; // they repeat the text
    std::vector<std::int64_t> finished;                        // choices with a finish reason

    [[nodiscard]] std::string text() const; // the content of choice 0
};

// `data`: the joined data of a block; "" says nothing.
[[nodiscard]] answer_event read_answer_event(std::string_view data);

} // namespace servery::gateway
