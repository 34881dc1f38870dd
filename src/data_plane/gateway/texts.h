// Texts for visitors, in their language: the plan's, or the shipped ones where a plan says nothing,
// so that a fallback cannot fail. Thread: pure functions.
#pragma once

#include "data_plane/policy/snapshot.h"

#include <string>
#include <string_view>

namespace servery::gateway {

struct visitor_text {
    std::string text;
    std::string version; // "" for a shipped text
};

// key: handoff, out_of_hours, draft, approve, ask, ask_person, consent, fixed, guardrail, greeting,
// thanks, goodbye, starter. A plan may leave out any of them.
[[nodiscard]] visitor_text text_for(const policy::project_view& project, std::string_view key,
                                    std::string_view lang);

} // namespace servery::gateway
