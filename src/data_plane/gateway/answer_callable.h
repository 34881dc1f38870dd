// The gateway's entry as a blocking callable, for evaluation and for drafts: the same admission,
// guardrails and ledger as a visitor's request, purpose evaluation or draft. Thread: any but a
// reactor's; the work runs on the given reactor.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/events/exchange.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace servery::net {
class reactor;
}

namespace servery::gateway {

class gateway;

struct answer_request {
    std::string project;
    hash32 variant{};
    // oldest first, the last is the question; role user or assistant
    std::vector<std::pair<std::string, std::string>> turns;
    events::purpose purpose = events::purpose::evaluation;
    std::string lang;
    millis deadline{60'000};
};

// text: what a visitor would read. decision: answer, ask, hand_over, fallback. Times are µs.
struct answer_result {
    std::string text;
    std::string decision;
    std::string reason;
    std::string recommended; // of the built-in assistant before autonomy decided, or ""
    std::string candidate;   // the text it would have given
    double confidence = 0;
    std::vector<std::string> entries;
    std::optional<std::int64_t> tokens_in;
    std::optional<std::int64_t> tokens_out;
    std::optional<std::int64_t> cost_nano; // none: not known
    std::string currency;
    std::int64_t first_us = 0; // to the first text
    std::int64_t total_us = 0;
    std::string exchange_id;
    std::optional<error> fault; // the call failed: no text is an answer
};

using answer_callable = std::function<answer_result(const answer_request&)>;

[[nodiscard]] answer_callable make_answer_callable(gateway& with, net::reactor& on);

} // namespace servery::gateway
