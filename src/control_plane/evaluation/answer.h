// What evaluation asks and what it gets back. `answer_function` is the gateway's own entry, passed
// in by app/, so that a test travels the same road as a visitor: admission, guardrails, ledger.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/exchange.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::evaluation {

struct turn {
    std::string role; // user, assistant
    std::string text;
};
BOOST_DESCRIBE_STRUCT(turn, (), (role, text))

struct answer_request {
    std::string project;
    std::string variant;     // hash in hex
    std::vector<turn> turns; // the last one is the visitor's
    events::purpose purpose = events::purpose::evaluation;
    millis deadline{60'000};                       // from the moment of asking
    std::map<std::string, std::string> attributes; // language, region, group: declared
};

// A knowledge entry the answer rests on; the text is its approved answer when known.
struct citation {
    std::string entry;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(citation, (), (entry, text))

struct answer_result {
    std::string text;     // UTF-8
    std::string finish;   // stop, length, content_filter, tool_calls, error
    std::string decision; // answer, ask, hand_over, blocked, fallback; "" = the variant has none
    bool refusal = false; // the provider's own flag
    std::vector<citation> citations;
    std::vector<std::string> earlier; // texts of the earlier turns of a conversation
    std::optional<std::int64_t> tokens_in;
    std::optional<std::int64_t> tokens_out;
    std::optional<std::int64_t> cost_nano; // none: not known, never 0
    std::string currency;
    events::spend_state spend = events::spend_state::void_;
    std::optional<std::int64_t> ttft_us;
    std::int64_t total_us = 0;
    std::vector<std::string> guard; // verdict ids
    // A canonical error of the provider or of the road to it; text is then what a visitor saw.
    std::string error_id;
    std::string error_message;
    bool overloaded = false;         // 429 or the like: ask more slowly
    std::int64_t retry_after_ms = 0; // 0 = not said
};
BOOST_DESCRIBE_STRUCT(answer_result, (),
                      (text, finish, decision, refusal, citations, earlier, tokens_in, tokens_out,
                       cost_nano, currency, spend, ttft_us, total_us, guard, error_id,
                       error_message, overloaded, retry_after_ms))

// May be called concurrently and from any thread. Calls `done` exactly once, on any thread, also
// before it returns.
using answer_done = std::function<void(answer_result)>;
using answer_function = std::function<void(answer_request, answer_done)>;

} // namespace servery::evaluation
