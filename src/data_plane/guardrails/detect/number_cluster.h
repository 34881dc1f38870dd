// A run of digit groups with the separators people put between them: "4012-8888 8888", "(415)
// 555-0132", "+44 (0)20 7123". Where cards, phone numbers and national numbers are looked for.
// Thread: pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace servery::guardrails {

struct digit_group {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool open_left = true; // no letter, and no time of day, touches it
    bool open_right = true;
    [[nodiscard]] std::size_t size() const { return end - begin; }
};

struct number_cluster {
    static constexpr std::size_t most_groups = 16;
    static constexpr std::size_t overlap = 8; // groups that no number exceeds
    std::array<digit_group, most_groups> groups{};
    std::size_t count = 0;

    // Text between group i and group i + 1.
    [[nodiscard]] std::string_view separator(std::string_view text, std::size_t i) const {
        return text.substr(groups[i].end, groups[i + 1].begin - groups[i].end);
    }
    // Digits of the groups first..last.
    [[nodiscard]] std::string digits(std::string_view text, std::size_t first,
                                     std::size_t last) const {
        std::string out;
        for (std::size_t i = first; i <= last; ++i)
            out.append(text.substr(groups[i].begin, groups[i].size()));
        return out;
    }
    [[nodiscard]] std::size_t digit_count(std::size_t first, std::size_t last) const {
        std::size_t n = 0;
        for (std::size_t i = first; i <= last; ++i)
            n += groups[i].size();
        return n;
    }
};

// The first cluster at or after `from`; sets `from` behind it, or, where the run of groups goes on,
// to the groups that the next cluster shares with it. Empty at the end of the text.
[[nodiscard]] std::optional<number_cluster> next_cluster(std::string_view text, std::size_t& from);

// The groups first..last stand apart: no letter touches them, and the separators outside differ
// from the one inside ("12-078-05-1123" holds no 3-2-4).
[[nodiscard]] bool stands_apart(std::string_view text, const number_cluster& cluster,
                                std::size_t first, std::size_t last);

} // namespace servery::guardrails
