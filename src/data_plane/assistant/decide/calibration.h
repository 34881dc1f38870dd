// Learn, then test: the right to answer unasked is a threshold that an exact test on labelled
// messages accepted (fixed sequence testing, each step an exact binomial test at level delta; the
// order is fixed beforehand, so the chance of a broken promise is at most delta a run).
// Thread: pure functions.
#pragma once

#include "foundation/base/result.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace servery::assistant {

struct labelled_confidence {
    double confidence = 0;
    bool right = false; // the best entry is one of the right ones
};

struct calibration_request {
    double promised_accuracy = 0.80; // 0.70-0.95
    double delta = 0.10;
};

struct calibration_result {
    std::optional<double> t_answer; // none = not ready, stay in draft mode
    double share_answered = 0;      // of the recent messages
    std::int64_t n_above = 0;       // labelled messages at or above t_answer
    std::int64_t wrong_above = 0;
    std::int64_t n_labels = 0;
    std::optional<double> observed; // right share above the threshold; none if n_above = 0
    std::optional<std::int64_t> labels_needed; // about so many more; none = no forecast
};

// The fewest labelled messages above a threshold that could pass without one error:
// ceil(ln delta / ln(1 - eps)); 11 for 80 %, 22 for 90 %, 45 for 95 %.
[[nodiscard]] std::int64_t fewest_to_pass(double promised_accuracy, double delta);

// recent: confidences of all recent messages, labels not looked at; with fewer than 300 the
// labelled ones are used in their place.
[[nodiscard]] calibration_result calibrate(std::span<const labelled_confidence> labelled,
                                           std::span<const double> recent,
                                           const calibration_request& asked);

struct curve_point {
    double promised = 0;
    double share_answered = 0;
    std::optional<double> threshold;
    std::optional<double> observed;
    std::int64_t n = 0;
    std::int64_t labels = 0;
    std::optional<std::int64_t> labels_needed;
};
BOOST_DESCRIBE_STRUCT(curve_point, (),
                      (promised, share_answered, threshold, observed, n, labels, labels_needed))

// For 70, 75, 80, 85, 90 and 95 %.
[[nodiscard]] std::vector<curve_point>
calibration_curve(std::span<const labelled_confidence> labelled, std::span<const double> recent,
                  double delta);

// The smallest t_ask for which at least half of the labelled messages in [t_ask, t_answer) have a
// right entry among the three; 0.30 with fewer than 100 labels or none such.
struct labelled_choice {
    double confidence = 0;
    bool right_among_three = false;
};
[[nodiscard]] double ask_threshold(std::span<const labelled_choice> labelled, double t_answer);

} // namespace servery::assistant
