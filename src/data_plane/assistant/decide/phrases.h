// Phrases in a message, as patterns over its tokens:
//   speak * person   up to four tokens where the star stands
//   allerg-          a token that begins so
// Thread: pure functions over constants.
#pragma once

#include "data_plane/assistant/text/analyse.h"

#include <span>
#include <string_view>

namespace servery::assistant {

[[nodiscard]] bool has_phrase(std::span<const token> tokens, std::string_view pattern);

[[nodiscard]] std::span<const std::string_view> person_phrases();    // asks for a person
[[nodiscard]] std::span<const std::string_view> sensitive_phrases(); // always a person
// Whole messages of at most four tokens.
[[nodiscard]] std::span<const std::string_view> greetings();
[[nodiscard]] std::span<const std::string_view> thanks();
[[nodiscard]] std::span<const std::string_view> goodbyes();
[[nodiscard]] std::span<const std::string_view> bare_answers(); // yes, no, ok

} // namespace servery::assistant
