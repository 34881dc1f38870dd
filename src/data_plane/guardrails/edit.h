// What stands in the place of a span. Thread: pure but for the vault, which belongs to one
// conversation.
#pragma once

#include "data_plane/guardrails/screen.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery::guardrails {

// What becomes of text that already looks like a placeholder: a visitor's is shielded, so that it
// names no value; what an earlier edit put there is left.
enum class literals : std::uint8_t { shield, leave };

// The text of body with its spans replaced; begins and ends of the spans are offsets of body.
[[nodiscard]] std::string edit(std::string_view body, const std::vector<screened_span>& spans,
                               conversation_vault* vault, literals looks = literals::leave);

} // namespace servery::guardrails
