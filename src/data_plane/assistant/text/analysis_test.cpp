#include "data_plane/assistant/text/analyse.h"
#include "data_plane/assistant/text/normalise.h"
#include "data_plane/assistant/text/synonyms.h"
#include "foundation/base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

namespace servery::assistant {
namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    for (const auto& t : tokenise(normalise(text).text))
        out.push_back(t.text);
    return out;
}

TEST(normalise, gives_what_the_golden_table_says) {
    std::ifstream in(SERVERY_SOURCE_DIR "/tests/data/assistant/golden_normalise.tsv");
    ASSERT_TRUE(in);
    int rows = 0;
    for (std::string line; std::getline(in, line);) {
        const auto cells = split(line, '\t');
        ASSERT_EQ(cells.size(), 2U) << line;
        EXPECT_EQ(normalise(cells[0]).text, cells[1]) << cells[0];
        ++rows;
    }
    EXPECT_GE(rows, 60);
}

TEST(normalise, replaces_broken_bytes_and_drops_controls) {
    EXPECT_EQ(normalise("a\xFF"
                        "b")
                  .text,
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(normalise(std::string_view("a\0b\x07 c", 6)).text, "ab c");
    EXPECT_EQ(normalise("").text, "");
}

TEST(normalise, cuts_at_a_thousand_code_points_and_says_so) {
    std::string text;
    for (int i = 0; i < 700; ++i)
        text += "\xC3\xA4 ";
    const auto out = normalise(text);
    EXPECT_TRUE(out.cut);
    EXPECT_LE(code_points(out.text), max_message_code_points);
    EXPECT_FALSE(normalise("short").cut);
}

RC_GTEST_PROP(normalise, is_idempotent_for_any_bytes, (const std::string& bytes)) {
    const auto once = normalise(bytes).text;
    RC_ASSERT(normalise(once).text == once);
    RC_ASSERT(is_utf8(once));
}

TEST(normalise, is_idempotent_for_addresses_that_run_into_each_other) {
    std::string glued = "x";
    for (int i = 0; i < 40; ++i)
        glued += "@v.qa?a+@v.q2";
    const auto once = normalise(glued + "https://.qa").text;
    EXPECT_EQ(normalise(once).text, once);
}

TEST(tokenise, joins_hyphens_and_drops_apostrophes) {
    EXPECT_EQ(words("Don't you have Wi-Fi?"),
              (std::vector<std::string>{"dont", "you", "have", "wi", "fi", "wifi"}));
    EXPECT_EQ(words("see __url__ now"), (std::vector<std::string>{"see", "__url__", "now"}));
    EXPECT_EQ(words("\xE6\x9C\x9D\xE9\xA3\x9F\xE4\xBB\x98"),
              (std::vector<std::string>{"\xE6\x9C\x9D\xE9\xA3\x9F", "\xE9\xA3\x9F\xE4\xBB\x98"}));
}

TEST(tokenise, adds_the_join_of_neighbours_that_the_index_knows) {
    auto tokens = tokenise("check in time");
    add_known_joins(tokens, [](std::string_view w) { return w == "checkin"; });
    ASSERT_EQ(tokens.size(), 4U);
    EXPECT_EQ(tokens[2], (token{"checkin", true}));
}

TEST(language, is_told_by_words_endings_and_script) {
    const auto lang = [](std::string_view text) {
        return detect_language(tokenise(normalise(text).text), "", "en");
    };
    EXPECT_EQ(lang("what time is breakfast served?"), "en");
    EXPECT_EQ(lang("Wann gibt es bei Ihnen Fr\xC3\xBChst\xC3\xBC"
                   "ck?"),
              "de");
    EXPECT_EQ(lang("Kann ich mit Karte zahlen"), "de");
    EXPECT_EQ(lang("est-ce que vous avez une chambre pour nous"), "fr");
    EXPECT_EQ(lang("\xD0\xB5\xD1\x81\xD1\x82\xD1\x8C \xD0\xBF\xD0\xB0\xD1\x80\xD0\xBA"), "ru");
    EXPECT_EQ(lang("parking cost"), "en");
    EXPECT_EQ(detect_language(tokenise("xyzzy"), "de", "en"), "de");
}

TEST(stems, leave_out_stop_words_unless_there_is_nothing_else) {
    const auto stems = [](std::string_view text, bool keep) {
        return content_stems(tokenise(normalise(text).text), "en", keep);
    };
    EXPECT_EQ(stems("are dogs allowed in the rooms", true),
              (std::vector<std::string>{"dog", "allow", "room"}));
    EXPECT_TRUE(stems("what is it", false).empty());
    EXPECT_EQ(stems("what is it", true).size(), 3U);
    EXPECT_EQ(content_stems(tokenise("die zimmern"), "de", true),
              (std::vector<std::string>{"zimm"}));
}

TEST(synonyms, widen_a_text_without_repeating_its_words) {
    const auto added = synonyms_of(tokenise("does the house have a lift"), "en");
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added[0].text, "elevator");
    EXPECT_TRUE(synonyms_of(tokenise("ein lift"), "fr").empty());
    for (const std::string_view lang : {"en", "de"}) {
        int groups = 0;
        for (const auto line : split(synonym_groups(lang), '\n'))
            groups += line.find(',') != std::string_view::npos ? 1 : 0;
        EXPECT_GE(groups, 250) << lang;
    }
}

} // namespace
} // namespace servery::assistant
