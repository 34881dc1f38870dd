// The weights of the confidence before a project has labels of its own.
//   confidence = sigmoid(intercept + sum beta_j * (f_j - mean_j) / deviation_j)
// Fitted by tools/fit_confidence_prior on public development data; no text of it is shipped.
// Thread: constants.
#pragma once

#include <array>

namespace servery::assistant {

struct confidence_weights {
    double intercept = 0;
    std::array<double, 11> beta{};
    std::array<double, 11> mean{};
    std::array<double, 11> deviation{};
};

// One set with leg C, one without.
[[nodiscard]] const confidence_weights& confidence_prior(bool classifier_on);

} // namespace servery::assistant
