// The gateway's view of the guardrails: one text in, the text that may go on out. Thread: any.
#pragma once

#include "data_plane/policy/snapshot.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace servery::gateway {

enum class text_direction { input, output };

struct guarded_text {
    std::string text; // personal data replaced; equal to the input if nothing was found
    bool edited = false;
    bool stopped = false; // must not go on at all
    std::string rule;     // why it was stopped
};

using text_guard = std::function<guarded_text(const policy::project_view& project,
                                              text_direction which, std::string_view text)>;

// The shipped guardrails under a project's settings.
[[nodiscard]] text_guard default_guard();

} // namespace servery::gateway
