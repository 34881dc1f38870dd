// The decision for one message: answer with an approved entry, ask which of up to three was meant,
// or hand over to a person. Pure: the same values give the same decision.
// Thread: any; no I/O. Costs well under 5 ms at 2,000 entries.
#pragma once

#include "data_plane/assistant/retrieval/knowledge_index.h"

#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

enum class outcome { answer, ask, hand_over };
BOOST_DESCRIBE_ENUM(outcome, answer, ask, hand_over)

// Why. `confident` and `unsure` go with answer and ask; `choice` is a visitor's pick of an offered
// question; the others go with hand_over, small_talk with answer of a fixed text of the plan.
enum class reason {
    confident,
    unsure,
    choice,
    small_talk,
    starter,
    human_request,
    sensitive,
    misses,
    language,
    low_confidence,
    timeout,
    error,
};
BOOST_DESCRIBE_ENUM(reason, confident, unsure, choice, small_talk, starter, human_request,
                    sensitive, misses, language, low_confidence, timeout, error)

// Which text of the plan answers small talk.
enum class small_talk { none, greeting, thanks, goodbye };
BOOST_DESCRIBE_ENUM(small_talk, none, greeting, thanks, goodbye)

// Thresholds on the confidence. t_answer = +infinity: never answers by itself.
struct thresholds {
    std::string calibration_id; // empty = none active
    double t_answer = std::numeric_limits<double>::infinity();
    double t_ask = 0.30;
};
// The sandbox (staff only) shows the behaviour with these, and drafts are recommended by them while
// no calibration is active.
constexpr double sandbox_t_answer = 0.70;
[[nodiscard]] thresholds sandbox_thresholds();

struct query {
    std::string text;
    std::string lang_hint;
    caller_groups groups;
    int misses = 0;                   // misses already in this conversation
    std::vector<std::string> offered; // keys of the last ask, in order; empty = none open
    instant now;
    // Entries that are not served now, by place in entries(); null = none.
    const std::vector<bool>* withdrawn = nullptr;
    // Phrases of the project that always need a person, besides the shipped list.
    const std::vector<std::string>* always_a_person = nullptr;
};

struct choice {
    std::string key;
    std::string question;
};

struct decision {
    outcome recommended = outcome::hand_over;
    reason why = reason::low_confidence;
    small_talk talk = small_talk::none;
    double confidence = 0;       // estimated probability that top[0] is a right answer
    std::string key;             // of the entry that answers; empty unless answer
    std::vector<choice> choices; // for ask, at most 3
    std::vector<candidate> top;  // best three, fused
    features evidence;
    std::string lang;
    std::string topic; // of the best entry
    std::string release;
    std::string calibration;
    bool classifier_on = false;
    bool picked_by_visitor = false; // an offered question was chosen: not automatic
    std::uint32_t took_us = 0;
};

constexpr std::chrono::milliseconds decide_deadline{50};

[[nodiscard]] decision decide(
    const knowledge_index& index, const thresholds& limits, const query& asked,
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max());

// The estimated probability that the best candidate answers the message.
[[nodiscard]] double confidence_of(const features& evidence, bool classifier_on);

// What happens with a recommended outcome under the plan's use_case.autonomy.
enum class autonomy { automatic, approve, draft };
enum class delivery {
    send,
    draft_for_person,
    draft_after_approval,
    suggestion,
    choices,
    hand_over
};
BOOST_DESCRIBE_ENUM(delivery, send, draft_for_person, draft_after_approval, suggestion, choices,
                    hand_over)
// "auto", "approve", "draft"; anything else is draft, the narrowest.
[[nodiscard]] autonomy autonomy_from(std::string_view word);
[[nodiscard]] delivery deliver(const decision& made, autonomy right, bool calibration_active);

// A whole message of at most 4 tokens that is a greeting, thanks, goodbye or bare yes/no.
[[nodiscard]] std::optional<small_talk> small_talk_of(std::string_view text);
[[nodiscard]] bool asks_for_a_person(std::string_view text);
[[nodiscard]] bool is_sensitive(std::string_view text,
                                const std::vector<std::string>* more_phrases = nullptr);

} // namespace servery::assistant
