// Marks that chat formats use between turns. In a visitor's or a fetched text they can only be an
// attempt to speak as somebody else: no model is needed to say so. Thread: pure.
#pragma once

#include <string_view>

namespace servery::guardrails::injection {

// The rule that fired ("control_token.im_start", "hidden_text", "image_template"), with static
// lifetime; "" if none did. Reads the text as it came: hidden letters are what one rule looks for.
[[nodiscard]] std::string_view control_rule(std::string_view text);

} // namespace servery::guardrails::injection
