#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/retrieval/knowledge_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace servery::assistant {
namespace {

release_entry entry(std::string key, std::string question, std::string answer = "Yes.") {
    release_entry e;
    e.key = std::move(key);
    e.question = std::move(question);
    e.answer = std::move(answer);
    return e;
}

release cut_of_banking(unsigned shuffle_seed) {
    const auto rows = read_labelled(SERVERY_SOURCE_DIR "/tests/data/assistant/banking_cut.csv", {});
    EXPECT_TRUE(rows.has_value());
    std::map<std::string, std::vector<std::string>> by_label;
    for (const auto& row : *rows)
        by_label[row.label].push_back(row.text);
    release out;
    std::mt19937 random(shuffle_seed);
    for (auto& [label, texts] : by_label) {
        auto e = entry(label, texts.front());
        e.phrasings.assign(texts.begin() + 1, texts.end());
        if (shuffle_seed != 0) std::ranges::shuffle(e.phrasings, random);
        out.entries.push_back(std::move(e));
    }
    if (shuffle_seed != 0) std::ranges::shuffle(out.entries, random);
    return out;
}

ranking ranked(const knowledge_index& index, std::string_view text, caller_groups groups = {}) {
    rank_request asked;
    asked.text = text;
    asked.groups = groups;
    return index.rank(asked);
}

TEST(leg_c, is_bit_equal_over_two_trainings_and_under_shuffled_input) {
    model_params one_thread;
    one_thread.threads = 1;
    const auto a = compile(cut_of_banking(0), {});
    const auto b = compile(cut_of_banking(0), one_thread);
    const auto c = compile(cut_of_banking(5), {});
    ASSERT_TRUE(a && b && c);
    EXPECT_EQ((*a)->size().classes, 8U);
    for (const std::string_view text : {"my card was declined at the machine", "i forgot my code",
                                        "why was I charged two times", "completely other matter"}) {
        const auto first = ranked(**a, text);
        ASSERT_TRUE(first.classifier_on);
        for (const auto* other : {&*b, &*c}) {
            const auto again = ranked(**other, text);
            ASSERT_EQ(first.best.size(), again.best.size());
            for (std::size_t i = 0; i < first.best.size(); ++i) {
                EXPECT_EQ(first.best[i].entry, again.best[i].entry);
                EXPECT_EQ(first.best[i].leg_c, again.best[i].leg_c);
            }
            EXPECT_EQ(first.evidence.values(), again.evidence.values());
        }
    }
}

TEST(leg_c, is_off_where_few_entries_have_three_texts) {
    release base;
    base.entries = {entry("a", "is there parking"), entry("b", "do you have wifi")};
    base.entries[0].phrasings = {"where can i park"};
    const auto index = compile(base, {});
    ASSERT_TRUE(index);
    EXPECT_FALSE(ranked(**index, "parking").classifier_on);
}

TEST(index, ranks_by_meaningful_words_and_says_which_matched) {
    release base;
    base.entries = {entry("lift", "Does the house offer a lift?", "No."),
                    entry("pool", "Does this site have a swimming pool?", "No."),
                    entry("park", "Is there parking available?", "Yes.")};
    const auto index = compile(base, {});
    ASSERT_TRUE(index);
    const auto found = ranked(**index, "is there an elevator");
    ASSERT_FALSE(found.best.empty());
    EXPECT_EQ((*index)->entries()[found.best[0].entry].key, "lift");
    EXPECT_EQ((*index)->matched_words("is there an elevator", found.best[0].entry),
              (std::vector<std::string>{"elevator"}));
}

TEST(index, serves_no_entry_outside_its_dates_or_withdrawn) {
    release base;
    base.entries = {entry("now", "is there parking"), entry("past", "is there parking here")};
    base.entries[1].valid_to = "2026-01-31";
    const auto index = compile(base, {});
    ASSERT_TRUE(index);
    rank_request asked;
    asked.text = "is there parking here";
    asked.now = *parse_rfc3339("2026-01-31T23:00:00Z");
    EXPECT_EQ(index.value()->rank(asked).best.size(), 2U);
    asked.now = *parse_rfc3339("2026-02-01T00:00:00Z");
    EXPECT_EQ(index.value()->rank(asked).best.size(), 1U);
    const std::vector<bool> withdrawn{true, false};
    asked.withdrawn = &withdrawn;
    EXPECT_TRUE(index.value()->rank(asked).best.empty());
}

TEST(index, refuses_two_entries_of_one_key_and_questions_without_words) {
    release base;
    base.entries = {entry("a", "one?"), entry("a", "two?")};
    EXPECT_EQ(compile(base, {}).error().id, "knowledge.index.compile_failed");
    base.entries = {entry("a", "  ")};
    EXPECT_EQ(compile(base, {}).error().id, "knowledge.index.compile_failed");
}

TEST(index, names_a_release_by_its_content_alone) {
    auto one = cut_of_banking(0);
    auto other = cut_of_banking(9);
    EXPECT_EQ(release_id_of(one), release_id_of(other));
    EXPECT_EQ(release_id_of(one).size(), 19U);
    other.entries[0].answer += ".";
    EXPECT_NE(release_id_of(one), release_id_of(other));
}

const std::vector<std::string> vocabulary{"parking", "wifi",  "dog",     "pool",  "breakfast",
                                          "lift",    "towel", "payment", "train", "garden"};

RC_GTEST_PROP(index, shows_a_caller_nothing_of_another_groups_entries, ()) {
    const auto text = [] {
        std::string out;
        for (const auto& w :
             *rc::gen::container<std::vector<std::string>>(3, rc::gen::elementOf(vocabulary)))
            out += w + " ";
        return out;
    };
    release open;
    release both;
    for (int i = 0; i < 4; ++i)
        open.entries.push_back(entry("open" + std::to_string(i), text(), text()));
    both = open;
    for (int i = 0; i < 3; ++i) {
        both.entries.push_back(entry("hidden" + std::to_string(i), text() + "secret", text()));
        both.entries.back().audience = {"other"};
    }
    const auto without = compile(open, {});
    const auto with = compile(both, {});
    RC_ASSERT(without && with);
    const auto question = text() + *rc::gen::element<std::string>("", "secret");
    const auto seen = ranked(**with, question, (*with)->groups_of({"mine"}));
    const auto expected = ranked(**without, question);
    RC_ASSERT(seen.best.size() == expected.best.size());
    for (std::size_t i = 0; i < seen.best.size(); ++i) {
        RC_ASSERT((*with)->entries()[seen.best[i].entry].key ==
                  (*without)->entries()[expected.best[i].entry].key);
        RC_ASSERT(seen.best[i].score == expected.best[i].score);
    }
    RC_ASSERT(seen.evidence.values() == expected.evidence.values());
}

} // namespace
} // namespace servery::assistant
