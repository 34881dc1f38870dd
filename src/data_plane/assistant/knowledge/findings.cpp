#include "data_plane/assistant/knowledge/findings.h"

#include "data_plane/assistant/retrieval/ngrams.h"
#include "data_plane/assistant/text/analyse.h"
#include "data_plane/assistant/text/normalise.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

namespace servery::assistant {

namespace {

constexpr float duplicate_cosine = 0.60F;
constexpr float related_cosine = 0.50F;
constexpr std::size_t advised_words = 80;

struct read_entry {
    const events::knowledge_entry* entry;
    std::vector<token> question;
    std::vector<token> answer;
    std::set<std::string> numbers;
    bool denies = false;
};

constexpr auto denials = std::to_array<std::string_view>(
    {"no", "not", "cannot", "dont", "doesnt", "isnt", "arent", "cant", "wont", "never", "none",
     "nein", "nicht", "kein", "keine", "keinen", "keiner", "keinem"});

read_entry read(const events::knowledge_entry& e) {
    read_entry out{&e, tokenise(normalise(e.question).text), tokenise(normalise(e.answer).text)};
    for (const auto& t : out.answer) {
        if (std::ranges::any_of(t.text, [](char c) { return c >= '0' && c <= '9'; }))
            out.numbers.insert(t.text);
        if (std::ranges::find(denials, std::string_view(t.text)) != denials.end())
            out.denies = true;
    }
    return out;
}

// Words in over half of all answers (the firm's name, mostly) say nothing about likeness.
std::set<std::string> common_words(const std::vector<read_entry>& all) {
    std::map<std::string, std::size_t> counts;
    for (const auto& e : all) {
        std::set<std::string> once;
        for (const auto& t : e.answer)
            once.insert(t.text);
        for (const auto& word : once)
            ++counts[word];
    }
    std::set<std::string> out;
    for (const auto& [word, n] : counts)
        if (2 * n > all.size()) out.insert(word);
    return out;
}

// Cosines of every pair, by pushing each text through the inverted lists of all.
std::vector<std::vector<float>> all_cosines(const std::vector<std::vector<token>>& texts) {
    ngram_space space;
    std::vector<std::vector<ngram_count>> grams;
    for (const auto& t : texts) {
        grams.push_back(ngrams_of(t, {}));
        space.add_text(grams.back(), true);
    }
    space.finish();
    std::vector<std::vector<float>> out;
    for (const auto& g : grams) {
        out.emplace_back(texts.size(), 0.0F);
        space.cosines(space.vector_of(g), out.back());
    }
    return out;
}

std::string shown(float cosine) {
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", static_cast<double>(cosine));
    return text;
}

void find_pairs(const std::vector<read_entry>& all, std::vector<events::quality_finding>& out) {
    const auto common = common_words(all);
    std::vector<std::vector<token>> questions;
    std::vector<std::vector<token>> answers;
    for (const auto& e : all) {
        questions.push_back(e.question);
        auto& rest = answers.emplace_back();
        for (const auto& t : e.answer)
            if (!common.contains(t.text)) rest.push_back(t);
    }
    const auto by_question = all_cosines(questions);
    const auto by_answer = all_cosines(answers);
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = i + 1; k < all.size(); ++k) {
            const auto& a = all[i];
            const auto& b = all[k];
            if (a.entry->lang != b.entry->lang) continue;
            const auto q = by_question[i][k];
            const auto w = by_answer[i][k];
            const std::vector<std::string> keys{a.entry->key, b.entry->key};
            const bool duplicate = q >= duplicate_cosine || w >= duplicate_cosine;
            if (duplicate)
                out.push_back({"duplicate", keys,
                               "likeness of questions " + shown(q) + ", of answers " + shown(w)});
            if (!duplicate && q < related_cosine) continue;
            const bool numbers = !a.numbers.empty() && !b.numbers.empty() && a.numbers != b.numbers;
            if (numbers || a.denies != b.denies)
                out.push_back({"contradiction", keys,
                               numbers ? "the answers name different numbers"
                                       : "one answer says no, the other does not"});
        }
    }
}

void find_off_topic(const std::vector<read_entry>& all, std::vector<events::quality_finding>& out) {
    ngram_space questions;
    for (const auto& e : all)
        questions.add_text(ngrams_of(e.question, {}), true);
    questions.finish();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& e = all[i];
        const auto asked = content_stems(e.question, e.entry->lang, false);
        const auto said = content_stems(e.answer, e.entry->lang, false);
        if (std::ranges::any_of(asked, [&](const std::string& s) {
                return std::ranges::find(said, s) != said.end();
            }))
            continue;
        std::vector<float> cosines(all.size(), 0.0F);
        questions.cosines(questions.vector_of(ngrams_of(e.answer, {})), cosines);
        const auto nearest =
            static_cast<std::size_t>(std::ranges::max_element(cosines) - cosines.begin());
        if (nearest != i && cosines[nearest] > 0)
            out.push_back({"answer_off_topic",
                           {e.entry->key},
                           "the answer is nearer to the question of " + all[nearest].entry->key});
    }
}

std::size_t words_in(std::string_view text) {
    std::size_t n = 0;
    for (const auto word : split(text, ' '))
        if (!trim(word).empty()) ++n;
    return n;
}

void find_single_faults(const events::knowledge_entry& e, const std::string& today,
                        std::vector<events::quality_finding>& out) {
    if (e.source_title.empty() && e.source_locator.empty())
        out.push_back({"no_source", {e.key}, "nothing says where the answer comes from"});
    if (words_in(e.answer) > advised_words)
        out.push_back({"too_long", {e.key}, "the answer has more than 80 words"});
    if (!e.review_by.empty() && e.review_by < today)
        out.push_back({"stale", {e.key}, "its review was due on " + e.review_by});
    const auto lower = lower_ascii(e.answer);
    for (const std::string_view mark : {"todo", "[e.g.", "lorem ipsum"})
        if (lower.find(mark) != std::string::npos)
            out.push_back(
                {"unfinished", {e.key}, "the answer contains '" + std::string(mark) + "'"});
}

} // namespace

std::vector<events::quality_finding> find_faults(std::span<const events::knowledge_entry> entries,
                                                 const std::string& today) {
    std::vector<events::quality_finding> out;
    std::vector<read_entry> all;
    for (const auto& e : entries)
        all.push_back(read(e));
    if (all.size() > 1 && all.size() <= most_entries_compared) {
        find_pairs(all, out);
        find_off_topic(all, out);
    } else if (all.size() > most_entries_compared) {
        out.push_back({"not_compared", {}, "more than 5,000 entries: pairs were not looked at"});
    }
    for (const auto& e : entries)
        find_single_faults(e, today, out);
    return out;
}

} // namespace servery::assistant
