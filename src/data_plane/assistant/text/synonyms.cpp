#include "data_plane/assistant/text/synonyms.h"

#include "data_plane/assistant/text/normalise.h"
#include "data_plane/assistant/text/synonym_tables.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace servery::assistant {

namespace {

constexpr std::size_t longest_member = 3; // words

struct synonym_table {
    // each group's members as lists of words
    std::vector<std::vector<std::vector<std::string>>> groups;
    // a member, words joined by blanks -> its groups
    std::unordered_map<std::string, std::vector<std::uint32_t>> groups_of;
};

synonym_table read_table(std::string_view text) {
    synonym_table out;
    for (const auto line : split(text, '\n')) {
        if (trim(line).empty()) continue;
        const auto number = static_cast<std::uint32_t>(out.groups.size());
        auto& group = out.groups.emplace_back();
        for (const auto member : split(line, ',')) {
            std::vector<std::string> words;
            std::string joined;
            for (auto& t : tokenise(normalise(member).text)) {
                if (t.joined) continue;
                joined += (joined.empty() ? "" : " ") + t.text;
                words.push_back(std::move(t.text));
            }
            if (words.empty()) continue;
            out.groups_of[joined].push_back(number);
            group.push_back(std::move(words));
        }
    }
    return out;
}

const synonym_table& table_for(std::string_view lang) {
    static const synonym_table english = read_table(english_synonyms);
    static const synonym_table german = read_table(german_synonyms);
    static const synonym_table none;
    if (lang == "en") return english;
    if (lang == "de") return german;
    return none;
}

} // namespace

std::vector<token> synonyms_of(std::span<const token> tokens, std::string_view lang) {
    const auto& table = table_for(lang);
    std::vector<std::string_view> words;
    std::set<std::string_view> own;
    for (const auto& t : tokens) {
        own.insert(t.text);
        if (!t.joined) words.emplace_back(t.text);
    }
    std::set<std::uint32_t> groups;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string joined;
        for (std::size_t n = 1; n <= longest_member && i + n <= words.size(); ++n) {
            joined += (joined.empty() ? "" : " ") + std::string(words[i + n - 1]);
            if (const auto at = table.groups_of.find(joined); at != table.groups_of.end())
                groups.insert(at->second.begin(), at->second.end());
        }
    }
    std::set<std::string> added;
    std::vector<token> out;
    for (const auto g : groups)
        for (const auto& member : table.groups[g])
            for (const auto& word : member)
                if (!own.contains(word) && added.insert(word).second) out.push_back({word});
    return out;
}

std::string_view synonym_groups(std::string_view lang) {
    if (lang == "en") return english_synonyms;
    if (lang == "de") return german_synonyms;
    return {};
}

} // namespace servery::assistant
