// The fallback: an ordinary, complete answer for everybody whom no variant serves. A chain per
// cause, from the snapshot: knowledge (what the assistant may send without a person), person (the
// desk is asked; the text says so), fixed (cannot fail, always last). Thread: the exchange's.
#pragma once

#include "data_plane/gateway/answers.h"
#include "data_plane/gateway/exchange.h"

#include <string>
#include <string_view>

namespace servery::gateway {

struct fallback_taken {
    authored_answer answer;
    std::string step;                                          // knowledge, person, fixed
    std::string ref;                                           // entry key or text version
    bool person = false;                                       // the desk must be told
    std::shared_ptr<const provider::assistant_answer> decided; // of the step knowledge
};

// cause: not_admitted, killed, consent, closed, owner_person, owner_nobody, provider_down, timeout,
// guardrail, budget, overload, low_confidence, human_request, off_topic. The step knowledge is
// passed over where the assistant itself was not granted, was stopped or has just handed over.
[[nodiscard]] fallback_taken take_fallback(const exchange& x, std::string_view cause,
                                           std::string_view reason,
                                           const provider::serving_source& serving, instant now);

// The chain of a cause where the snapshot names none.
[[nodiscard]] std::vector<std::string> default_chain(std::string_view cause);

} // namespace servery::gateway
