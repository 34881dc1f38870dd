#include "data_plane/assistant/decide/calibration.h"

#include "foundation/stats/binomial.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servery::assistant {

namespace {

constexpr std::size_t enough_recent = 300;
constexpr double first_share = 0.06;
constexpr double share_step = 0.03;
constexpr double wanted_power = 0.8;
constexpr std::int64_t longest_forecast = 20'000; // labelled messages above the threshold

// Confidences in falling order with what is known about them.
class ordered_labels {
  public:
    explicit ordered_labels(std::span<const labelled_confidence> labelled)
        : items_(labelled.begin(), labelled.end()) {
        std::ranges::sort(items_, std::greater<>{}, &labelled_confidence::confidence);
        wrong_.push_back(0);
        for (const auto& item : items_)
            wrong_.push_back(wrong_.back() + (item.right ? 0 : 1));
    }
    [[nodiscard]] std::int64_t at_or_above(double t) const {
        const auto end = std::ranges::partition_point(
            items_, [&](const labelled_confidence& i) { return i.confidence >= t; });
        return end - items_.begin();
    }
    [[nodiscard]] std::int64_t wrong_among(std::int64_t first) const {
        return wrong_[static_cast<std::size_t>(first)];
    }
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(items_.size()); }
    [[nodiscard]] std::vector<double> confidences() const {
        std::vector<double> out;
        for (const auto& item : items_)
            out.push_back(item.confidence);
        return out;
    }

  private:
    std::vector<labelled_confidence> items_;
    std::vector<std::int64_t> wrong_;
};

// The threshold that leaves the share s of `falling` at or above it.
double threshold_of_share(const std::vector<double>& falling, double s) {
    const auto n = static_cast<double>(falling.size());
    const auto kept = std::clamp(std::ceil(s * n - 1e-9), 1.0, n);
    return falling[static_cast<std::size_t>(kept) - 1];
}

// The smallest share from 6 % on whose threshold leaves enough labelled messages; above 1 = none.
// It looks at confidences only, so the test that starts there stays valid.
double starting_share(const ordered_labels& labels, const std::vector<double>& falling,
                      std::int64_t fewest) {
    const double step = 1 / static_cast<double>(falling.size());
    for (double s = first_share; s <= 1 + 1e-9; s += step)
        if (labels.at_or_above(threshold_of_share(falling, std::min(s, 1.0))) >= fewest)
            return std::min(s, 1.0);
    return 2;
}

// How many more labels until a base that is right with this probability above its threshold passes
// with probability 0.8.
std::optional<std::int64_t> forecast(std::int64_t above, double right_share, std::int64_t labels,
                                     double eps, double delta) {
    if (above <= 0 || right_share <= 1 - eps) return std::nullopt;
    const double share_above = static_cast<double>(above) / static_cast<double>(labels);
    std::int64_t allowed = -1;
    for (std::int64_t m = above; m <= longest_forecast; ++m) {
        while (stats::binomial_cdf(allowed + 1, m, eps) <= delta)
            ++allowed;
        if (allowed < 0) continue;
        if (stats::binomial_cdf(allowed, m, 1 - right_share) < wanted_power) continue;
        const auto total =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(m) / share_above - 1e-9));
        return std::max<std::int64_t>(total - labels, 0);
    }
    return std::nullopt;
}

} // namespace

std::int64_t fewest_to_pass(double promised_accuracy, double delta) {
    return static_cast<std::int64_t>(std::ceil(std::log(delta) / std::log(promised_accuracy)));
}

calibration_result calibrate(std::span<const labelled_confidence> labelled,
                             std::span<const double> recent, const calibration_request& asked) {
    calibration_result out;
    out.n_labels = static_cast<std::int64_t>(labelled.size());
    if (labelled.empty()) return out;
    const ordered_labels labels(labelled);
    const double eps = 1 - asked.promised_accuracy;
    std::vector<double> falling(recent.begin(), recent.end());
    if (falling.size() < enough_recent) falling = labels.confidences();
    std::ranges::sort(falling, std::greater<>{});

    const auto fewest = fewest_to_pass(asked.promised_accuracy, asked.delta);
    const double start = starting_share(labels, falling, fewest);
    for (int step = 0; start + share_step * step <= 1 + 1e-9; ++step) {
        const double t = threshold_of_share(falling, std::min(1.0, start + share_step * step));
        const auto m = labels.at_or_above(t);
        const auto w = labels.wrong_among(m);
        if (stats::binomial_cdf(w, m, eps) > asked.delta) break;
        out.t_answer = t;
        out.n_above = m;
        out.wrong_above = w;
    }
    const double shown = out.t_answer.value_or(threshold_of_share(falling, std::min(start, 1.0)));
    const auto above = labels.at_or_above(shown);
    const auto right = above - labels.wrong_among(above);
    if (above > 0) out.observed = static_cast<double>(right) / static_cast<double>(above);
    if (out.t_answer) {
        const auto kept = std::ranges::count_if(falling, [&](double c) { return c >= shown; });
        out.share_answered = static_cast<double>(kept) / static_cast<double>(falling.size());
        out.labels_needed = 0;
    } else {
        // The most confident share decides; it may be smaller than what the test needs.
        const auto top = labels.at_or_above(threshold_of_share(falling, first_share));
        const auto top_right = top - labels.wrong_among(top);
        if (top > 0)
            out.labels_needed =
                forecast(top, static_cast<double>(top_right) / static_cast<double>(top),
                         out.n_labels, eps, asked.delta);
    }
    return out;
}

std::vector<curve_point> calibration_curve(std::span<const labelled_confidence> labelled,
                                           std::span<const double> recent, double delta) {
    std::vector<curve_point> out;
    for (const double promised : {0.70, 0.75, 0.80, 0.85, 0.90, 0.95}) {
        const auto r = calibrate(labelled, recent, {promised, delta});
        out.push_back({promised, r.share_answered, r.t_answer, r.observed, r.n_above, r.n_labels,
                       r.labels_needed});
    }
    return out;
}

double ask_threshold(std::span<const labelled_choice> labelled, double t_answer) {
    constexpr double otherwise = 0.30;
    if (labelled.size() < 100) return otherwise;
    std::vector<labelled_choice> below;
    for (const auto& item : labelled)
        if (item.confidence < t_answer) below.push_back(item);
    std::ranges::sort(below, std::greater<>{}, &labelled_choice::confidence);
    double best = otherwise;
    bool found = false;
    std::int64_t good = 0;
    for (std::size_t i = 0; i < below.size(); ++i) {
        good += below[i].right_among_three ? 1 : 0;
        const bool last_of_tie =
            i + 1 == below.size() || below[i + 1].confidence < below[i].confidence;
        if (last_of_tie && 2 * good >= static_cast<std::int64_t>(i) + 1) {
            best = below[i].confidence;
            found = true;
        }
    }
    return found ? best : otherwise;
}

} // namespace servery::assistant
