// The built-in assistant as a provider: it decides in this process and answers with the bytes a
// person approved, with choices, or by handing over. Its head carries the decision and it has no
// body: the gateway words the answer in the caller's dialect. Thread: the reactor of the call;
// about a millisecond.
#pragma once

#include "data_plane/assistant/decide/serving.h"
#include "data_plane/provider/provider.h"

namespace servery::provider {

// What was decided and, for an answer, the approved text with its sources.
struct assistant_answer {
    assistant::decision made;
    assistant::verbatim_answer approved;
    // The text that a person would approve: that of the best entry, also when the assistant asks or
    // hands over. Empty if there is no candidate.
    assistant::verbatim_answer candidate;
    bool calibration_active = false;
    std::vector<std::string> top_keys; // of made.top
};

// The release of a project that is compiled now; "" = the published one. Called on reactors:
// lock-free, or nearly (assistant::serving_reader, one a thread).
using serving_source =
    std::function<assistant::serving_ptr(std::string_view project, std::string_view release)>;

// Decides for one call, without a network: also the fallback's step `knowledge`.
// Errors: provider.assistant.no_release.
[[nodiscard]] result<assistant_answer> ask_assistant(const serving_source& serving,
                                                     const call& what);

[[nodiscard]] connector assistant_connector(serving_source serving);

} // namespace servery::provider
