#include "data_plane/assistant/retrieval/ngrams.h"
#include "data_plane/assistant/text/normalise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace servery::assistant {
namespace {

std::vector<token> tokens(std::string_view text) {
    return tokenise(normalise(text).text);
}

// The formula as it is written, over strings instead of hashes.
std::map<std::string, double> counts(std::string_view text) {
    std::map<std::string, double> out;
    std::vector<std::string> words;
    for (const auto& t : tokens(text)) {
        ++out["w:" + t.text];
        if (!t.joined) words.push_back(t.text);
        const auto padded = " " + t.text + " ";
        for (std::size_t n = 3; n <= 5; ++n)
            for (std::size_t i = 0; i + n <= padded.size(); ++i)
                ++out["c:" + padded.substr(i, n)];
    }
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        ++out["w:" + words[i] + " " + words[i + 1]];
    return out;
}

std::map<std::string, double> weighed(const std::map<std::string, double>& tf,
                                      const std::map<std::string, double>& df, double n) {
    std::map<std::string, double> out;
    double length[2] = {0, 0};
    for (const auto& [f, count] : tf) {
        const auto at = df.find(f);
        const double with = at == df.end() ? 0 : at->second;
        const double w = (1 + std::log(count)) * (std::log((1 + n) / (1 + with)) + 1);
        out[f] = w;
        length[f[0] == 'w'] += w * w;
    }
    for (auto& [f, w] : out)
        w *= std::sqrt(0.5 / length[f[0] == 'w']);
    return out;
}

TEST(leg_b, equals_a_brute_force_cosine) {
    const std::vector<std::string> texts{
        "Is there parking available?", "Do you have wi-fi in the rooms?",
        "Can I bring my dog or my other dog?", "What time is check-in there?", "parking cost"};
    ngram_space space;
    std::map<std::string, double> df;
    for (const auto& text : texts) {
        space.add_text(ngrams_of(tokens(text), {}), true);
        for (const auto& [f, n] : counts(text))
            ++df[f];
    }
    space.finish();
    const double n = static_cast<double>(texts.size());
    for (const std::string query : {"is there wifi", "how much is parking per night", "dogs dogs",
                                    "when can we check in", "Is there parking available?"}) {
        std::vector<float> mine(texts.size(), 0.0F);
        space.cosines(space.vector_of(ngrams_of(tokens(query), {})), mine);
        const auto q = weighed(counts(query), df, n);
        for (std::size_t t = 0; t < texts.size(); ++t) {
            const auto d = weighed(counts(texts[t]), df, n);
            double expected = 0;
            for (const auto& [f, w] : q)
                if (const auto at = d.find(f); at != d.end()) expected += w * at->second;
            EXPECT_NEAR(mine[t], expected, 1e-5) << query << " / " << texts[t];
        }
    }
}

TEST(leg_b, gives_a_text_the_likeness_of_one_to_itself) {
    ngram_space space;
    space.add_text(ngrams_of(tokens("where can we park"), {}), true);
    space.add_text(ngrams_of(tokens("is there a pool"), {}), true);
    space.finish();
    std::vector<float> cosines(2, 0.0F);
    space.cosines(space.vector_of(ngrams_of(tokens("where can we park"), {})), cosines);
    EXPECT_NEAR(cosines[0], 1, 1e-6);
    EXPECT_LT(cosines[1], 0.3);
}

} // namespace
} // namespace servery::assistant
