#include "data_plane/guardrails/chunkings.h"
#include "data_plane/guardrails/stream_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace servery::guardrails {
namespace {

std::string whole(std::string_view text, lane from = lane::output) {
    const auto policy = default_policy();
    return std::string(text_of(screen(text, policy, from), text));
}

// The output after each piece; the last is that of finish().
std::vector<std::string> shown(const std::vector<std::string>& pieces) {
    const auto policy = default_policy();
    stream_scanner scanner(policy, lane::output);
    std::vector<std::string> out;
    for (const auto& piece : pieces)
        scanner.feed(piece, out.emplace_back());
    scanner.finish(out.emplace_back());
    return out;
}

TEST(stream_scanner, an_address_split_over_three_deltas_never_shows) {
    EXPECT_EQ(shown({"Write to ann", "@exam", "ple.com", " please."}),
              (std::vector<std::string>{"Write to", "", "", " [EMAIL]", " please."}));
}

TEST(stream_scanner, a_card_number_is_held_until_it_can_be_judged) {
    EXPECT_EQ(shown({"Card 4111 ", "1111 1111", " 1111", " was", " charged"}),
              (std::vector<std::string>{"Card", "", "", "", " [CREDIT_CARD] was", " charged"}));
}

TEST(stream_scanner, an_iban_with_letters_is_held_to_its_end) {
    EXPECT_EQ(shown({"to GB82 WEST 12", "34 5698 76", "54 32 today"}),
              (std::vector<std::string>{"to", "", "", " [IBAN] today"}));
    EXPECT_EQ(whole("to GB82 WEST 1234 5698 7654 32 today"), "to [IBAN] today");
}

TEST(stream_scanner, a_price_is_told_from_a_number_by_the_word_behind_it) {
    std::string all;
    for (const auto& s : shown({"call or pay 100 200", " 30", "0", " EUR", " now"}))
        all += s;
    EXPECT_EQ(all, whole("call or pay 100 200 300 EUR now"));
}

TEST(stream_scanner, of_plain_words_holds_only_the_last) {
    const auto policy = default_policy();
    stream_scanner scanner(policy, lane::output);
    std::string out;
    scanner.feed("We are open until eigh", out);
    EXPECT_EQ(out, "We are open until");
    EXPECT_EQ(scanner.held(), 5U);
    scanner.feed("t.\nNo", out);
    EXPECT_EQ(out, "We are open until eight.");
}

TEST(stream_scanner, ideographs_are_let_go_at_once) {
    const auto policy = default_policy();
    stream_scanner scanner(policy, lane::output);
    std::string out;
    scanner.feed("我们的邮箱是ann@example.com，谢谢", out);
    EXPECT_EQ(out, "我们的邮箱是[EMAIL]，谢谢");
}

TEST(stream_scanner, a_run_without_end_is_not_held_without_end) {
    const auto policy = default_policy();
    stream_scanner scanner(policy, lane::output);
    std::string out;
    std::size_t most = 0;
    for (int i = 0; i < 5000; ++i) {
        scanner.feed(i % 2 == 0 ? "1" : "7", out);
        most = std::max(most, scanner.held());
    }
    EXPECT_LE(most, 768U);
    EXPECT_GT(out.size(), 4000U);
}

TEST(stream_scanner, offsets_are_those_of_the_text_as_it_came) {
    const auto policy = default_policy();
    stream_scanner scanner(policy, lane::output);
    std::string out;
    for (const char c : std::string_view("é ann@example.com and bob@example.org."))
        scanner.feed({&c, 1}, out);
    scanner.finish(out);
    ASSERT_EQ(scanner.spans().size(), 2U);
    EXPECT_EQ(scanner.spans()[0].found.begin, 3U);
    EXPECT_EQ(scanner.spans()[1].found.begin, 23U);
    EXPECT_EQ(scanner.spans()[1].found.end, 38U);
}

TEST(stream_scanner, every_cut_of_short_texts_gives_what_the_whole_gives) {
    const auto policy = default_policy();
    for (const auto& text : short_texts()) {
        const auto want = read_whole(text, policy, lane::output);
        for (std::size_t a = 0; a <= text.size(); ++a)
            for (std::size_t b = a; b <= text.size(); b += text.size() > 40 ? 11 : 1) {
                const auto got =
                    read_pieces({text.substr(0, a), text.substr(a, b - a), text.substr(b)}, policy,
                                lane::output);
                ASSERT_EQ(got, want) << text << " cut at " << a << " and " << b;
            }
        EXPECT_EQ(read_bytes(text, policy, lane::output), want) << text;
    }
}

// RA-PRIV
TEST(stream_scanner, a_hundred_thousand_random_cuts_change_nothing) {
    const auto said = compare_chunkings(100'000, 1, default_policy());
    EXPECT_EQ(said.chunkings, 100'000U);
    EXPECT_EQ(said.different, 0U) << said.first_difference;
    EXPECT_GT(said.with_findings, 10'000U) << "texts without values prove nothing";
}

TEST(stream_scanner, what_was_let_go_is_read_again_without_a_change) {
    const auto policy = default_policy();
    for (const auto& text : short_texts()) {
        const auto once = whole(text);
        EXPECT_EQ(whole(once), once) << text;
    }
}

TEST(stream_scanner, national_numbers_with_letters_are_held_to_their_end) {
    EXPECT_EQ(shown({"NI number AB", " 12 34 5", "6 C, thanks", " a lot"}),
              (std::vector<std::string>{"NI number", "", " [UK_NINO],", " thanks a", " lot"}));
    EXPECT_EQ(whole("Versicherungsnummer 65 170839 J 003."), "Versicherungsnummer [DE_SOCIAL].");
    EXPECT_EQ(whole("Versicherungsnummer 65 170839 J 004."), "Versicherungsnummer 65 170839 J 004.")
        << "the check digit is wrong";
}

} // namespace
} // namespace servery::guardrails
