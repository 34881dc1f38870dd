// Answers that Servery writes itself, in the OpenAI dialect: a fallback, an approved text of the
// assistant. Whole or as a stream; complete and ordinary in both. Thread: pure functions.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

struct authored_answer {
    std::string text;
    std::string model = "servery/fallback"; // servery/assistant for the assistant's
    std::string finish_reason = "stop";     // content_filter for a guardrail's stop
    // The caller parses JSON or a tool call: the text goes where the dialect puts a refusal.
    bool as_refusal = false;

    events::served_by served = events::served_by::fallback;
    std::string reason;
    events::answered_by answered_by = events::answered_by::fixed;
    std::string label_version;
    std::vector<events::choice> choices;
    std::vector<events::source_link> sources;
};

// A fallback's cause, its steps and what was taken; the row's columns.
struct authored_head {
    std::string exchange_id;
    instant at;
    bool show_reason = true; // public keys are not told served and reason
};

// {"id":"chatcmpl-exc_…","object":"chat.completion",…,"servery":{…}}
[[nodiscard]] std::string whole_answer(const authored_answer& what, const authored_head& head);
// Role chunk, one content chunk a sentence, finish chunk, usage chunk if asked for, [DONE].
[[nodiscard]] std::string streamed_answer(const authored_answer& what, const authored_head& head,
                                          bool include_usage);

// Sentences with their trailing blanks; joined they are the text.
[[nodiscard]] std::vector<std::string_view> sentences(std::string_view text);

} // namespace servery::gateway
