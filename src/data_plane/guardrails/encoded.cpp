#include "data_plane/guardrails/encoded.h"

#include "data_plane/guardrails/detect/detect.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace servery::guardrails {
namespace {

constexpr std::size_t shortest_run = 24;
constexpr std::size_t longest_run = 4096;

// Value of a base64 character, standard or URL-safe; 64 = none.
constexpr auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(64);
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < letters.size(); ++i)
        table[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
    table['-'] = 62;
    table['_'] = 63;
    return table;
}();

bool in_run(char c) {
    return values[static_cast<unsigned char>(c)] < 64;
}

std::string decode(std::string_view run) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : run) {
        bits = bits << 6U | values[static_cast<unsigned char>(c)];
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
    }
    return out;
}

bool printable(std::string_view bytes) {
    const auto n = std::ranges::count_if(bytes, [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return (u >= 0x20 && u != 0x7F) || c == '\n' || c == '\t' || c == '\r';
    });
    return n * 10 >= static_cast<std::ptrdiff_t>(bytes.size()) * 9;
}

void check_run(std::string_view text, std::size_t begin, std::size_t end, int act,
               std::vector<finding>& found) {
    const auto decoded = decode(text.substr(begin, end - begin));
    if (!printable(decoded)) return;
    const auto inside = detect(decoded, {.least_score = act});
    const auto hit =
        std::ranges::find_if(inside, [](const finding& f) { return f.type != pii_type::URL; });
    if (hit == inside.end()) return;
    finding whole = *hit;
    whole.begin = static_cast<std::uint32_t>(begin);
    while (end < text.size() && text[end] == '=')
        ++end;
    whole.end = static_cast<std::uint32_t>(end);
    whole.rule = "base64";
    std::erase_if(found,
                  [&](const finding& f) { return f.begin < whole.end && whole.begin < f.end; });
    found.insert(std::ranges::upper_bound(found, whole.begin, {}, &finding::begin), whole);
}

} // namespace

void find_encoded(std::string_view text, int act, std::vector<finding>& found) {
    std::size_t at = 0;
    // A run of 24 covers one of the places 23, 47, 71 …: clean text is left after one look in 24.
    while (at + shortest_run <= text.size()) {
        const auto probe = at + shortest_run - 1;
        if (!in_run(text[probe])) {
            at = probe + 1;
            continue;
        }
        std::size_t begin = probe;
        while (begin > at && in_run(text[begin - 1]))
            --begin;
        std::size_t end = probe;
        while (end < text.size() && in_run(text[end]))
            ++end;
        if (end - begin >= shortest_run && end - begin <= longest_run)
            check_run(text, begin, end, act, found);
        at = end;
    }
}

} // namespace servery::guardrails
