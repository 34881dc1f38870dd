// Precision and recall on a labelled file that is not part of the repository. Runs only when its
// path is given:
//   SERVERY_PII_FILE=…/presidio_generated_large.jsonl servery_guardrails_test
//   --gtest_filter='measure*'
// A hit is the same type with intersection over union of at least one half. A detection over a span
// of an uncounted type (title, honorific, licence) counts neither way.
#include "data_plane/guardrails/detect/detect.h"
#include "foundation/json/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace servery::guardrails {
namespace {

struct gold_span {
    std::string type;
    std::size_t begin = 0; // bytes
    std::size_t end = 0;
    bool hit = false;
};

struct tally {
    int hits = 0;
    int missed = 0;
    int wrong = 0;
};

std::size_t byte_of(std::string_view text, std::int64_t code_point) {
    std::size_t at = 0;
    for (std::int64_t n = 0; at < text.size(); ++at) {
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
        if (n++ == code_point) return at;
    }
    return text.size();
}

std::vector<gold_span> gold_of(const json::object& row, std::string_view text) {
    std::vector<gold_span> out;
    for (const auto& s : row.at("spans").as_array()) {
        std::string type(s.as_array()[0].as_string());
        if (type == "DOMAIN_NAME") type = "URL";
        out.push_back({type, byte_of(text, s.as_array()[1].as_int64()),
                       byte_of(text, s.as_array()[2].as_int64())});
    }
    return out;
}

double overlap_share(const gold_span& g, const finding& f) {
    const auto begin = std::max<std::size_t>(g.begin, f.begin);
    const auto end = std::min<std::size_t>(g.end, f.end);
    if (begin >= end) return 0;
    const auto all = std::max<std::size_t>(g.end, f.end) - std::min<std::size_t>(g.begin, f.begin);
    return static_cast<double>(end - begin) / static_cast<double>(all);
}

const std::set<std::string> counted{"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "US_SSN",
                                    "IP_ADDRESS",  "URL",       "PHONE_NUMBER"};

void score_row(const json::object& row, std::map<std::string, tally>& tallies, int& template_mod,
               bool show) {
    const auto text = json::text_or(row, "text");
    template_mod = static_cast<int>(row.at("template_id").as_int64() % 5);
    auto gold = gold_of(row, text);
    for (const auto& f : detect(text, {.least_score = 40})) {
        const std::string type(name(f.type));
        if (!counted.contains(type)) continue;
        auto hit = std::ranges::find_if(gold, [&](const gold_span& g) {
            return !g.hit && g.type == type && overlap_share(g, f) >= 0.5;
        });
        if (hit != gold.end()) {
            hit->hit = true;
            ++tallies[type].hits;
            continue;
        }
        const bool uncounted = std::ranges::any_of(gold, [&](const gold_span& g) {
            const bool other =
                g.type == "TITLE" || g.type == "PREFIX" || g.type == "US_DRIVER_LICENSE";
            return other && overlap_share(g, f) > 0;
        });
        if (uncounted) continue;
        ++tallies[type].wrong;
        if (show)
            std::cout << "WRONG " << type << " '" << text.substr(f.begin, f.end - f.begin)
                      << "' in: " << text << "\n";
    }
    for (const auto& g : gold) {
        if (!counted.contains(g.type) || g.hit) continue;
        ++tallies[g.type].missed;
        if (show)
            std::cout << "MISSED " << g.type << " '" << text.substr(g.begin, g.end - g.begin)
                      << "' in: " << text << "\n";
    }
}

TEST(measure, precision_and_recall_of_a_labelled_file) {
    const char* path = std::getenv("SERVERY_PII_FILE");
    if (path == nullptr) GTEST_SKIP() << "set SERVERY_PII_FILE to measure";
    std::ifstream in(path);
    ASSERT_TRUE(in);
    std::map<std::string, tally> all;
    std::map<std::string, tally> held_out; // templates with id mod 5 = 0
    std::string line;
    while (std::getline(in, line)) {
        const auto row = json::parse(line);
        ASSERT_TRUE(row);
        int mod = 0;
        score_row(row->get_object(), all, mod, std::getenv("SERVERY_PII_SHOW") != nullptr);
        if (mod == 0) score_row(row->get_object(), held_out, mod, false);
    }
    for (const auto& [title, tallies] : {std::pair{"all", &all}, std::pair{"held out", &held_out}})
        for (const auto& [type, t] : *tallies)
            std::cout << title << " " << type << " precision "
                      << 1.0 * t.hits / std::max(1, t.hits + t.wrong) << " recall "
                      << 1.0 * t.hits / std::max(1, t.hits + t.missed) << " (" << t.hits << " hit, "
                      << t.missed << " missed, " << t.wrong << " wrong)\n";
}

TEST(measure, nanoseconds_for_a_hundred_clean_bytes) {
    if (std::getenv("SERVERY_PII_FILE") == nullptr)
        GTEST_SKIP() << "set SERVERY_PII_FILE to measure";
    std::string text;
    while (text.size() < 1000)
        text += "When are you open on Sunday, and may I bring my dog along? ";
    std::size_t sink = 0;
    constexpr int rounds = 20'000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
        sink += detect(text).size();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::steady_clock::now() - start)
                        .count();
    std::cout << "clean text: "
              << static_cast<double>(ns) * 100 / rounds / static_cast<double>(text.size())
              << " ns per 100 bytes" << (sink != 0 ? "!" : "") << "\n";
}

} // namespace
} // namespace servery::guardrails
