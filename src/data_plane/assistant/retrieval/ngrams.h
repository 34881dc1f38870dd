// Leg B: cosine of texts as weighted word 1- and 2-grams and character 3- to 5-grams inside padded
// tokens. Weight (1 + ln tf) * (ln((1 + N) / (1 + df)) + 1); the word block and the character block
// are each scaled to length 1 and then to their shares. Thread: built by one, then immutable.
#pragma once

#include "data_plane/assistant/text/analyse.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace servery::assistant {

struct ngram_shape {
    int word_to = 2;
    int char_from = 3;
    int char_to = 5;
    double word_share = 0.5; // of the squared length
};

// A feature is named by a 64-bit hash of its bytes; `chars` tells its block.
struct ngram_count {
    std::uint64_t hash = 0;
    float count = 0;
    bool chars = false;
};
// Sorted by hash, each once.
[[nodiscard]] std::vector<ngram_count> ngrams_of(std::span<const token> tokens,
                                                 const ngram_shape& shape);
// Both lists as one text.
[[nodiscard]] std::vector<ngram_count> joined(std::vector<ngram_count> a,
                                              std::span<const ngram_count> b);

struct weighted_feature {
    std::uint32_t feature = 0;
    float weight = 0;
};

class ngram_space {
  public:
    explicit ngram_space(ngram_shape shape = {}) : shape_(shape) {}

    // Texts first, all of them; then finish(). Only `counted` texts make up N and df.
    void add_text(std::vector<ngram_count> counts, bool counted);
    void finish();

    // A text as a vector of length 1 over the known features; unknown ones count in the length.
    [[nodiscard]] std::vector<weighted_feature>
    vector_of(std::span<const ngram_count> counts) const;
    // Adds the cosine of v with every text to `out` (one place a text).
    void cosines(std::span<const weighted_feature> v, std::vector<float>& out) const;

    [[nodiscard]] std::size_t texts() const { return vectors_begin_.size() - 1; }
    [[nodiscard]] std::size_t features() const { return hashes_.size(); }
    [[nodiscard]] std::uint32_t document_frequency(std::uint32_t feature) const {
        return static_cast<std::uint32_t>(postings_begin_[feature + 1] - postings_begin_[feature]);
    }
    [[nodiscard]] std::span<const weighted_feature> text_vector(std::size_t text) const {
        return std::span(vectors_).subspan(vectors_begin_[text],
                                           vectors_begin_[text + 1] - vectors_begin_[text]);
    }
    // The vectors of texts are only needed while a classifier is trained.
    void drop_vectors();
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct posting {
        std::uint32_t text;
        float weight;
    };
    [[nodiscard]] std::int64_t id_of(std::uint64_t hash) const;

    ngram_shape shape_;
    std::vector<std::vector<ngram_count>> pending_;
    std::vector<bool> counted_;
    std::vector<std::uint64_t> hashes_; // sorted; the place is the feature's id
    std::vector<float> idf_;
    float idf_unknown_ = 1;
    std::vector<std::size_t> postings_begin_;
    std::vector<posting> postings_;
    std::vector<std::size_t> vectors_begin_{0};
    std::vector<weighted_feature> vectors_;
};

} // namespace servery::assistant
