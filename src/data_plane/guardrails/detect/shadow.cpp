#include "data_plane/guardrails/detect/shadow.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace servery::guardrails {
namespace {

// Bytes that make the shadow differ from the text.
bool needs_copy(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '&' || c == '%'; });
}

bool is_invisible(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

// Latin letters with accents, Greek and Cyrillic: what they are needs no table.
bool is_plain_letter(char32_t c) {
    return (c >= 0xC0 && c <= 0x131 && c != 0xD7 && c != 0xF7) || (c >= 0x3B1 && c <= 0x3C9) ||
           (c >= 0x410 && c <= 0x44F);
}

// Scripts whose words are not set apart by spaces: a value may touch them.
bool is_unspaced_script(char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(static_cast<UChar32>(c), &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return true;
    default:
        return false;
    }
}

// The ASCII text that compatibility normalisation gives, e.g. for styled letters; "" if none.
std::string_view compatible_ascii(char32_t c, std::array<char, 8>& buffer) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfkc = unorm2_getNFKCInstance(&status);
    if (U_FAILURE(status)) return {};
    std::array<UChar, 32> wide{};
    const auto n = unorm2_getDecomposition(nfkc, static_cast<UChar32>(c), wide.data(),
                                           static_cast<int32_t>(wide.size()), &status);
    if (U_FAILURE(status) || n <= 0 || n > static_cast<int32_t>(buffer.size())) return {};
    for (int32_t i = 0; i < n; ++i) {
        if (wide[static_cast<std::size_t>(i)] > 0x7E || wide[static_cast<std::size_t>(i)] < 0x20)
            return {};
        buffer[static_cast<std::size_t>(i)] = static_cast<char>(wide[static_cast<std::size_t>(i)]);
    }
    return {buffer.data(), static_cast<std::size_t>(n)};
}

struct decoded {
    char32_t c = 0;
    std::size_t length = 0; // bytes of the escape
};

constexpr std::array<std::pair<std::string_view, char32_t>, 11> entities{{{"amp", '&'},
                                                                          {"colon", ':'},
                                                                          {"commat", '@'},
                                                                          {"dash", '-'},
                                                                          {"gt", '>'},
                                                                          {"hyphen", '-'},
                                                                          {"lt", '<'},
                                                                          {"nbsp", ' '},
                                                                          {"period", '.'},
                                                                          {"plus", '+'},
                                                                          {"sol", '/'}}};

// "&#64;", "&#x40;", "&commat;" at the front of text.
std::optional<decoded> entity(std::string_view text) {
    const auto semicolon = text.substr(0, 12).find(';');
    if (semicolon == std::string_view::npos || semicolon < 2) return std::nullopt;
    auto body = text.substr(1, semicolon - 1);
    if (body[0] != '#') {
        for (const auto& [word, c] : entities)
            if (word == body) return decoded{c, semicolon + 1};
        return std::nullopt;
    }
    body.remove_prefix(1);
    const bool hex = !body.empty() && (body[0] == 'x' || body[0] == 'X');
    if (hex) body.remove_prefix(1);
    std::uint32_t value = 0;
    const auto [end, ec] =
        std::from_chars(body.data(), body.data() + body.size(), value, hex ? 16 : 10);
    if (ec != std::errc{} || end != body.data() + body.size() || body.empty()) return std::nullopt;
    if (value < 0x20 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return std::nullopt;
    return decoded{static_cast<char32_t>(value), semicolon + 1};
}

// "%40" at the front of text, when it hides a character that values are made of.
std::optional<decoded> percent(std::string_view text) {
    if (text.size() < 3) return std::nullopt;
    unsigned value = 0;
    const auto [end, ec] = std::from_chars(text.data() + 1, text.data() + 3, value, 16);
    if (ec != std::errc{} || end != text.data() + 3 || value >= 0x80) return std::nullopt;
    const char c = static_cast<char>(value);
    if (!is_word(c) && std::string_view("@.+-_:").find(c) == std::string_view::npos)
        return std::nullopt;
    return decoded{static_cast<char32_t>(value), 3};
}

} // namespace

