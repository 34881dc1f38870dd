#include "data_plane/assistant/bench/measures.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace servery::assistant {

std::optional<double> auroc(std::vector<double> positive, std::vector<double> negative) {
    if (positive.empty() || negative.empty()) return std::nullopt;
    std::ranges::sort(negative);
    double wins = 0;
    for (const double p : positive) {
        const auto below = std::ranges::lower_bound(negative, p) - negative.begin();
        const auto not_above = std::ranges::upper_bound(negative, p) - negative.begin();
        wins += 0.5 * static_cast<double>(below + not_above);
    }
    return wins / (static_cast<double>(positive.size()) * static_cast<double>(negative.size()));
}

namespace {

double coverage_at(std::span<const scored_message> messages, double wanted) {
    std::vector<std::pair<double, bool>> falling;
    for (const auto& m : messages)
        falling.emplace_back(m.confidence, m.right);
    std::ranges::sort(falling, std::greater<>{}, &std::pair<double, bool>::first);
    std::size_t right = 0;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < falling.size(); ++i) {
        right += falling[i].second ? 1 : 0;
        const bool end_of_tie = i + 1 == falling.size() || falling[i + 1].first < falling[i].first;
        if (end_of_tie && static_cast<double>(right) >= wanted * static_cast<double>(i + 1))
            covered = i + 1;
    }
    return static_cast<double>(covered) / static_cast<double>(falling.size());
}

double calibration_error(std::span<const scored_message> messages) {
    std::vector<std::pair<double, bool>> rising;
    for (const auto& m : messages)
        rising.emplace_back(m.confidence, m.right);
    std::ranges::sort(rising);
    double sum = 0;
    constexpr std::size_t bins = 10;
    for (std::size_t b = 0; b < bins; ++b) {
        const auto from = rising.size() * b / bins;
        const auto to = rising.size() * (b + 1) / bins;
        double confidence = 0;
        double right = 0;
        for (auto i = from; i < to; ++i) {
            confidence += rising[i].first;
            right += rising[i].second ? 1 : 0;
        }
        sum += std::abs(confidence - right);
    }
    return sum / static_cast<double>(rising.size());
}

} // namespace

retrieval_measures measure(std::span<const scored_message> messages) {
    retrieval_measures out;
    std::vector<double> in;
    std::vector<double> outside;
    std::vector<double> right;
    std::vector<double> wrong;
    for (const auto& m : messages) {
        (m.in_scope ? in : outside).push_back(m.confidence);
        if (!m.in_scope) continue;
        (m.right ? right : wrong).push_back(m.confidence);
        out.r_at_3 += m.among_three ? 1 : 0;
    }
    out.n_in = in.size();
    out.n_out = outside.size();
    if (messages.empty()) return out;
    if (!in.empty()) {
        out.accuracy = static_cast<double>(right.size()) / static_cast<double>(in.size());
        out.r_at_3 /= static_cast<double>(in.size());
    }
    out.auroc_in_out = auroc(in, outside);
    out.auroc_right_wrong = auroc(right, wrong);
    if (!in.empty() && !outside.empty()) {
        std::ranges::sort(in, std::greater<>{});
        const auto kept =
            static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(in.size()) - 1e-9));
        const double threshold = in[std::max<std::size_t>(kept, 1) - 1];
        const auto passed =
            std::ranges::count_if(outside, [&](double c) { return c >= threshold; });
        out.fpr95 = static_cast<double>(passed) / static_cast<double>(outside.size());
    }
    out.coverage_at_90 = coverage_at(messages, 0.9);
    out.ece = calibration_error(messages);
    return out;
}

} // namespace servery::assistant
