#include "control_plane/evaluation/graders/words.h"

#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <libstemmer.h>
#include <map>
#include <memory>
#include <span>

namespace servery::evaluation {
namespace {

constexpr std::array<std::string_view, 88> english{
    "a",    "about", "after", "all",  "also",  "am",     "an",    "and",  "any",  "are",   "as",
    "at",   "be",    "been",  "but",  "by",    "can",    "could", "did",  "do",   "does",  "for",
    "from", "had",   "has",   "have", "he",    "her",    "here",  "his",  "how",  "i",     "if",
    "in",   "into",  "is",    "it",   "its",   "just",   "may",   "me",   "more", "my",    "no",
    "of",   "on",    "or",    "our",  "out",   "please", "she",   "so",   "some", "than",  "that",
    "the",  "their", "them",  "then", "there", "these",  "they",  "this", "to",   "up",    "us",
    "was",  "we",    "were",  "what", "when",  "where",  "which", "who",  "will", "with",  "would",
    "yes",  "you",   "your",  "must", "shall", "should", "very",  "too",  "only", "until", "such"};
constexpr std::array<std::string_view, 66> german{
    "aber",   "alle", "als",  "am",    "an",     "auch",  "auf",  "aus", "bei",  "bis",
    "bitte",  "da",   "das",  "dem",   "den",    "der",   "des",  "die", "dies", "diese",
    "du",     "ein",  "eine", "einem", "einen",  "einer", "er",   "es",  "für",  "haben",
    "hat",    "ich",  "ihr",  "ihre",  "im",     "in",    "ist",  "ja",  "kann", "können",
    "man",    "mit",  "nach", "noch",  "nur",    "oder",  "sich", "sie", "sind", "so",
    "um",     "und",  "uns",  "unser", "unsere", "vom",   "von",  "war", "was",  "wenn",
    "werden", "wie",  "wir",  "wird",  "zu",     "zum"};
constexpr std::array<std::string_view, 34> french{
    "a",    "au",  "aux", "avec", "ce",  "ces", "dans", "de",   "des",   "du",  "elle", "en",
    "est",  "et",  "il",  "je",   "la",  "le",  "les",  "leur", "nous",  "ou",  "par",  "pas",
    "pour", "que", "qui", "sont", "sur", "un",  "une",  "vos",  "votre", "vous"};
constexpr std::array<std::string_view, 30> spanish{
    "a",   "al", "con", "de",  "del", "el",  "en", "es",   "esta", "la",
    "las", "lo", "los", "me",  "no",  "nos", "o",  "para", "por",  "que",
    "se",  "si", "su",  "sus", "un",  "una", "y",  "ya",   "son",  "sí"};
constexpr std::array<std::string_view, 30> italian{
    "a",  "al",  "alla", "che", "ci", "con", "da",   "dal", "del", "della",
    "di", "e",   "è",    "gli", "i",  "il",  "in",   "la",  "le",  "lo",
    "ma", "nel", "non",  "per", "se", "si",  "sono", "su",  "un",  "una"};
constexpr std::array<std::string_view, 33> dutch{
    "aan", "als", "bij", "dat", "de",  "die", "dit",  "een",  "en",   "er",  "het",
    "ik",  "in",  "is",  "je",  "kan", "met", "mijn", "naar", "niet", "of",  "om",
    "ons", "op",  "te",  "tot", "u",   "uw",  "van",  "voor", "we",   "wij", "zijn"};

struct language {
    std::string_view code;
    const char* stemmer;
    std::span<const std::string_view> stop_words;
};
constexpr std::array<language, 6> languages{{{"en", "english", english},
                                             {"de", "german", german},
                                             {"fr", "french", french},
                                             {"es", "spanish", spanish},
                                             {"it", "italian", italian},
                                             {"nl", "dutch", dutch}}};

const language* find_language(std::string_view lang) {
    const auto code = lower_ascii(lang.substr(0, 2));
    const auto* const at = std::ranges::find(languages, code, &language::code);
    if (at != languages.end()) return at;
    // Texts whose language nobody declared are read as English, the language of most test sets.
    return lang.empty() ? languages.data() : nullptr;
}

struct stemmer_deleter {
    void operator()(sb_stemmer* s) const { sb_stemmer_delete(s); }
};

sb_stemmer* stemmer_of(const language& l) {
    thread_local std::map<std::string_view, std::unique_ptr<sb_stemmer, stemmer_deleter>> made;
    auto& stemmer = made[l.code];
    if (!stemmer) stemmer.reset(sb_stemmer_new(l.stemmer, "UTF_8"));
    return stemmer.get();
}

std::string stemmed(const std::string& word, const language& l) {
    auto* const stemmer = stemmer_of(l);
    if (stemmer == nullptr) return word;
    const auto* const out = sb_stemmer_stem(
        stemmer, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
    if (out == nullptr) return word;
    return {reinterpret_cast<const char*>(out),
            static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

std::vector<std::string> content_stems(std::string_view text, std::string_view lang) {
    const auto folded = fold(text);
    const auto* const l = find_language(lang);
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < folded.size()) {
        while (at < folded.size() && !in_word(folded[at]))
            ++at;
        std::size_t end = at;
        while (end < folded.size() && in_word(folded[end]))
            ++end;
        std::string word = folded.substr(at, end - at);
        at = end;
        if (word.empty()) break;
        const bool has_digit =
            std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
        if (has_digit) continue;
        if (l != nullptr &&
            std::ranges::find(l->stop_words, std::string_view(word)) != l->stop_words.end())
            continue;
        out.push_back(l == nullptr ? std::move(word) : stemmed(word, *l));
    }
    return out;
}

} // namespace servery::evaluation
