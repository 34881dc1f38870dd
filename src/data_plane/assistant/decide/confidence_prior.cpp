#include "data_plane/assistant/decide/confidence_prior.h"

namespace servery::assistant {

namespace {

// order: top, share, margin, known, covered, agree, self, cos, is_short, is_long, misses
constexpr confidence_weights without_classifier{
    .intercept = -0.5,
    .beta = {0.3, 0.3, 0.4, 0.5, 0.8, 0.3, 0.3, 0.8, 0, -0.1, -0.1},
    .mean = {0.4, 0.3, 0.3, 0.8, 0.6, 0.7, 0.5, 0.4, 0.3, 0, 0},
    .deviation = {0.2, 0.2, 0.25, 0.2, 0.3, 0.3, 0.3, 0.2, 0.5, 0.1, 0.3}};

constexpr confidence_weights with_classifier = without_classifier;

} // namespace

const confidence_weights& confidence_prior(bool classifier_on) {
    return classifier_on ? with_classifier : without_classifier;
}

} // namespace servery::assistant
