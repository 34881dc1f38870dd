// Measures of retrieval and confidence over scored messages. Thread: pure functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace servery::assistant {

struct scored_message {
    double confidence = 0;
    bool in_scope = true;
    bool right = false; // the best entry is right; false when out of scope
    bool among_three = false;
};

struct retrieval_measures {
    std::size_t n_in = 0;
    std::size_t n_out = 0;
    double accuracy = 0;                // in scope
    double r_at_3 = 0;                  // in scope
    std::optional<double> auroc_in_out; // ties count half
    // share of out-of-scope messages at or above the threshold that keeps 95 % of in-scope ones
    std::optional<double> fpr95;
    std::optional<double> auroc_right_wrong; // in scope
    double coverage_at_90 = 0; // largest share answered, most confident first, 90 % of it right
    double ece = 0;            // 10 bins of equal count
};

[[nodiscard]] retrieval_measures measure(std::span<const scored_message> messages);
[[nodiscard]] std::optional<double> auroc(std::vector<double> positive,
                                          std::vector<double> negative);

} // namespace servery::assistant
