#include "data_plane/guardrails/detect/checks.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace servery::guardrails {
namespace {

std::string one_digit_off(std::string digits, std::size_t at) {
    digits[at] = digits[at] == '9' ? '0' : static_cast<char>(digits[at] + 1);
    return digits;
}

std::string transposed(std::string digits, std::size_t at) {
    std::swap(digits[at], digits[at + 1]);
    return digits;
}

TEST(luhn, accepts_the_valid_and_refuses_every_single_wrong_digit) {
    const std::string valid = "4111111111111111";
    EXPECT_TRUE(luhn(valid));
    for (std::size_t i = 0; i < valid.size(); ++i)
        EXPECT_FALSE(luhn(one_digit_off(valid, i))) << i;
    EXPECT_FALSE(luhn(transposed(valid, 0)));
    EXPECT_FALSE(luhn("0"));
    EXPECT_FALSE(luhn("411111111111111x"));
}

TEST(iban, needs_the_length_of_its_country_and_rest_one) {
    EXPECT_TRUE(iban("DE89370400440532013000"));
    EXPECT_TRUE(iban("GB29NWBK60161331926819"));
    EXPECT_TRUE(iban("NO9386011117947"));
    EXPECT_FALSE(iban("DE8937040044053201300"));
    EXPECT_FALSE(iban("DE89370400440532013001"));
    EXPECT_FALSE(iban("DE89370400440532010300"));
    EXPECT_FALSE(iban("ZZ89370400440532013000"));
    EXPECT_FALSE(iban("de89370400440532013000"));
}

TEST(uk_nhs, uses_weights_ten_to_two_mod_eleven) {
    EXPECT_TRUE(uk_nhs("4010232137"));
    EXPECT_TRUE(uk_nhs("2213951837"));
    EXPECT_FALSE(uk_nhs("4010232138"));
    EXPECT_FALSE(uk_nhs("4010231237"));
    EXPECT_FALSE(uk_nhs("401023213"));
}

TEST(de_tax_id, has_a_check_digit_and_at_most_one_repeated_digit) {
    EXPECT_TRUE(de_tax_id("36574261809"));
    EXPECT_FALSE(de_tax_id("36574261808"));
    EXPECT_FALSE(de_tax_id("63574261809"));
    EXPECT_FALSE(de_tax_id("3657426180"));
    EXPECT_FALSE(de_tax_id("11111111111"));
    EXPECT_FALSE(de_tax_id("06574261809"));
}

TEST(us_ssn, knows_the_numbers_that_are_never_issued) {
    EXPECT_TRUE(us_ssn("078051123"));
    for (const auto* never : {"000051123", "666051123", "978051123", "078001123", "078050000",
                              "111111111", "123456789", "078051120", "07805112"})
        EXPECT_FALSE(us_ssn(never)) << never;
}

TEST(card_issuer, knows_ranges_and_lengths) {
    EXPECT_TRUE(card_issuer("4111111111111111"));
    EXPECT_TRUE(card_issuer("371449635398431"));
    EXPECT_TRUE(card_issuer("2221000000000009"));
    EXPECT_FALSE(card_issuer("2220000000000000"));
    EXPECT_FALSE(card_issuer("3714496353984310"));
    EXPECT_FALSE(card_issuer("9111111111111111"));
    EXPECT_FALSE(card_issuer("41111111111"));
}

TEST(checks, national_insurance_numbers_have_prefixes_in_use) {
    EXPECT_TRUE(uk_nino("AB123456C"));
    EXPECT_FALSE(uk_nino("AB123456E")) << "the last letter is A to D";
    EXPECT_FALSE(uk_nino("GB123456A")) << "never issued";
    EXPECT_FALSE(uk_nino("DA123456A"));
    EXPECT_FALSE(uk_nino("AO123456A"));
    EXPECT_FALSE(uk_nino("AB12345C"));
}

// The example of the German pension insurance, and what is wrong with it changed.
TEST(checks, german_social_security_numbers_carry_a_check_digit) {
    EXPECT_TRUE(de_social_security("65170839J003"));
    EXPECT_FALSE(de_social_security("65170839J004"));
    EXPECT_FALSE(de_social_security("65170893J003")) << "transposed";
    EXPECT_FALSE(de_social_security("65171339J003")) << "no thirteenth month";
    EXPECT_FALSE(de_social_security("65170839J03"));
}

} // namespace
} // namespace servery::guardrails
