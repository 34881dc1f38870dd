#include "data_plane/guardrails/detect/detect.h"
#include "foundation/base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace servery::guardrails {
namespace {

// "type:value" of what acts (score from 40 on).
std::vector<std::string> found(std::string_view text) {
    std::vector<std::string> out;
    for (const auto& f : detect(text, {.least_score = 40}))
        out.push_back(std::string(name(f.type)) + ":" +
                      std::string(text.substr(f.begin, f.end - f.begin)));
    return out;
}

using list = std::vector<std::string>;

TEST(detect, finds_a_value_at_the_start_the_end_and_in_brackets_and_quotes) {
    for (const auto& [value, type] : std::vector<std::pair<std::string, std::string>>{
             {"ann@example.com", "EMAIL_ADDRESS"},
             {"4111 1111 1111 1111", "CREDIT_CARD"},
             {"DE89 3704 0044 0532 0130 00", "IBAN_CODE"},
             {"+49 30 1234567", "PHONE_NUMBER"},
             {"192.168.10.44", "IP_ADDRESS"},
             {"078-05-1123", "US_SSN"}}) {
        const list expected{type + ":" + value};
        EXPECT_EQ(found(value), expected);
        EXPECT_EQ(found(value + " is mine"), expected);
        EXPECT_EQ(found("mine is " + value), expected);
        EXPECT_EQ(found("mine is " + value + "."), expected);
        EXPECT_EQ(found("(" + value + ")"), expected);
        EXPECT_EQ(found("\"" + value + "\""), expected);
        EXPECT_EQ(found("„" + value + "“"), expected);
        EXPECT_EQ(found("line\n" + value + "\nline"), expected);
        EXPECT_EQ(found("我的" + value + "谢谢"), expected) << "between CJK letters";
    }
}

TEST(detect, a_letter_or_digit_beside_a_number_means_it_is_something_else) {
    EXPECT_EQ(found("A4111111111111111"), list{});
    EXPECT_EQ(found("4111111111111111b"), list{});
    EXPECT_EQ(found("41111111111111112"), list{});
    EXPECT_EQ(found("xDE89370400440532013000"), list{});
    EXPECT_EQ(found("é4111111111111111"), list{});
}

TEST(detect, sees_through_full_width_digits_and_zero_width_characters) {
    EXPECT_EQ(found("４１１１ １１１１ １１１１ １１１１"),
              list{"CREDIT_CARD:４１１１ １１１１ １１１１ １１１１"});
    EXPECT_EQ(found("4111\u200b1111\u200b1111\u200b1111"),
              list{"CREDIT_CARD:4111\u200b1111\u200b1111\u200b1111"});
    EXPECT_EQ(found("ann\u00ad@exam\u200dple.com"),
              list{"EMAIL_ADDRESS:ann\u00ad@exam\u200dple.com"});
    EXPECT_EQ(found("ann＠example．com"), list{"EMAIL_ADDRESS:ann＠example．com"});
    EXPECT_EQ(found("٤١١١١١١١١١١١١١١١"), list{"CREDIT_CARD:٤١١١١١١١١١١١١١١١"});
    EXPECT_EQ(found("4111–1111–1111–1111"), list{"CREDIT_CARD:4111–1111–1111–1111"});
}

TEST(detect, decodes_entities_and_percent_escapes_once) {
    EXPECT_EQ(found("ann&#64;example.com"), list{"EMAIL_ADDRESS:ann&#64;example.com"});
    EXPECT_EQ(found("ann&commat;example&period;com"),
              list{"EMAIL_ADDRESS:ann&commat;example&period;com"});
    EXPECT_EQ(found("ann%40example.com"), list{"EMAIL_ADDRESS:ann%40example.com"});
    EXPECT_EQ(found("ann%2540example.com"), list{"URL:2540example.com"});
}

TEST(detect, wrong_checksums_are_dropped) {
    EXPECT_EQ(found("card 4111 1111 1111 1112"), list{});
    EXPECT_EQ(found("iban DE89 3704 0044 0532 0130 01"), list{});
}

TEST(detect, only_words_before_a_number_make_it_a_phone_number) {
    EXPECT_EQ(found("please call 555 1234"), list{"PHONE_NUMBER:555 1234"});
    EXPECT_EQ(found("bitte rufen Sie 9876543 an"), list{"PHONE_NUMBER:9876543"});
    EXPECT_EQ(found("555 1234 is what you call"), list{});
    EXPECT_EQ(found("call one two three four five 555 1234"), list{});
    EXPECT_EQ(found("my order is 9876543"), list{});
}

TEST(detect, dates_prices_years_and_decimals_are_no_phone_numbers) {
    for (const auto* text :
         {"call us from 2026-11-25 on", "call before 25.11.2026", "phone plans 2019-2020",
          "call now, only $1 234 567", "phone for 1.234.567 EUR", "call it 3.1415926",
          "phone book ISBN 978-3-16-148410-0", "call at 10:30 or 11:30"})
        EXPECT_EQ(found(text), list{}) << text;
}

TEST(detect, phone_numbers_of_many_countries) {
    for (const std::string value :
         {"+1 415 555 0132", "(415) 555-0132", "415-555-0132", "+44 20 7123 4567",
          "+44 (0)20 7123 4567", "020 7123 4567", "0049 30 1234567", "089/7263410",
          "+33 1 42 68 53 00", "06 12 34 56 78", "001-748-088-2851x818", "+39 06 678 4343",
          "(85) 5986-8343", "0487 23 46 71"})
        EXPECT_EQ(found(value), list{"PHONE_NUMBER:" + value});
}

TEST(detect, a_value_inside_a_url_stays_a_finding_of_its_own) {
    EXPECT_EQ(found("see https://shop.example.com/?mail=ann@example.com now"),
              (list{"URL:https://shop.example.com/?mail=ann@example.com",
                    "EMAIL_ADDRESS:ann@example.com"}));
    EXPECT_EQ(found("write to ann@example.com"), list{"EMAIL_ADDRESS:ann@example.com"});
}

TEST(detect, sentences_without_a_space_are_no_hosts) {
    EXPECT_EQ(found("It is done.So we go. See README.md and main.rs, e.g. this."), list{});
    EXPECT_EQ(found("go to example.com."), list{"URL:example.com"});
    EXPECT_EQ(found("write ann@example.com.Thanks"), list{"EMAIL_ADDRESS:ann@example.com"});
}

TEST(detect, a_version_is_no_address) {
    EXPECT_EQ(found("version 10.2.3.4"), list{});
    EXPECT_EQ(found("std::vector and a::b"), list{});
}

TEST(detect, a_checked_number_that_chance_often_makes_needs_its_word) {
    EXPECT_EQ(found("order 4010232137"), list{});
    EXPECT_EQ(found("my NHS number is 401 023 2137"), list{"UK_NHS:401 023 2137"});
    EXPECT_EQ(found("Steuer-ID 36 574 261 809"), list{"DE_TAX_ID:36 574 261 809"});
}

TEST(detect, numbers_of_a_long_row_are_found_one_by_one) {
    EXPECT_EQ(found("4012888888881881 4012-8888-8888-1881 4012 8888 8888 1881").size(), 3U);
}

TEST(detect, hostile_texts_take_linear_time) {
    for (const std::string unit : {"a@", "1 ", "1-", "a.", "1.", ":", "[", "key=", "DE89 ", "&#6",
                                   "%4", "\xE2\x80\x8B", "0049 "}) {
        std::string text;
        while (text.size() < 300'000)
            text += unit;
        (void)detect(text);
    }
}

RC_GTEST_PROP(detect, offsets_stand_on_code_point_borders_and_in_order, ()) {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "4111 1111 1111 1111", "ann@example.com", "é", "１２", " ", "\u200b", "日本", "&#64;",
        "+49 30 1234567", ".", "\xff", "x", "https://example.com/a?b=", "::1", "\n"));
    std::string text;
    for (const auto& piece : pieces)
        text += piece;
    const auto all = detect(text);
    std::uint32_t last = 0;
    for (const auto& f : all) {
        RC_ASSERT(f.begin < f.end);
        RC_ASSERT(f.end <= text.size());
        RC_ASSERT(f.begin >= last);
        RC_ASSERT((static_cast<unsigned char>(text[f.begin]) & 0xC0U) != 0x80U);
        if (f.end < text.size())
            RC_ASSERT((static_cast<unsigned char>(text[f.end]) & 0xC0U) != 0x80U);
        last = f.begin;
    }
}

} // namespace
} // namespace servery::guardrails
