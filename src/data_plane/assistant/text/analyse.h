// Words of a normalised text: tokens, language, stop words, stems.
// Thread: pure functions, any thread (stemmers are kept one a thread).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::assistant {

// A run of letters, marks and digits. A joined token (wi-fi -> wifi, check in -> checkin) stands
// behind its parts; it counts as a word of its own but takes no part in word pairs.
struct token {
    std::string text;
    bool joined = false;
    friend bool operator==(const token&, const token&) = default;
};

// Tokens of a text that went through normalise(). Apostrophes inside a word vanish; a hyphen
// between two words adds their join; Han, kana and Thai runs give pairs of code points.
[[nodiscard]] std::vector<token> tokenise(std::string_view normalised_text);

// The words of any text joined by blanks: two texts of one wording differ in signs and case only.
[[nodiscard]] std::string wording_of(std::string_view text);

// Adds the join of two neighbours where `known` says that the index has that word.
void add_known_joins(std::vector<token>& tokens,
                     const std::function<bool(std::string_view)>& known);

// Languages with stop words and a stemmer: "en", "de".
[[nodiscard]] bool is_supported_language(std::string_view lang);
// The language by script, then by votes of stop words and endings; without evidence `hint`, and
// without a hint `otherwise`. The answer is two letters and may be an unsupported language when
// the hint or the script says so.
[[nodiscard]] std::string detect_language(const std::vector<token>& tokens, std::string_view hint,
                                          std::string_view otherwise);

[[nodiscard]] bool is_stop_word(std::string_view word, std::string_view lang);
// libstemmer's stem; an unsupported language returns the word.
[[nodiscard]] std::string stem(std::string_view word, std::string_view lang);
// Stems of all tokens without stop words, in order, with repetitions. If the text has nothing but
// stop words and `keep_if_only_stop_words` is set they stay.
[[nodiscard]] std::vector<std::string> content_stems(const std::vector<token>& tokens,
                                                     std::string_view lang,
                                                     bool keep_if_only_stop_words);

// The version of normaliser, tokeniser and lists; part of every release's canonical form.
constexpr std::string_view analysis_version = "normaliser 1; stop words 1; synonyms 1";

} // namespace servery::assistant