shadow_text::shadow_text(std::string_view original)
    : original_(original), same_(!needs_copy(original)) {
    if (!same_) build();
}

std::uint32_t shadow_text::original_begin(std::size_t begin) const {
    return same_ ? static_cast<std::uint32_t>(begin) : begin_[begin];
}

std::uint32_t shadow_text::original_end(std::size_t end) const {
    return same_ ? static_cast<std::uint32_t>(end) : end_[end - 1];
}

void shadow_text::put(std::string_view bytes, std::size_t from, std::size_t to) {
    copy_.append(bytes);
    begin_.insert(begin_.end(), bytes.size(), static_cast<std::uint32_t>(from));
    end_.insert(end_.end(), bytes.size(), static_cast<std::uint32_t>(to));
}

std::size_t shadow_text::put_code_point(char32_t c, std::size_t from, std::size_t to) {
    if (c < 0x80) {
        const char plain = static_cast<char>(c);
        put({&plain, 1}, from, to);
        return to;
    }
    if (is_plain_letter(c)) {
        put(original_.substr(from, to - from), from, to);
        return to;
    }
    if (is_invisible(c)) return to;
    const auto cp = static_cast<UChar32>(c);
    if (const auto digit = u_charDigitValue(cp); digit >= 0) {
        const char plain = static_cast<char>('0' + digit);
        put({&plain, 1}, from, to);
        return to;
    }
    const auto kind = u_charType(cp);
    if (kind == U_SPACE_SEPARATOR) {
        put(" ", from, to);
        return to;
    }
    if (kind == U_DASH_PUNCTUATION || c == 0x2212) {
        put("-", from, to);
        return to;
    }
    std::array<char, 8> buffer{};
    if (const auto ascii = compatible_ascii(c, buffer); !ascii.empty()) {
        put(ascii, from, to);
        return to;
    }
    if ((u_isalpha(cp) || kind == U_NON_SPACING_MARK) && !is_unspaced_script(c))
        put(original_.substr(from, to - from), from, to);
    else
        put({&other, 1}, from, to);
    return to;
}

// OPTIMIZATION: runs of ASCII go over in one piece; code point by code point they made up most of
// the cost of an answer in German.
std::size_t shadow_text::put_ascii_run(std::size_t at) {
    std::size_t end = at;
    while (end < original_.size() && static_cast<unsigned char>(original_[end]) < 0x80 &&
           original_[end] != '&' && original_[end] != '%')
        ++end;
    copy_.append(original_.substr(at, end - at));
    const auto old = begin_.size();
    begin_.resize(old + end - at);
    end_.resize(old + end - at);
    for (std::size_t i = at; i < end; ++i) {
        begin_[old + i - at] = static_cast<std::uint32_t>(i);
        end_[old + i - at] = static_cast<std::uint32_t>(i + 1);
    }
    return end;
}

void shadow_text::build() {
    copy_.reserve(original_.size());
    begin_.reserve(original_.size());
    end_.reserve(original_.size());
    const auto size = static_cast<std::int64_t>(original_.size());
    std::int64_t i = 0;
    while (i < size) {
        auto at = static_cast<std::size_t>(i);
        if (const auto run = put_ascii_run(at); run != at) {
            i = static_cast<std::int64_t>(run);
            continue;
        }
        const char c = original_[at];
        if (c == '&' || c == '%') {
            const auto escape =
                c == '&' ? entity(original_.substr(at)) : percent(original_.substr(at));
            if (escape && (escape->c < 0x80 || is_invisible(escape->c) ||
                           u_charDigitValue(static_cast<UChar32>(escape->c)) >= 0)) {
                put_code_point(escape->c, at, at + escape->length);
                i += static_cast<std::int64_t>(escape->length);
                continue;
            }
        }
        UChar32 cp = 0;
        U8_NEXT(original_.data(), i, size, cp);
        const auto next = static_cast<std::size_t>(i);
        if (cp < 0)
            put({&other, 1}, at, next);
        else
            put_code_point(static_cast<char32_t>(cp), at, next);
    }
}

} // namespace servery::guardrails
