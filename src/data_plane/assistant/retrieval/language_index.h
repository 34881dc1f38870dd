// The index of one language's entries: all legs, and the raw scores of every entry for a message.
// Thread: built by compile(), then immutable.
#pragma once

#include "data_plane/assistant/retrieval/bm25.h"
#include "data_plane/assistant/retrieval/classifier.h"
#include "data_plane/assistant/retrieval/knowledge_index.h"
#include "data_plane/assistant/retrieval/ngrams.h"

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace servery::assistant {

// Weights of the columns of leg A.
constexpr double question_weight = 5;
constexpr double phrasing_weight = 5;
constexpr double answer_weight = 1;
constexpr double tag_weight = 2;
constexpr double expanded_weight = 1.5;
constexpr std::size_t phrasings_in_leg_a = 20;

// A message made ready for one language.
struct prepared_message {
    std::vector<token> tokens;
    std::vector<std::string> stems; // content stems, with repetitions
    std::vector<ngram_count> grams;
    std::uint32_t words = 0; // tokens without joins
};

// Raw scores, one place an entry of this language.
struct leg_scores {
    std::vector<double> a, b1, b2, c;
    std::vector<std::uint32_t> best_text; // the text of b1, by place among the language's texts
};

struct knowledge_index::language_index {
    std::string lang;
    std::vector<std::uint32_t> entries; // places in knowledge_index::entries()
    std::unordered_set<std::string> vocabulary;
    bm25_index rows;
    ngram_space questions;
    ngram_space documents;
    std::vector<std::uint32_t> entry_of_text; // local entry of each question or phrasing
    std::vector<double> self_score;           // leg A of a text against its own entry
    classifier model;

    [[nodiscard]] prepared_message prepare(std::vector<token> tokens) const;
    [[nodiscard]] leg_scores score(const prepared_message& message,
                                   const model_params& params) const;
    // ln((1+N)/(1+n)) + 1 over counted rows; an unknown stem weighs ln(1+N) + 1.
    [[nodiscard]] double stem_mass(std::string_view stem) const;

    void build(const release& content, std::span<const char> counted, const model_params& params,
               bool may_classify);
};

[[nodiscard]] ngram_shape shape_of(const model_params& params);

} // namespace servery::assistant
