#include "control_plane/evaluation/import.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace servery::evaluation {
namespace {

TEST(import_csv, reads_columns_alternatives_and_variables) {
    const auto read = import_cases("id;ask;expect;family;severity;room\r\n"
                                   "a;\"Is room {{room}} free?\";yes|free;rooms;critical;12\r\n",
                                   case_format::csv);
    ASSERT_TRUE(read) << to_line(read.error());
    ASSERT_EQ(read->cases.size(), 1U);
    const auto& c = read->cases[0];
    EXPECT_EQ(c.expect, (std::vector<std::string>{"yes", "free"}));
    EXPECT_EQ(c.severity, severity::critical);
    EXPECT_EQ(*user_turns(c), std::vector<std::string>{"Is room 12 free?"});
}

TEST(import_csv, one_bad_row_keeps_nothing_and_names_row_and_column) {
    const std::string file = "id,ask,expect,severity\n"
                             "a,When?,ten,normal\n"
                             "b,Where?,,normal\n"
                             "c,Who?,me,urgent\n"
                             "a,Again?,x,normal\n";
    const auto read = import_cases(file, case_format::csv);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().id, "eval.case.no_grader");
    EXPECT_EQ(read.error().where, "row 3, column expect");
    ASSERT_EQ(read.error().more.size(), 2U);
    EXPECT_EQ(read.error().more[0].where, "row 4, column severity");
    EXPECT_EQ(read.error().more[1].where, "row 5, column id");
    const auto good = import_cases(file, case_format::csv, {.skip_bad = true});
    ASSERT_TRUE(good);
    EXPECT_EQ(good->cases.size(), 1U);
    EXPECT_EQ(good->rejected_file, "id,ask,expect,severity\nb,Where?,,normal\nc,Who?,me,urgent\n"
                                   "a,Again?,x,normal\n");
}

TEST(import_csv, expected_columns_name_graders) {
    const auto read = import_cases("ask,__expected,__expected1\n"
                                   "When?,icontains: ten,levenshtein(0): at ten\n",
                                   case_format::csv);
    ASSERT_TRUE(read) << to_line(read.error());
    ASSERT_EQ(read->cases[0].graders.size(), 2U);
    EXPECT_EQ(read->cases[0].graders[0].type, "icontains");
    EXPECT_EQ(read->cases[0].graders[1].threshold, 0.0);
}

TEST(import_csv, a_quote_that_never_ends_is_a_fault_with_its_row) {
    const auto read = import_cases("ask,expect\n\"When,ten\n", case_format::csv);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().where, "row 2");
}

TEST(import_jsonl, unknown_members_are_refused_with_a_suggestion) {
    const auto read =
        import_cases("{\"id\":\"a\",\"ask\":\"When?\",\"expct\":[\"ten\"]}\n", case_format::jsonl);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().where, "row 1, column expct");
    EXPECT_EQ(read.error().remedy, "did you mean 'expect'?");
}

TEST(import_jsonl, a_bad_pattern_is_found_before_anything_is_asked) {
    const auto read = import_cases(
        R"({"ask":"When?","graders":[{"type":"regex","value":"(?<=x)y"}]})", case_format::jsonl);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().id, "eval.case.bad_regex");
    EXPECT_EQ(read.error().where, "row 1, column graders[0].value");
}

TEST(import_faq, questions_and_answers_become_families_that_expect_their_answer) {
    for (const std::string file :
         {"question,answer\nWhen do you open?,At 10 am.\n", "## When do you open?\nAt 10 am.\n",
          "Q: When do you open?\nA: At 10 am.\n"}) {
        const auto format = guess_format("", file);
        ASSERT_EQ(format, case_format::faq) << file;
        const auto read = import_cases(file, *format);
        ASSERT_TRUE(read) << to_line(read.error());
        ASSERT_EQ(read->cases.size(), 1U);
        EXPECT_EQ(read->cases[0].expect, std::vector<std::string>{"At 10 am."});
        ASSERT_EQ(read->entries.size(), 1U);
        EXPECT_EQ(read->entries[0].answer, "At 10 am.");
        EXPECT_EQ(read->cases[0].graders.back().type, "decision");
    }
}

TEST(import, other_encodings_are_refused_with_the_byte) {
    const auto read = import_cases("ask,expect\ncaf\xE9,x\n", case_format::csv);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().id, "eval.import.encoding");
    EXPECT_EQ(read.error().where, "byte 14");
}

TEST(import, what_a_spreadsheet_would_run_is_defused_on_export) {
    eval_case c{.id = "a", .ask = "=cmd()"};
    c.expect = {"x"};
    EXPECT_NE(export_csv({c}).find("'=cmd()"), std::string::npos);
}

TEST(import, exported_jsonl_reads_back_to_the_same_cases) {
    const auto first =
        import_cases("id,ask,expect,tags\na,\"When, now?\",ten|10,x|y\n", case_format::csv);
    ASSERT_TRUE(first);
    const auto second = import_cases(export_jsonl(first->cases), case_format::jsonl);
    ASSERT_TRUE(second) << to_line(second.error());
    EXPECT_EQ(hash_of(first->cases), hash_of(second->cases));
}

RC_GTEST_PROP(import, never_crashes_on_any_text, (const std::string& text)) {
    for (const auto format : {case_format::csv, case_format::jsonl, case_format::faq})
        (void)import_cases(text, format, {.skip_bad = true});
}

} // namespace
} // namespace servery::evaluation
