// The PDF is read back by pdftotext, a reader that is not ours.
#include "control_plane/evaluation/pdf_pages.h"
#include "control_plane/evaluation/report.h"
#include "foundation/base/text.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace servery::evaluation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string output_of(const std::string& command) {
    std::string out;
    FILE* from = ::popen(command.c_str(), "r");
    if (from == nullptr) return out;
    std::array<char, 4096> some{};
    for (std::size_t n = 0; (n = std::fread(some.data(), 1, some.size(), from)) > 0;)
        out.append(some.data(), n);
    EXPECT_EQ(::pclose(from), 0) << command;
    return out;
}

std::string read_by(const std::string& program, const std::string& pdf,
                    const std::string& rest = "") {
    const auto file = std::filesystem::path(testing::TempDir()) /
                      ("servery_report_" + std::to_string(::getpid()) + ".pdf");
    std::ofstream(file, std::ios::binary) << pdf;
    auto text = output_of(program + " '" + file.string() + "' " + rest);
    std::filesystem::remove(file);
    return text;
}

// Words in the order of reading, one blank between them.
std::string words_of(const std::string& pdf) {
    std::string out;
    for (const char c : read_by("pdftotext -raw -enc UTF-8", pdf, "-")) {
        const bool blank = c == '\n' || c == '\f' || c == ' ';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    return out;
}

// What a reader of the HTML sees.
std::string shown_by(const std::string& html) {
    std::string out;
    bool tag = false;
    for (const char c : html.substr(html.find("<h1>"))) {
        if (c == '<') tag = true;
        if (!tag) out += c;
        if (c == '>') {
            tag = false;
            out += ' '; // a tag ends a word
        }
    }
    for (const auto& [entity, sign] :
         {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
        for (auto at = out.find(entity); at != std::string::npos; at = out.find(entity, at + 1))
            out.replace(at, std::string_view(entity).size(), sign);
    return out;
}

matrix_column column(std::string label, std::int64_t good) {
    matrix_column c{.variant = std::string(64, label[0]), .label = std::move(label)};
    c.passed = {.good = good, .n = 20, .value = .85, .lower = .64, .upper = .948};
    c.cases = 20;
    c.cases_passed = good;
    c.graders = {{.grader = "contains", .n = 20, .passed = good, .mean = .85},
                 {.grader = "source", .n = 12, .passed = 9, .mean = .75}};
    c.p50_ms = {.n = 20, .value = 410, .lower = 300, .upper = 520};
    c.cost_per_answer = .00123;
    c.region = "EU";
    return c;
}

run_summary some_run() {
    run_summary run{.run = "run_0123", .project = "shop", .dataset = "questions"};
    run.dataset_version = 3;
    run.dataset_hash = "deadbeef0123456789abcdef";
    run.state = "completed";
    run.cases = run.families = run.units = 20;
    run.columns = {column("aurora", 17), column("borealis", 14)};
    run.recommendation = "take aurora";
    run.can_prove = "20 questions can show 80 of 100";
    run.currency = "EUR";
    run.finished_at = instant{1'793'620'800'000};
    run.failures = {{.case_id = "öffnung",
                     .variant_label = "aurora",
                     .question = "Wann öffnet das Frühstück? Größe, Maß: 5 €",
                     .answer = "<b>Um 8</b> \\ (parens) & \"so\"",
                     .severity = "critical",
                     .state = "failed",
                     .split = "dev",
                     .reasons = {"does not contain “9 Uhr”"}}};
    return run;
}

TEST(report_pdf, says_what_the_html_says_word_for_word) {
    const report_context about{.title = "Gästehaus “Zur Brücke”", .by = "anna"};
    const auto pdf = report_pdf(some_run(), about);
    ASSERT_TRUE(pdf);
    EXPECT_THAT(*pdf, StartsWith("%PDF-"));
    const auto text = words_of(*pdf);
    EXPECT_THAT(text, HasSubstr("17 of 20 right: between 64 and 95 of 100"));
    EXPECT_THAT(text, HasSubstr("Wann öffnet das Frühstück? Größe, Maß: 5 €"));
    EXPECT_THAT(text, HasSubstr(std::string(64, 'a')));
    EXPECT_THAT(text, HasSubstr("run run_0123 · dataset deadbeef0123 · aaaaaaaaaaaa · page 1 of"));
    EXPECT_THAT(text, Not(HasSubstr("¤")));
    // Every word of every paragraph, point and cell, whatever the order on the page.
    const auto shown = shown_by(report_html(some_run(), about));
    int words = 0;
    for (const auto line : servery::split(shown, '\n'))
        for (const auto one : servery::split(line, ' ')) {
            ++words;
            const auto wanted = one == "→" ? std::string("->") : std::string(one);
            EXPECT_TRUE(text.find(wanted) != std::string::npos) << wanted;
        }
    EXPECT_GT(words, 200);
}

TEST(report_pdf, is_the_same_file_for_the_same_run_and_carries_its_date_and_hashes) {
    const auto first = report_pdf(some_run(), {.title = "Käse"}).value();
    EXPECT_TRUE(first == report_pdf(some_run(), {.title = "Käse"}).value());
    const auto about = read_by("TZ=UTC pdfinfo -isodates", first);
    EXPECT_THAT(about, HasSubstr("Proof of concept: Käse"));
    EXPECT_THAT(about, HasSubstr("run run_0123, dataset deadbeef0123456789abcdef, variant aaaa"));
    EXPECT_THAT(about, HasSubstr("CreationDate:    2026-11-02T12:00:00Z"));
    EXPECT_THAT(about, HasSubstr("A4"));
}

TEST(report_pdf, marks_and_counts_what_its_fonts_lack) {
    auto run = some_run();
    run.failures[0].answer = "東京 → “u\xcc\x88” \xff ok";
    const auto text = words_of(report_pdf(run, {}).value());
    EXPECT_THAT(text, HasSubstr("“¤¤ -> “ü” ¤ ok”"));
    EXPECT_THAT(text, HasSubstr("¤ stands for a character that the fonts of a PDF lack (3 in"));
}

TEST(report_pdf, long_texts_and_tables_go_on_over_numbered_pages) {
    auto run = some_run();
    for (int i = 0; i < 90; ++i)
        run.columns[0].graders.push_back(
            {.grader = "grader_" + std::to_string(i), .n = 20, .passed = i % 20, .mean = .5});
    run.recommendation = std::string(9000, 'w') + " end of it";
    run.columns[1].region = std::string(40'000, 'r');
    const auto text = words_of(report_pdf(run, {}).value());
    for (int i = 0; i < 90; ++i)
        EXPECT_THAT(text, HasSubstr("grader_" + std::to_string(i) + " "));
    EXPECT_THAT(text, HasSubstr("end of it"));
    EXPECT_GE(std::ranges::count(text, 'r'), 40'000);
    const auto at = text.find("page 1 of ");
    ASSERT_NE(at, std::string::npos);
    const auto pages = std::stoi(text.substr(at + 10));
    EXPECT_GE(pages, 10);
    for (int i = 1; i <= pages; ++i)
        EXPECT_THAT(text, HasSubstr("page " + std::to_string(i) + " of " + std::to_string(pages)));
}

TEST(report_pdf, a_run_without_columns_or_date_prints) {
    const auto pdf = report_pdf({.run = "run_1"}, {});
    ASSERT_TRUE(pdf);
    EXPECT_THAT(words_of(*pdf), HasSubstr("No case of the open part failed."));
    EXPECT_THAT(read_by("pdfinfo", *pdf), Not(HasSubstr("CreationDate")));
}

} // namespace
} // namespace servery::evaluation
