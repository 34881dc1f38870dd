// The shipped word lists: stop words (en, de), and words and endings that vote for a language.
// Thread: pure functions over constants.
#pragma once

#include <array>
#include <string_view>

namespace servery::assistant {

constexpr std::array<std::string_view, 6> detected_languages{"en", "de", "fr", "es", "it", "nl"};

[[nodiscard]] bool in_stop_list(std::string_view word, std::string_view lang);
// 1 for a frequent word of the language, 0.5 for a typical ending, 0 otherwise.
[[nodiscard]] double language_votes(std::string_view word, std::string_view lang);

} // namespace servery::assistant
