#include "data_plane/guardrails/detect/injection/features.h"

#include "data_plane/guardrails/detect/shadow.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace servery::guardrails::injection {
namespace {

constexpr std::size_t characters = 5;
constexpr std::size_t longest_word = 24; // longer ones are ciphers: their windows say enough

enum kind : std::uint64_t { one_word = 1, two_words = 2, three_words = 3, characters_5 = 4 };

constexpr std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30U;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27U;
    x *= 0x94d049bb133111ebULL;
    return x ^ x >> 31U;
}

std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t h = 0xcbf29ce484222325ULL;
    for (const char c : bytes)
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return h;
}

void add(std::uint64_t what, std::uint64_t hash, std::vector<feature>& out) {
    const auto h = mix(hash + what * 0x9e3779b97f4a7c15ULL);
    out.push_back(
        {.slot = static_cast<std::uint32_t>(h & (slot_count - 1)), .negative = (h >> 63U) != 0});
}

std::vector<std::string_view> words_of(std::string_view form) {
    std::vector<std::string_view> out;
    std::size_t at = 0;
    while (at < form.size()) {
        const auto end = std::min(form.find(' ', at), form.size());
        if (end > at) out.push_back(form.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

// OPTIMIZATION: a set bit a slot drops repeats without sorting (a sort took half of the time).
void distinct(std::vector<feature>& all) {
    thread_local std::vector<std::uint64_t> seen(slot_count / 64);
    std::size_t kept = 0;
    for (const auto& f : all) {
        auto& word = seen[f.slot / 64];
        const auto bit = std::uint64_t{1} << (f.slot % 64);
        if ((word & bit) != 0) continue;
        word |= bit;
        all[kept++] = f;
    }
    all.resize(kept);
    for (const auto& f : all)
        seen[f.slot / 64] = 0;
}

} // namespace

std::string reading_form(std::string_view text) {
    const shadow_text shadow(text);
    std::string out;
    out.reserve(shadow.text().size());
    bool gap = true;
    const auto blank = [&] {
        if (!gap) out += ' ';
        gap = true;
    };
    for (const char c : shadow.text()) {
        if (is_word(c)) {
            out += lower(c);
            gap = false;
        } else if (c == '?' || c == '!' || c == ':' || c == '<' || c == '[' || c == '#') {
            // Marks that set questions, orders and mark-up apart are words of their own.
            blank();
            out += c;
            gap = false;
            blank();
        } else if (c != '\'') {
            blank();
        }
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

std::vector<std::string_view> windows(std::string_view form, window_shape shape) {
    const auto words = words_of(form);
    if (words.size() <= shape.words) return {form};
    std::vector<std::string_view> out;
    for (std::size_t first = 0; first < words.size(); first += shape.step) {
        const auto last = std::min(first + shape.words, words.size()) - 1;
        const auto* begin = words[first].data();
        const auto* end = words[last].data() + words[last].size();
        out.emplace_back(begin, static_cast<std::size_t>(end - begin));
        if (last + 1 == words.size()) break;
    }
    return out;
}

void features(std::string_view window, std::vector<feature>& out) {
    out.clear();
    std::array<std::uint64_t, 2> before{};
    std::size_t seen = 0;
    for (const auto word : words_of(window)) {
        const auto h = hash_of(word.substr(0, longest_word));
        add(one_word, h, out);
        if (seen > 0) add(two_words, before[0] * 31 + h, out);
        if (seen > 1) add(three_words, (before[1] * 31 + before[0]) * 31 + h, out);
        before = {h, before[0]};
        ++seen;
    }
    for (std::size_t at = 0; at + characters <= window.size(); ++at) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, window.data() + at, characters);
        add(characters_5, bytes, out);
    }
    distinct(out);
}

} // namespace servery::guardrails::injection
