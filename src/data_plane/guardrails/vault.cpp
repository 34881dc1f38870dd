#include "data_plane/guardrails/vault.h"

#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <cstdint>

namespace servery::guardrails {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t usual_letters = 4; // 20 bits
constexpr std::size_t more_letters = 6;  // 30 bits, after a collision

std::string code_of(const key32& key, std::string_view class_name, std::string_view value,
                    std::size_t letters) {
    std::string bytes(class_name);
    bytes += '\0';
    bytes += value;
    const auto hash = blake2b_256_keyed(key, as_bytes(bytes));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i)
        bits = bits << 8U | hash[i];
    std::string out;
    for (std::size_t i = 0; i < letters; ++i)
        out += crockford[bits >> (59 - 5 * i) & 31U];
    return out;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

// A placeholder as a model may have written it: [EMAIL_7K2Q], \[email\_7k2q\], EMAIL 7K2Q.
struct written {
    std::string name; // "EMAIL_7K2Q"
    std::size_t end = 0;
};

bool class_letter(char c) {
    return upper(c) >= 'A' && upper(c) <= 'Z';
}

// Reads CLASS, the mark between, and the code, from `at` on; end = 0 if the text is something else.
written read_name(std::string_view text, std::size_t at, std::string_view class_name) {
    for (const char c : class_name) {
        if (at < text.size() && text[at] == '\\') ++at;
        if (at >= text.size()) return {};
        const bool same = c == '_' ? text[at] == '_' || text[at] == ' ' : upper(text[at]) == c;
        if (!same) return {};
        ++at;
    }
    if (at < text.size() && text[at] == '\\') ++at;
    if (at >= text.size() || (text[at] != '_' && text[at] != ' ')) return {};
    ++at;
    std::string code;
    while (at < text.size() && code.size() < more_letters && is_word(text[at]))
        code += upper(text[at++]);
    if (at < text.size() && is_word(text[at])) return {};
    return {.name = std::string(class_name) + "_" + code, .end = at};
}

} // namespace

std::optional<std::string> conversation_vault::placeholder_of(pii_type type,
                                                              std::string_view value) {
    const auto class_name = short_name(type);
    const auto form = normalise(type, value);
    for (const auto letters : {usual_letters, more_letters}) {
        const auto name = std::string(class_name) + "_" + code_of(key_, class_name, form, letters);
        const auto at = values_.find(name);
        if (at != values_.end() && at->second.normalised == form) return "[" + name + "]";
        if (at != values_.end()) continue;
        if (values_.size() >= most_entries) return std::nullopt;
        values_.emplace(name, entry{.value = std::string(value), .normalised = form});
        return "[" + name + "]";
    }
    return std::nullopt;
}

std::string conversation_vault::restore(std::string_view text) const {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t begin = at;
        if (text[begin] == '\\') ++begin;
        const bool bracket = begin < text.size() && text[begin] == '[';
        if (bracket) ++begin;
        const bool starts = begin < text.size() && class_letter(text[begin]) &&
                            (bracket || at == 0 || !is_word(text[at - 1]));
        const entry* hit = nullptr;
        std::size_t end = 0;
        for (std::size_t i = 0; starts && i < pii_type_count && hit == nullptr; ++i) {
            const auto name = read_name(text, begin, short_name(static_cast<pii_type>(i)));
            if (name.end == 0) continue;
            const auto known = values_.find(name.name);
            if (known == values_.end()) continue;
            hit = &known->second;
            end = name.end;
        }
        if (hit == nullptr) {
            out += text[at++];
            continue;
        }
        if (bracket) {
            const std::size_t close = end < text.size() && text[end] == '\\' ? end + 1 : end;
            if (close < text.size() && text[close] == ']') end = close + 1;
        }
        out += hit->value;
        at = end;
    }
    return out;
}

} // namespace servery::guardrails
