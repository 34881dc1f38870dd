#include "data_plane/assistant/text/analyse.h"

#include "data_plane/assistant/text/normalise.h"
#include "data_plane/assistant/text/word_lists.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <libstemmer.h>
#include <map>
#include <memory>
#include <optional>

namespace servery::assistant {

namespace {

constexpr UChar32 right_quote = 0x2019;

bool is_word_char(UChar32 c) {
    if (c < 0) return false;
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    const auto mask = U_MASK(u_charType(c));
    return (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

bool is_apostrophe(UChar32 c) {
    return c == '\'' || c == right_quote || c == 0x02BC;
}

// Scripts written without blanks between words.
bool is_unspaced(UChar32 c) {
    if (c < 0x0E00) return false;
    UErrorCode code = U_ZERO_ERROR;
    switch (uscript_getScript(c, &code)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
        return true;
    default:
        return false;
    }
}

// Reads code points of a text one after the other.
struct reader {
    const uint8_t* bytes;
    int32_t size;
    int32_t at = 0;
    explicit reader(std::string_view text)
        : bytes(reinterpret_cast<const uint8_t*>(text.data())),
          size(static_cast<int32_t>(text.size())) {}
    [[nodiscard]] bool done() const { return at >= size; }
    [[nodiscard]] UChar32 peek() const {
        if (done()) return -1;
        int32_t i = at;
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        return c;
    }
    UChar32 next() {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        return c;
    }
};

// "__url__" and the other marks at `at`; their length, or 0.
std::size_t mark_length(std::string_view text, std::size_t at) {
    if (!text.substr(at).starts_with("__")) return 0;
    std::size_t end = at + 2;
    while (end < text.size() && text[end] >= 'a' && text[end] <= 'z')
        ++end;
    return end > at + 2 && text.substr(end).starts_with("__") ? end + 2 - at : 0;
}

void add_pairs_of_points(std::string_view run, std::vector<token>& out) {
    std::vector<std::string_view> points;
    for (std::size_t i = 0; i < run.size();) {
        std::size_t end = i + 1;
        while (end < run.size() && (static_cast<unsigned char>(run[end]) & 0xC0) == 0x80)
            ++end;
        points.push_back(run.substr(i, end - i));
        i = end;
    }
    if (points.size() == 1) out.push_back({std::string(points[0])});
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        out.push_back({std::string(points[i]) + std::string(points[i + 1])});
}

struct stemmer_deleter {
    void operator()(sb_stemmer* s) const { sb_stemmer_delete(s); }
};
using stemmer_ptr = std::unique_ptr<sb_stemmer, stemmer_deleter>;

sb_stemmer* stemmer_for(std::string_view lang) {
    thread_local std::map<std::string, stemmer_ptr, std::less<>> stemmers;
    if (!is_supported_language(lang)) return nullptr;
    auto found = stemmers.find(lang);
    if (found == stemmers.end()) {
        const std::string name(lang);
        found = stemmers.emplace(name, stemmer_ptr(sb_stemmer_new(name.c_str(), "UTF_8"))).first;
    }
    return found->second.get();
}

// A language that the script alone tells, or empty.
std::string_view language_of_script(const std::vector<token>& tokens) {
    std::map<std::string_view, int> counts;
    int letters = 0;
    for (const auto& t : tokens) {
        for (reader in(t.text); !in.done();) {
            const UChar32 c = in.next();
            if (c < 0 || !u_isalpha(c)) continue;
            ++letters;
            UErrorCode code = U_ZERO_ERROR;
            switch (c < 0x250 ? USCRIPT_LATIN : uscript_getScript(c, &code)) {
            case USCRIPT_CYRILLIC:
                ++counts["ru"];
                break;
            case USCRIPT_GREEK:
                ++counts["el"];
                break;
            case USCRIPT_ARABIC:
                ++counts["ar"];
                break;
            case USCRIPT_HEBREW:
                ++counts["he"];
                break;
            case USCRIPT_HANGUL:
                ++counts["ko"];
                break;
            case USCRIPT_HIRAGANA:
            case USCRIPT_KATAKANA:
                ++counts["ja"];
                break;
            case USCRIPT_HAN:
                ++counts["zh"];
                break;
            case USCRIPT_THAI:
                ++counts["th"];
                break;
            default:
                break;
            }
        }
    }
    if (counts.contains("ja")) counts["ja"] += counts["zh"]; // kana means Japanese, kanji or not
    for (const auto& [lang, n] : counts)
        if (2 * n > letters) return lang;
    return {};
}

} // namespace

std::vector<token> tokenise(std::string_view text) {
    std::vector<token> out;
    reader in(text);
    std::optional<std::size_t> before_hyphen; // place of the word left of a hyphen
    while (!in.done()) {
        const auto start = static_cast<std::size_t>(in.at);
        if (const auto length = mark_length(text, start)) {
            out.push_back({std::string(text.substr(start, length))});
            in.at += static_cast<int32_t>(length);
            before_hyphen.reset();
            continue;
        }
        UChar32 c = in.next();
        if (!is_word_char(c)) {
            before_hyphen.reset();
            continue;
        }
        if (is_unspaced(c)) {
            auto end = in.at;
            while (is_word_char(in.peek()) && is_unspaced(in.peek()))
                in.next(), end = in.at;
            add_pairs_of_points(text.substr(start, static_cast<std::size_t>(end) - start), out);
            before_hyphen.reset();
            continue;
        }
        std::string word(text.substr(start, static_cast<std::size_t>(in.at) - start));
        while (!in.done()) {
            const auto here = static_cast<std::size_t>(in.at);
            c = in.peek();
            if (is_apostrophe(c)) {
                reader ahead = in;
                ahead.next();
                if (!is_word_char(ahead.peek()) || is_unspaced(ahead.peek())) break;
                in = ahead;
                continue;
            }
            if (!is_word_char(c) || is_unspaced(c)) break;
            in.next();
            word.append(text.substr(here, static_cast<std::size_t>(in.at) - here));
        }
        out.push_back({word});
        const bool joined = before_hyphen.has_value();
        if (joined) out.push_back({out[*before_hyphen].text + word, true});
        before_hyphen.reset();
        c = in.peek();
        if ((c == '-' || c == 0x2010 || c == 0x2011) && !joined) {
            reader ahead = in;
            ahead.next();
            if (is_word_char(ahead.peek()) && !is_unspaced(ahead.peek())) {
                before_hyphen = out.size() - 1;
                in = ahead;
            }
        }
    }
    return out;
}

std::string wording_of(std::string_view text) {
    auto plain = normalise(text).text;
    std::string out;
    for (const auto& t : tokenise(plain))
        if (!t.joined) out.append(out.empty() ? "" : " ").append(t.text);
    return out.empty() ? plain : out;
}

void add_known_joins(std::vector<token>& tokens,
                     const std::function<bool(std::string_view)>& known) {
    std::vector<token> out;
    out.reserve(tokens.size());
    const token* left = nullptr;
    for (const auto& t : tokens) {
        out.push_back(t);
        if (t.joined) continue;
        if (left != nullptr) {
            auto join = left->text + t.text;
            const bool there = std::ranges::any_of(
                tokens, [&](const token& other) { return other.joined && other.text == join; });
            if (!there && known(join)) out.push_back({std::move(join), true});
        }
        left = &t;
    }
    tokens = std::move(out);
}

bool is_supported_language(std::string_view lang) {
    return lang == "en" || lang == "de";
}

std::string detect_language(const std::vector<token>& tokens, std::string_view hint,
                            std::string_view otherwise) {
    if (const auto lang = language_of_script(tokens); !lang.empty()) return std::string(lang);
    const auto fallback = hint.empty() ? otherwise : hint;
    std::string_view best;
    double most = 0;
    double of_fallback = 0;
    bool tie = false;
    for (const auto lang : detected_languages) {
        double votes = 0;
        for (const auto& t : tokens)
            if (!t.joined) votes += language_votes(t.text, lang);
        if (lang == fallback) of_fallback = votes;
        if (votes > most) {
            most = votes;
            best = lang;
            tie = false;
        } else if (votes == most) {
            tie = true;
        }
    }
    // A lone vote is no evidence against the language that is expected.
    const bool clear = !best.empty() && !tie && (best == fallback || most >= of_fallback + 1.5);
    return std::string(clear ? best : fallback);
}

bool is_stop_word(std::string_view word, std::string_view lang) {
    return in_stop_list(word, lang);
}

std::string stem(std::string_view word, std::string_view lang) {
    auto* stemmer = stemmer_for(lang);
    if (stemmer == nullptr || word.starts_with("__")) return std::string(word);
    const auto* out = sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                                      static_cast<int>(word.size()));
    if (out == nullptr) return std::string(word);
    return {reinterpret_cast<const char*>(out),
            static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

std::vector<std::string> content_stems(const std::vector<token>& tokens, std::string_view lang,
                                       bool keep_if_only_stop_words) {
    std::vector<std::string> out;
    for (const auto& t : tokens)
        if (!is_stop_word(t.text, lang)) out.push_back(stem(t.text, lang));
    if (out.empty() && keep_if_only_stop_words)
        for (const auto& t : tokens)
            out.push_back(stem(t.text, lang));
    return out;
}

} // namespace servery::assistant
