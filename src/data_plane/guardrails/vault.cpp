#include "data_plane/guardrails/vault.h"

#include "data_plane/guardrails/detect/detect.h"
#include "data_plane/guardrails/detect/shadow.h"
#include "data_plane/guardrails/restorer.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace servery::guardrails {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view literal_class = "LIT";
constexpr std::size_t usual_letters = 4; // 20 bits
constexpr std::size_t more_letters = 6;  // 30 bits, after a collision

const auto& class_names() {
    static const auto names = [] {
        std::array<std::string_view, pii_type_count + 1> out{};
        for (std::size_t i = 0; i < pii_type_count; ++i)
            out[i] = short_name(static_cast<pii_type>(i));
        out[pii_type_count] = literal_class;
        return out;
    }();
    return names;
}

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
    bool open = false; // the text ended while it still fitted
};

// Reads CLASS, the mark between, and the code, from `at` on; end = 0 if the text is something else.
written read_name(std::string_view text, std::size_t at, std::string_view class_name, bool last) {
    const auto over = [&] { return written{.name = {}, .end = 0, .open = !last}; };
    for (const char c : class_name) {
        if (at < text.size() && text[at] == '\\') ++at;
        if (at >= text.size()) return over();
        const bool same = c == '_' ? text[at] == '_' || text[at] == ' ' : upper(text[at]) == c;
        if (!same) return {};
        ++at;
    }
    if (at < text.size() && text[at] == '\\') ++at;
    if (at >= text.size()) return over();
    if (text[at] != '_' && text[at] != ' ') return {};
    ++at;
    std::string code;
    while (at < text.size() && code.size() < more_letters && is_word(text[at]))
        code += upper(text[at++]);
    if (at >= text.size() && !last) return over();
    if (at < text.size() && is_word(text[at])) return {};
    return {.name = std::string(class_name) + "_" + code, .end = at};
}

bool is_code(std::string_view code) {
    return (code.size() == usual_letters || code.size() == more_letters) &&
           std::ranges::all_of(
               code, [](char c) { return crockford.find(upper(c)) != std::string::npos; });
}

// Where a strict placeholder that begins at `at` ends, brackets and all; 0 = there is none.
std::size_t strict_end(std::string_view text, std::size_t at) {
    const bool bracket = text[at] == '[';
    const std::size_t begin = bracket ? at + 1 : at;
    for (const auto name : class_names()) {
        if (text.substr(begin).size() <= name.size()) continue;
        const auto class_text = text.substr(begin, name.size());
        if (!std::ranges::equal(class_text, name, [](char a, char b) { return upper(a) == b; }))
            continue;
        auto code = begin + name.size();
        if (text[code] != '_' && !(bracket && text[code] == ' ')) continue;
        ++code;
        auto end = code;
        while (end < text.size() && is_word(text[end]))
            ++end;
        if (!is_code(text.substr(code, end - code))) continue;
        return bracket && end < text.size() && text[end] == ']' ? end + 1 : end;
    }
    return 0;
}

// "[email_7k2q]" names EMAIL_7K2Q.
std::string bare_name(std::string_view literal) {
    std::string out;
    for (const char c : literal)
        if (c != '[' && c != ']') out += upper(c);
    return out;
}

} // namespace

void conversation_vault::put_back(const std::string& name, vault_value value) {
    const std::lock_guard lock(mutex_);
    if (values_.size() >= most_entries) return;
    values_.insert_or_assign(name, std::move(value));
    size_.store(values_.size(), std::memory_order_release);
}

void conversation_vault::used(instant now, millis lifetime) {
    const std::lock_guard lock(mutex_);
    if (record_) record_->used(now, lifetime);
}

void conversation_vault::keep_no_more() {
    const std::lock_guard lock(mutex_);
    record_.reset();
}

bool conversation_vault::is_live(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return values_.contains(name);
}

std::optional<std::string> conversation_vault::name_of(std::string_view class_name,
                                                       std::string_view form,
                                                       std::string_view value) {
    const std::lock_guard lock(mutex_);
    for (const auto letters : {usual_letters, more_letters}) {
        const auto name = std::string(class_name) + "_" + code_of(key_, class_name, form, letters);
        const auto at = values_.find(name);
        if (at != values_.end() && at->second.normalised == form) return name;
        if (at != values_.end()) continue;
        if (values_.size() >= most_entries) return std::nullopt;
        vault_value made{.written = std::string(value), .normalised = std::string(form)};
        if (record_) record_->add(name, class_name, made);
        values_.emplace(name, std::move(made));
        size_.store(values_.size(), std::memory_order_release);
        return name;
    }
    return std::nullopt;
}

std::optional<std::string> conversation_vault::placeholder_of(pii_type type,
                                                              std::string_view value) {
    const auto name = name_of(short_name(type), normalise(type, value), value);
    if (!name) return std::nullopt;
    return "[" + *name + "]";
}

std::string conversation_vault::shield(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool starts = text[at] == '[' || (upper(text[at]) >= 'A' && upper(text[at]) <= 'Z' &&
                                                (at == 0 || !is_word(text[at - 1])));
        if (!starts) continue;
        const auto end = strict_end(text, at);
        if (end == 0) continue;
        const auto literal = text.substr(at, end - at);
        if (is_live(bare_name(literal))) {
            at = end - 1;
            continue;
        }
        const auto name = name_of(literal_class, literal, literal);
        out.append(text.substr(copied, at - copied));
        out.append(name ? "[" + *name + "]" : std::string("[LIT]"));
        copied = end;
        at = end - 1;
    }
    out.append(text.substr(copied));
    return out;
}

conversation_vault::matched conversation_vault::match(std::string_view text, std::size_t at,
                                                      bool last) const {
    if (text[at] == '\\') ++at;
    if (at == text.size()) return {.open = !last};
    const bool bracket = text[at] == '[';
    if (bracket) ++at;
    bool open = false;
    for (const auto class_name : class_names()) {
        const auto name = read_name(text, at, class_name, last);
        open = open || name.open;
        if (name.end == 0) continue;
        const std::lock_guard lock(mutex_);
        const auto known = values_.find(name.name);
        if (known == values_.end()) continue;
        auto end = name.end;
        if (bracket) {
            const auto close = end < text.size() && text[end] == '\\' ? end + 1 : end;
            if (close >= text.size() && !last) return {.open = true};
            if (close < text.size() && text[close] == ']') end = close + 1;
        }
        return {.end = end, .value = known->second.written};
    }
    return {.open = open && size() > 0};
}

std::string conversation_vault::restore(std::string_view text) const {
    if (size() == 0) return std::string(text);
    placeholder_restorer whole(*this);
    std::string out;
    whole.feed(text, out);
    whole.finish(out);
    return out;
}

} // namespace servery::guardrails
