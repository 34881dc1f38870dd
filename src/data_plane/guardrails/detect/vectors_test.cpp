// The public vectors of other tools: 100 % less the listed exceptions, each with its reason.
#include "data_plane/guardrails/detect/checks.h"
#include "data_plane/guardrails/detect/detect.h"
#include "foundation/json/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace servery::guardrails {
namespace {

std::string folder() {
    return std::string(SERVERY_SOURCE_DIR) + "/tests/data/guardrails/";
}

const std::map<std::string, pii_type> recognisers{
    {"iban", pii_type::IBAN_CODE},      {"ip", pii_type::IP_ADDRESS},
    {"phone", pii_type::PHONE_NUMBER},  {"credit_card", pii_type::CREDIT_CARD},
    {"email", pii_type::EMAIL_ADDRESS}, {"url", pii_type::URL},
    {"us_ssn", pii_type::US_SSN},       {"uk_nhs", pii_type::UK_NHS},
    {"de_tax_id", pii_type::DE_TAX_ID}};

// Numbers of the rows that are known to differ (first row = 1).
std::set<int> exceptions() {
    std::set<int> rows;
    std::ifstream in(folder() + "vector_exceptions.tsv");
    std::string line;
    while (std::getline(in, line))
        if (!line.empty() && line[0] != '#') rows.insert(std::stoi(line));
    return rows;
}

bool holds(const json::object& row) {
    const auto type = recognisers.at(json::text_or(row, "recognizer"));
    const auto text = json::text_or(row, "text");
    const auto found = detect_only(type, text);
    if (row.at("expected_count").is_null())
        return row.at("expected_bool").as_bool() == !found.empty();
    return found.size() == static_cast<std::size_t>(row.at("expected_count").as_int64());
}

bool positions_hold(const json::object& row) {
    const auto& positions = row.at("positions");
    if (!positions.is_array() || positions.as_array().empty()) return true;
    const auto text = json::text_or(row, "text");
    const auto found = detect_only(recognisers.at(json::text_or(row, "recognizer")), text);
    if (found.size() != positions.as_array().size()) return false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto& expected = positions.as_array()[i].as_array();
        // ASCII rows only: offsets of the file are code points
        if (found[i].begin != static_cast<std::uint32_t>(expected[0].as_int64()) ||
            found[i].end != static_cast<std::uint32_t>(expected[1].as_int64()))
            return false;
    }
    return true;
}

TEST(vectors, every_recogniser_case_holds_but_the_listed_ones) {
    std::ifstream in(folder() + "recognizer_cases.jsonl");
    ASSERT_TRUE(in);
    const auto known = exceptions();
    std::string line;
    int row = 0;
    int misplaced = 0;
    while (std::getline(in, line)) {
        ++row;
        const auto parsed = json::parse(line);
        ASSERT_TRUE(parsed) << "row " << row;
        const auto& o = parsed->get_object();
        const bool ok = holds(o);
        if (known.contains(row))
            EXPECT_FALSE(ok) << "row " << row << " holds now: take it off the list";
        else
            EXPECT_TRUE(ok) << "row " << row << ": " << line;
        if (ok && !positions_hold(o)) {
            ++misplaced;
            std::cout << "misplaced row " << row << ": " << line << "\n";
        }
    }
    EXPECT_GT(row, 500);
    EXPECT_LE(static_cast<int>(known.size()) * 100, row);
    EXPECT_LE(misplaced, 3);
}

TEST(vectors, check_functions_agree_with_stdnum) {
    std::ifstream in(folder() + "stdnum_cases.tsv");
    ASSERT_TRUE(in);
    std::string line;
    while (std::getline(in, line)) {
        std::stringstream fields(line);
        std::string validator, value, expected;
        std::getline(fields, validator, '\t');
        std::getline(fields, value, '\t');
        std::getline(fields, expected, '\t');
        const auto digits = normalise(pii_type::US_SSN, value);
        const bool ok = validator == "us/ssn" ? us_ssn(digits) : de_tax_id(digits);
        EXPECT_EQ(ok, expected == "valid") << line;
    }
}

} // namespace
} // namespace servery::guardrails
