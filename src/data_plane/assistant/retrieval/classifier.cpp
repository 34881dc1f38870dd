#include "data_plane/assistant/retrieval/classifier.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

namespace servery::assistant {

namespace {

struct sparse_rows {
    std::vector<std::size_t> begin{0};
    std::vector<weighted_feature> cells; // features renumbered to kept rows
    std::vector<double> squared;         // x.x + 1 for the bias
};

// Features kept by document frequency, ties by id, so that rows * classes stays in the limit.
std::vector<std::int32_t> kept_features(const ngram_space& space, std::size_t classes,
                                        std::size_t& kept) {
    const auto n = space.features();
    kept = std::min(n, max_classifier_weights / std::max<std::size_t>(classes, 1));
    std::vector<std::int32_t> rows(n, -1);
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    if (kept < n)
        std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
            const auto more = space.document_frequency(a);
            const auto less = space.document_frequency(b);
            return more != less ? more > less : a < b;
        });
    for (std::size_t i = 0; i < kept; ++i)
        rows[order[i]] = static_cast<std::int32_t>(i);
    return rows;
}

sparse_rows rows_of(const ngram_space& space, const std::vector<std::int32_t>& row_of_feature) {
    sparse_rows out;
    for (std::size_t t = 0; t < space.texts(); ++t) {
        double squared = 1;
        for (const auto& f : space.text_vector(t)) {
            const auto row = row_of_feature[f.feature];
            if (row < 0) continue;
            out.cells.push_back({static_cast<std::uint32_t>(row), f.weight});
            squared += static_cast<double>(f.weight) * f.weight;
        }
        out.begin.push_back(out.cells.size());
        out.squared.push_back(squared);
    }
    return out;
}

std::uint64_t splitmix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

double entropy_part(double a, double c) {
    return a * std::log(a) + (c - a) * std::log(c - a);
}

// One dual variable a in (0, C) a text: minimises over z
//   z ln z + (C-z) ln(C-z) + q/2 (z-a)^2 + b (z-a)
// by Newton steps kept inside the interval, from the end nearer to the solution, where the
// logarithm is harmless. `low` = a, `high` = C - a.
struct dual_pair {
    double low;
    double high;
};

// Returns the change of a.
double improve(dual_pair& pair, double c, double q, double b) {
    const bool mirrored = 0.5 * q * (pair.high - pair.low) + b < 0;
    double& mine = mirrored ? pair.high : pair.low;
    double& other = mirrored ? pair.low : pair.high;
    const double slope = mirrored ? -b : b;
    const double before = mine;
    double z = before;
    if (c - z < 0.5 * c) z *= 0.1;
    double gradient = q * (z - before) + slope + std::log(z / (c - z));
    bool moved = z != before;
    for (int step = 0; step < 50 && std::abs(gradient) > 1e-4; ++step) {
        const double curvature = q + c / ((c - z) * z);
        const double next = z - gradient / curvature;
        z = next <= 0 ? 0.1 * z : std::min(next, c * (1 - 1e-12));
        gradient = q * (z - before) + slope + std::log(z / (c - z));
        moved = true;
    }
    if (!moved) return 0;
    mine = z;
    other = c - z;
    return mirrored ? before - z : z - before;
}

// The weights of one class against the rest; w has one place more, for the bias.
std::vector<double> train_class(const sparse_rows& x, std::size_t features,
                                std::span<const std::uint32_t> labels, std::uint32_t mine,
                                const classifier_settings& settings) {
    const auto n = labels.size();
    std::vector<double> w(features + 1, 0.0);
    const double start = std::min(0.001 * settings.c, 1e-8);
    std::vector<dual_pair> duals(n, dual_pair{start, settings.c - start});
    const auto add = [&](std::size_t i, double amount) {
        for (auto k = x.begin[i]; k < x.begin[i + 1]; ++k)
            w[x.cells[k].feature] += amount * static_cast<double>(x.cells[k].weight);
        w[features] += amount;
    };
    const auto sign = [&](std::size_t i) { return labels[i] == mine ? 1.0 : -1.0; };
    for (std::size_t i = 0; i < n; ++i)
        add(i, sign(i) * start);

    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::uint64_t random = 0x5e7ae27 + mine;
    double objective = 0;
    for (int epoch = 0; epoch < settings.max_epochs; ++epoch) {
        for (std::size_t i = n; i > 1; --i)
            std::swap(order[i - 1], order[splitmix(random) % i]);
        for (const auto i : order) {
            double product = w[features];
            for (auto k = x.begin[i]; k < x.begin[i + 1]; ++k)
                product += w[x.cells[k].feature] * static_cast<double>(x.cells[k].weight);
            const double y = sign(i);
            const double change = improve(duals[i], settings.c, x.squared[i], y * product);
            if (change != 0) add(i, y * change);
        }
        double now = 0.5 * std::inner_product(w.begin(), w.end(), w.begin(), 0.0);
        for (const auto& pair : duals)
            now += entropy_part(std::max(pair.low, 1e-300), settings.c);
        // Without its constant part the dual's value is that of the primal, so that a relative
        // change of it means something.
        now -= static_cast<double>(n) * settings.c * std::log(settings.c);
        const bool settled =
            epoch > 0 && std::abs(objective - now) < settings.relative_change * std::abs(now);
        objective = now;
        if (settled) break;
    }
    return w;
}

} // namespace

void classifier::train(const ngram_space& space, std::span<const std::uint32_t> labels,
                       std::size_t classes, const classifier_settings& settings) {
    std::size_t kept = 0;
    row_of_feature_ = kept_features(space, classes, kept);
    const auto rows = rows_of(space, row_of_feature_);
    classes_ = classes;
    weights_.assign(kept * classes, 0);
    bias_.assign(classes, 0);

    std::atomic<std::uint32_t> next{0};
    const auto work = [&] {
        for (auto mine = next++; mine < classes; mine = next++) {
            const auto w = train_class(rows, kept, labels, mine, settings);
            for (std::size_t f = 0; f < kept; ++f)
                weights_[f * classes + mine] = static_cast<float>(w[f]);
            bias_[mine] = static_cast<float>(w[kept]);
        }
    };
    std::vector<std::jthread> helpers;
    for (int i = 1; i < settings.threads; ++i)
        helpers.emplace_back(work);
    work();
}

std::vector<float> classifier::score(std::span<const weighted_feature> x) const {
    std::vector<float> sums(bias_);
    for (const auto& f : x) {
        const auto row = row_of_feature_[f.feature];
        if (row < 0) continue;
        const float* w = weights_.data() + static_cast<std::size_t>(row) * classes_;
        for (std::size_t k = 0; k < classes_; ++k)
            sums[k] += f.weight * w[k];
    }
    for (auto& s : sums)
        s = 1.0F / (1.0F + std::exp(-s));
    return sums;
}

} // namespace servery::assistant
