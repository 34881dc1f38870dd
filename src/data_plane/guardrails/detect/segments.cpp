#include "data_plane/guardrails/detect/segments.h"

#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>

namespace servery::guardrails {
namespace {

enum byte_kind : std::uint8_t { plain, blank, line_end, digit_byte, sign, high };

constexpr auto kinds = [] {
    std::array<std::uint8_t, 256> table{};
    for (int c = '0'; c <= '9'; ++c)
        table[static_cast<std::size_t>(c)] = digit_byte;
    for (const char c : {'@', '.', ':', '&', '%', '_'})
        table[static_cast<unsigned char>(c)] = sign;
    for (const char c : {'\n', '\r', '\t'})
        table[static_cast<unsigned char>(c)] = line_end;
    table[' '] = blank;
    // Letters with accents, Greek and Cyrillic (lead bytes C3..D1) hide no digit; C5 and C7 have
    // letters that stand for two.
    for (int c = 0xC2; c < 0x100; ++c)
        table[static_cast<std::size_t>(c)] =
            (c >= 0xC3 && c <= 0xD1 && c != 0xC5 && c != 0xC7 && c != 0xCB) ? plain : high;
    return table;
}();

constexpr std::size_t longest_iban = 42;
constexpr std::size_t longest_tail = 168; // an IBAN in full-width characters, and some

// What stops the quick walk over plain words: everything but letters, signs and blanks.
constexpr std::uint8_t blank_flag = 1;
constexpr std::uint8_t other_flag = 2;
constexpr auto flags = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
        table[c] = kinds[c] == plain ? 0 : kinds[c] == blank ? blank_flag : other_flag;
    return table;
}();

bool is_ascii_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

// The text ends in a digit and at most three separators of a number.
bool number_at_end(std::string_view text) {
    std::size_t end = text.size();
    for (int n = 0; n < 3 && end > 0; ++n) {
        if (std::string_view(" -./()+").find(text[end - 1]) == std::string_view::npos) break;
        --end;
    }
    return end > 0 && is_digit(text[end - 1]);
}

// "… 555-0132 ext." : the digits of the extension may follow.
bool extension_at_end(std::string_view text) {
    static constexpr std::array<std::string_view, 5> words{"x", "ext", "ext.", "extension", "#"};
    const auto gap = text.find_last_of(' ');
    if (gap == std::string_view::npos || !number_at_end(text.substr(0, gap))) return false;
    const auto word = text.substr(gap + 1);
    return std::ranges::any_of(words, [&](std::string_view w) {
        return std::ranges::equal(word, w, [](char a, char b) { return lower(a) == b; });
    });
}

bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

// "AB" may begin a national insurance number, the letter in "65 170839 J" stands inside a social
// security number.
bool letters_of_a_number_at_end(std::string_view text) {
    const auto gap = text.find_last_of(' ');
    const auto word = gap == std::string_view::npos ? text : text.substr(gap + 1);
    if (word.size() == 2) return is_capital(word[0]) && is_capital(word[1]);
    return word.size() == 1 && is_capital(word[0]) && gap != std::string_view::npos &&
           number_at_end(text.substr(0, gap));
}

// Country, check digits and groups of four up to the end, and not yet as long as its country's.
bool iban_goes_on(std::string_view text, std::size_t at) {
    if (at + 4 > text.size() || (at > 0 && is_word(text[at - 1]))) return false;
    if (!is_ascii_letter(text[at]) || !is_ascii_letter(text[at + 1])) return false;
    if (!is_digit(text[at + 2]) || !is_digit(text[at + 3])) return false;
    const auto upper = [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; };
    const char country[] = {upper(text[at]), upper(text[at + 1])};
    const auto length = iban_length({country, 2});
    int n = 0;
    for (const char c : text.substr(at)) {
        if (is_digit(c) || is_ascii_letter(c))
            ++n;
        else if (c != ' ' && c != '-')
            return false;
    }
    return n < length;
}

bool iban_at_end(std::string_view text) {
    const std::size_t first = text.size() > longest_iban ? text.size() - longest_iban : 0;
    for (std::size_t at = first; at + 4 <= text.size(); ++at)
        if (iban_goes_on(text, at)) return true;
    return false;
}

std::size_t sequence_length(unsigned char lead) {
    return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

enum class high_kind : std::uint8_t { letter, hidden, ends_word };

// Ideographs, kana, Hangul, Thai and pictures end words in the shadow; dashes, quotes and the euro
// sign as people type them hide nothing.
high_kind kind_of(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    const auto lead = byte(0);
    if (lead >= 0xE4 && lead <= 0xE9) return high_kind::ends_word;
    if (lead == 0xEB || lead == 0xEC) return high_kind::ends_word;
    if (lead == 0xE3 && (byte(1) == 0x81 || byte(1) == 0x82 || byte(1) == 0x83))
        return high_kind::ends_word;
    if (lead == 0xE3 && byte(1) == 0x80 && byte(2) >= 0x81 && byte(2) <= 0x83)
        return high_kind::ends_word;
    if (lead == 0xF0 && byte(1) == 0x9F && byte(2) >= 0x8C && byte(2) != 0xAF)
        return high_kind::ends_word;
    if (lead == 0xE2 && byte(1) == 0x80 && byte(2) >= 0x92 && byte(2) <= 0xA6)
        return high_kind::letter;
    if (lead == 0xE2 && byte(1) == 0x82 && byte(2) == 0xAC) return high_kind::letter;
    return high_kind::hidden;
}

} // namespace

bool open_at_blank(std::string_view text) {
    if (text.size() > longest_tail) text.remove_prefix(text.size() - longest_tail);
    const shadow_text shadow(text);
    const auto read = shadow.text();
    return number_at_end(read) || letters_of_a_number_at_end(read) || extension_at_end(read) ||
           iban_at_end(read);
}

bool segmenter::wanted(std::size_t size) const {
    return !signs_.clean() || size >= long_word_ || (marks_ && signs_.mark);
}

segment segmenter::close(std::size_t end) {
    segment out{.begin = begin_, .end = end, .signs = signs_};
    begin_ = end;
    signs_ = {};
    return out;
}

void segmenter::drop(std::size_t n) {
    begin_ -= n;
    at_ -= n;
}

void segmenter::cut_at(std::size_t at) {
    begin_ = at;
    at_ = at;
    signs_ = {};
}

// Reads the sequence at `i`; 0 if its end has not arrived. Sets what it hides.
std::size_t segmenter::take_high(std::string_view text, std::size_t i, bool last) {
    const auto length = sequence_length(static_cast<unsigned char>(text[i]));
    if (i + length > text.size() && !last) return 0;
    const auto sequence = text.substr(i, length);
    for (std::size_t k = 1; k < length; ++k) {
        if (k < sequence.size() && (static_cast<unsigned char>(sequence[k]) & 0xC0U) == 0x80)
            continue;
        signs_.hidden = true; // not UTF-8
        return k < sequence.size() ? k : sequence.size();
    }
    const auto kind = kind_of(sequence);
    if (kind == high_kind::hidden) signs_.hidden = true;
    return kind == high_kind::ends_word ? length | 0x80U : length;
}

// Two capital letters are all there is since the last cut, blanks aside.
bool segmenter::begins_with_letters(std::string_view text) const {
    const auto size = at_ - begin_;
    return size >= 2 && size <= 3 && is_capital(text[at_ - 1]) && is_capital(text[at_ - 2]) &&
           (size == 2 || text[begin_] == ' ');
}

// OPTIMIZATION: words of plain letters are walked over eight bytes at a time.
void segmenter::skip_plain(std::string_view text) {
    constexpr std::size_t step = 8;
    auto at = at_;
    auto begin = begin_;
    while (at + step <= text.size() && at + step - begin < longest_) {
        std::uint8_t any = 0;
        for (std::size_t k = 0; k < step; ++k)
            any |= flags[static_cast<unsigned char>(text[at + k])];
        if ((any & other_flag) != 0) break;
        if ((any & blank_flag) != 0) {
            const auto piece = text.substr(at, step);
            const auto first = at + piece.find(' ');
            if (first - begin >= long_word_) break;
            // two capital letters may begin a number
            bool letters = false;
            for (std::size_t k = 0; k < step; ++k)
                letters = letters || (piece[k] == ' ' && at + k >= 2 &&
                                      is_capital(text[at + k - 1]) && is_capital(text[at + k - 2]));
            if (letters) break;
            begin = at + piece.rfind(' ');
        }
        at += step;
    }
    at_ = at;
    begin_ = begin;
}

segment segmenter::next(std::string_view text, bool last) {
    while (at_ < text.size()) {
        if (signs_.none()) skip_plain(text);
        if (at_ >= text.size()) break;
        if (at_ - begin_ >= longest_) {
            auto out = close(at_);
            out.forced = true;
            return out;
        }
        const char c = text[at_];
        switch (kinds[static_cast<unsigned char>(c)]) {
        case plain:
            ++at_;
            continue;
        case digit_byte:
            ++signs_.digits;
            ++at_;
            continue;
        case sign:
            signs_.at = signs_.at || c == '@';
            // a dot that ends a word counts for nothing
            signs_.dot =
                signs_.dot || (c == '.' && (at_ + 1 == text.size() || text[at_ + 1] > ' ' ||
                                            is_letter(text[at_ + 1])));
            signs_.colons += c == ':' ? 1 : 0;
            signs_.mark = signs_.mark || c == '_';
            signs_.hidden = signs_.hidden || c == '&' || c == '%';
            ++at_;
            continue;
        case high: {
            const auto taken = take_high(text, at_, last);
            if (taken == 0) return {.begin = begin_, .end = begin_, .signs = {}};
            at_ += taken & 0x7FU;
            if ((taken & 0x80U) == 0) continue;
            break;
        }
        case blank:
            if ((signs_.digits > 0 || signs_.hidden || begins_with_letters(text)) &&
                open_at_blank(text.substr(begin_, at_ - begin_))) {
                ++at_;
                continue;
            }
            break;
        default:
            break;
        }
        const auto end = at_;
        const auto k = kinds[static_cast<unsigned char>(c)];
        if (k == blank || k == line_end) ++at_;
        if (!wanted(end - begin_)) {
            begin_ = end;
            signs_ = {};
            continue;
        }
        return close(end);
    }
    if (last && wanted(text.size() - begin_)) return close(text.size());
    if (last) begin_ = text.size();
    return {.begin = begin_, .end = begin_, .signs = {}};
}

} // namespace servery::guardrails
