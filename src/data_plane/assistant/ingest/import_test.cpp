#include "data_plane/assistant/ingest/import_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>

namespace servery::assistant {
namespace {

import_content read(import_kind kind, std::string_view text) {
    auto content = read_import(kind, text);
    EXPECT_TRUE(content.has_value());
    return content ? *content : import_content{};
}

TEST(csv, reads_the_guest_house_as_38_rows) {
    std::ifstream in(SERVERY_SOURCE_DIR "/examples/guest_house/guest_house.csv");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto content = read(import_kind::csv, text);
    ASSERT_EQ(content.rows.size(), 38U);
    EXPECT_TRUE(content.problems.empty());
    EXPECT_EQ(content.rows[37].key, "gh-37");
    EXPECT_EQ(content.rows[5].answer,
              "English, Italian, Lithuanian, Portuguese, and Russian are spoken here.");
}

TEST(csv, finds_the_delimiter_and_reads_quoted_newlines_and_quotes) {
    const auto content =
        read(import_kind::csv, "Frage;Antwort;Varianten;Raum\r\n"
                               "\"Gibt es; WLAN?\";\"Ja,\r\n\"\"frei\"\"\";a|b;12\r\n");
    ASSERT_EQ(content.rows.size(), 1U);
    EXPECT_EQ(content.rows[0].question, "Gibt es; WLAN?");
    EXPECT_EQ(content.rows[0].answer, "Ja,\n\"frei\"");
    EXPECT_EQ(content.rows[0].variants, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(content.rows[0].extra.size(), 1U);
    EXPECT_EQ(content.rows[0].extra[0], (std::pair<std::string, std::string>{"Raum", "12"}));
    for (const std::string_view delimiter : {",", ";", "\t", "|"}) {
        const auto d = std::string(delimiter);
        EXPECT_EQ(read_delimited("q" + d + "a\nx?" + d + "y\n").delimiter, delimiter[0]);
    }
}

TEST(csv, reads_bom_utf16_and_windows_1252) {
    EXPECT_EQ(read(import_kind::csv, "\xEF\xBB\xBFquestion,answer\nA?,B\n").rows.size(), 1U);
    std::string wide = "\xFF\xFE";
    for (const char c : std::string_view("question,answer\nA?,B\n"))
        wide += std::string{c, '\0'};
    EXPECT_EQ(read(import_kind::csv, wide).rows.size(), 1U);
    const auto old = read(import_kind::csv, "frage;antwort\nGr\xF6\xDF"
                                            "e?;10 \x80\n");
    ASSERT_EQ(old.rows.size(), 1U);
    EXPECT_EQ(old.rows[0].question, "Gr\xC3\xB6\xC3\x9F"
                                    "e?");
    EXPECT_EQ(old.rows[0].answer, "10 \xE2\x82\xAC");
    ASSERT_EQ(old.problems.size(), 1U);
    EXPECT_EQ(old.problems[0].id, "knowledge.import.windows_1252");
}

TEST(csv, names_a_bad_row_and_reads_on) {
    const auto content = read(import_kind::csv, "question,answer\nA?,\n,B\nC?,D\n\nE?,F\n");
    EXPECT_EQ(content.rows.size(), 2U);
    ASSERT_EQ(content.problems.size(), 2U);
    EXPECT_EQ(content.problems[0].unit, "row 2");
    EXPECT_EQ(content.problems[0].column, "answer");
    EXPECT_EQ(content.problems[1].id, "knowledge.import.no_question");
    EXPECT_EQ(content.units, 4);
}

TEST(csv, says_which_columns_it_found_when_none_is_known) {
    const auto unknown = read_import(import_kind::csv, "foo,bar\n1,2\n");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().id, "knowledge.import.no_question_column");
    EXPECT_NE(unknown.error().message.find("'foo'"), std::string::npos);
    EXPECT_EQ(read(import_kind::csv, "Is it open?,Yes\nIs it far?,No\n").rows.size(), 2U);
    EXPECT_EQ(read_import(import_kind::csv, " \n").error().id, "knowledge.import.unreadable");
    EXPECT_TRUE(read(import_kind::csv, "question,answer\n").rows.empty());
}

TEST(csv, reports_a_quote_that_never_ends) {
    const auto content = read(import_kind::csv, "question,answer\nA?,B\nC?,\"never ends\n");
    ASSERT_EQ(content.problems.size(), 1U);
    EXPECT_EQ(content.problems[0].id, "knowledge.import.quote_open");
}

TEST(paste, reads_marked_pairs_and_names_the_leftover_lines) {
    const auto content = read(import_kind::paste, "House rules\n\nQ: Pets?\nA: No.\nReally.\n\n"
                                                  "Frage: Rauchen?\nAntwort: Nein.\n");
    ASSERT_EQ(content.rows.size(), 2U);
    EXPECT_EQ(content.rows[0].answer, "No.\nReally.");
    EXPECT_EQ(content.rows[0].unit, "lines 3-5");
    EXPECT_EQ(content.rows[1].question, "Rauchen?");
    ASSERT_EQ(content.problems.size(), 1U);
    EXPECT_EQ(content.problems[0].unit, "line 1");
}

TEST(paste, reads_blocks_whose_first_line_asks) {
    const auto content = read(import_kind::paste, "Is there a pool?\nNo pool.\n\nJust text\n\n"
                                                  "Is there a bar?\nYes.\nUntil 11.\n");
    ASSERT_EQ(content.rows.size(), 2U);
    EXPECT_EQ(content.rows[1].answer, "Yes.\nUntil 11.");
    EXPECT_EQ(content.problems.size(), 1U);
}

TEST(markdown, takes_asking_and_deepest_headings_as_questions) {
    const auto content = read(import_kind::markdown, "# FAQ\n\nIntro.\n\n## Is there parking?\n\n"
                                                     "Yes, **10 GBP**.\n\n- by day\n- by week\n\n"
                                                     "## Pets\n\nNo pets.\n");
    ASSERT_EQ(content.rows.size(), 2U);
    EXPECT_EQ(content.rows[0].question, "Is there parking?");
    EXPECT_EQ(content.rows[0].answer, "Yes, **10 GBP**.\n\n- by day\n- by week");
    EXPECT_EQ(content.rows[1].question, "Pets");
}

TEST(markdown, makes_one_entry_of_each_table_row_with_header_and_caption) {
    const auto content = read(import_kind::markdown, "## Prices\n\nRoom prices 2026\n\n"
                                                     "| Room | Night |\n| --- | --- |\n"
                                                     "| Single | 50 GBP |\n| Double | 80 GBP |\n");
    ASSERT_EQ(content.rows.size(), 3U);
    EXPECT_EQ(content.rows[0].question, "Room prices 2026: Single");
    EXPECT_EQ(content.rows[0].answer, "Room prices 2026\n- Room: Single\n- Night: 50 GBP");
}

TEST(kinds, are_told_by_name_or_by_word) {
    EXPECT_EQ(*import_kind_of("", "faq.MD"), import_kind::markdown);
    EXPECT_EQ(*import_kind_of("csv", "x.txt"), import_kind::csv);
    EXPECT_EQ(*import_kind_of("", ""), import_kind::paste);
    EXPECT_EQ(import_kind_of("", "a.docx").error().id, "knowledge.import.kind_unknown");
}

RC_GTEST_PROP(imports, never_fail_on_any_bytes, (const std::string& bytes)) {
    for (const auto kind :
         {import_kind::paste, import_kind::csv, import_kind::tsv, import_kind::markdown})
        (void)read_import(kind, "question,answer\n" + bytes);
}

} // namespace
} // namespace servery::assistant
