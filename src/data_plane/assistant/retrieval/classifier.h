// Leg C: one-vs-rest L2 logistic regression on leg B's features and a bias feature of value 1,
//   minimise 1/2 |w|^2 + C sum ln(1 + exp(-y w.x)),
// by dual coordinate descent (Yu, Huang, Lin, "Dual coordinate descent methods for logistic
// regression and maximum entropy models", Machine Learning 85, 2011). Classes are trained in
// parallel, each from the same fixed seed: equal input gives bit-equal weights.
// Thread: train() starts its own threads; a trained classifier is immutable.
#pragma once

#include "data_plane/assistant/retrieval/ngrams.h"

#include <cstdint>
#include <span>
#include <vector>

namespace servery::assistant {

constexpr std::size_t max_classifier_weights = 16'000'000; // float32, 64 MB

struct classifier_settings {
    double c = 10;
    int max_epochs = 100;
    double relative_change = 1e-4; // of the dual objective, where an epoch ends the training
    int threads = 2;
};

class classifier {
  public:
    // labels[i] in [0, classes) of text i of the space.
    void train(const ngram_space& space, std::span<const std::uint32_t> labels, std::size_t classes,
               const classifier_settings& settings);
    [[nodiscard]] bool on() const { return classes_ > 0; }
    [[nodiscard]] std::size_t classes() const { return classes_; }
    // s(e) = sigmoid(w_e . x) for every class.
    [[nodiscard]] std::vector<float> score(std::span<const weighted_feature> x) const;
    [[nodiscard]] std::size_t bytes() const { return weights_.size() * sizeof(float); }
    [[nodiscard]] std::span<const float> weights() const { return weights_; }

  private:
    std::size_t classes_ = 0;
    std::vector<std::int32_t> row_of_feature_; // -1 = left out
    std::vector<float> weights_;               // row-major: feature, then class
    std::vector<float> bias_;
};

} // namespace servery::assistant
