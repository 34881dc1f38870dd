// What one event of an OpenAI stream says, and the two edits it may suffer: our injected usage
// chunk is removed, `"usage":null` is cut out. The event is read for its text (the row keeps it),
// its end and its faults; what is passed on stays as it came. Thread: pure functions.
#pragma once

#include "data_plane/provider/usage.h"

#include <optional>
#include <string>
#include <string_view>

namespace servery::gateway {

struct stream_event {
    bool done = false;    // [DONE]
    bool failed = false;  // an error object
    bool content = false; // text, a tool call or a refusal: the commit
    bool choices_empty = false;
    std::string text;          // delta.content of choice 0
    std::string finish_reason; // of any choice
    std::optional<provider::usage> usage;
    std::string fault; // the error object's text, for the log of the row
};

// `data` is the joined data of a block; has_data tells a comment.
[[nodiscard]] stream_event read_stream_event(std::string_view data);

// The raw block without its `"usage":null` member; the same bytes if there is none.
[[nodiscard]] std::string without_null_usage(std::string_view raw);

} // namespace servery::gateway
