// Fits the weights of the assistant's confidence (data_plane/assistant/decide/confidence_prior.cpp)
// and prints them as that file's table.
//
//   fit_confidence_prior SEED OUT_OF_SCOPE LABELLED...
//
// Files as in `servery kb bench`. From each labelled file many knowledge bases are drawn: 40 to 150
// intents with few texts each, a quarter of the intents left out so that their messages are
// out of scope in the same domain; to these come general out-of-scope messages. A message counts
// as right if its best entry is its own. Ridge logistic regression on standardised features.
#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/bench/measures.h"
#include "data_plane/assistant/decide/decide.h"
#include "foundation/base/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace servery;
using namespace servery::assistant;

constexpr std::size_t features_used = 11;
constexpr int bases_a_setting = 6;
constexpr std::size_t queries_an_intent = 6;
constexpr double ridge = 1.0;

struct example {
    std::array<double, features_used> values{};
    bool right = false;
};

template <typename T>
void shuffle(std::vector<T>& list, random_source& random) {
    for (std::size_t i = list.size(); i > 1; --i)
        std::swap(list[i - 1], list[random.below(i)]);
}

struct drawn_base {
    release content;
    std::vector<labelled_text> queries; // label empty = out of scope
};

drawn_base draw(const std::vector<labelled_text>& all, const std::vector<labelled_text>& outside,
                std::size_t texts, random_source& random) {
    std::map<std::string, std::vector<std::string>> by_label;
    for (const auto& t : all)
        by_label[t.label].push_back(t.text);
    std::vector<std::string> labels;
    for (const auto& [label, list] : by_label)
        labels.push_back(label);
    shuffle(labels, random);
    const auto most = std::min<std::size_t>(150, labels.size());
    labels.resize(40 + random.below(most - 40 + 1));
    drawn_base out;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        auto& list = by_label[labels[i]];
        shuffle(list, random);
        const bool in_base = 4 * i >= labels.size();
        if (in_base) {
            release_entry e;
            e.key = labels[i];
            e.question = list.front();
            for (std::size_t k = 1; k < std::min(texts, list.size()); ++k)
                e.phrasings.push_back(list[k]);
            out.content.entries.push_back(std::move(e));
        }
        const auto from = in_base ? texts : 0;
        for (auto k = from; k < std::min(from + queries_an_intent, list.size()); ++k)
            out.queries.push_back({list[k], in_base ? labels[i] : ""});
    }
    auto general = outside;
    shuffle(general, random);
    general.resize(std::min(general.size(), out.queries.size() / 8));
    for (const auto& t : general)
        out.queries.push_back({t.text, ""});
    return out;
}

void collect(const drawn_base& base, bool with_classifier, std::vector<example>& out) {
    model_params params;
    params.leg_c = with_classifier;
    const auto index = compile(base.content, params);
    if (!index) {
        std::fputs((to_line(index.error()) + "\n").c_str(), stderr);
        std::exit(2);
    }
    for (const auto& q : base.queries) {
        rank_request asked;
        asked.text = q.text;
        asked.lang_hint = "en";
        const auto ranked = (*index)->rank(asked);
        if (ranked.best.empty() || ranked.classifier_on != with_classifier) continue;
        out.push_back({ranked.evidence.values(),
                       (*index)->entries()[ranked.best.front().entry].key == q.label});
    }
}

using vector_12 = std::array<double, features_used + 1>;

// Solves a x = b for a symmetric positive definite a, by Gaussian elimination.
vector_12 solve(std::array<vector_12, features_used + 1> a, vector_12 b) {
    constexpr auto n = features_used + 1;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t r = i + 1; r < n; ++r) {
            const double f = a[r][i] / a[i][i];
            for (std::size_t c = i; c < n; ++c)
                a[r][c] -= f * a[i][c];
            b[r] -= f * b[i];
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t c = i + 1; c < n; ++c)
            b[i] -= a[i][c] * b[c];
        b[i] /= a[i][i];
    }
    return b;
}

struct fitted {
    vector_12 weights{}; // intercept last
    std::array<double, features_used> mean{};
    std::array<double, features_used> deviation{};
};

double probability(const fitted& model, const example& e) {
    double sum = model.weights[features_used];
    for (std::size_t j = 0; j < features_used; ++j)
        if (model.deviation[j] > 0)
            sum += model.weights[j] * (e.values[j] - model.mean[j]) / model.deviation[j];
    return 1 / (1 + std::exp(-sum));
}

fitted fit(const std::vector<example>& examples) {
    fitted out;
    const auto n = static_cast<double>(examples.size());
    for (std::size_t j = 0; j < features_used; ++j) {
        double sum = 0;
        double squares = 0;
        for (const auto& e : examples) {
            sum += e.values[j];
            squares += e.values[j] * e.values[j];
        }
        out.mean[j] = sum / n;
        const double variance = squares / n - out.mean[j] * out.mean[j];
        out.deviation[j] = variance > 1e-9 ? std::sqrt(variance) : 0;
    }
    for (int step = 0; step < 30; ++step) { // Newton
        std::array<vector_12, features_used + 1> hessian{};
        vector_12 gradient{};
        for (std::size_t j = 0; j <= features_used; ++j) {
            hessian[j][j] = ridge;
            gradient[j] = j < features_used ? ridge * out.weights[j] : 0;
        }
        for (const auto& e : examples) {
            vector_12 x{};
            x[features_used] = 1;
            for (std::size_t j = 0; j < features_used; ++j)
                if (out.deviation[j] > 0) x[j] = (e.values[j] - out.mean[j]) / out.deviation[j];
            const double p = probability(out, e);
            for (std::size_t i = 0; i <= features_used; ++i) {
                gradient[i] += (p - (e.right ? 1 : 0)) * x[i];
                for (std::size_t k = 0; k <= features_used; ++k)
                    hessian[i][k] += p * (1 - p) * x[i] * x[k];
            }
        }
        const auto move = solve(hessian, gradient);
        for (std::size_t j = 0; j <= features_used; ++j)
            out.weights[j] -= move[j];
    }
    return out;
}

template <typename Numbers>
std::string list_of(const Numbers& numbers) {
    std::string out;
    for (std::size_t j = 0; j < features_used; ++j)
        out += fmt::format("{}{:.4f}", j > 0 ? ", " : "", numbers[j]);
    return out;
}

void print(const char* name, const fitted& model, const std::vector<example>& examples) {
    std::vector<double> right;
    std::vector<double> wrong;
    for (const auto& e : examples)
        (e.right ? right : wrong).push_back(probability(model, e));
    fmt::print("// {} messages, {} right, AUROC {:.3f} on the fitted ones\n", examples.size(),
               right.size(), auroc(right, wrong).value_or(0));
    fmt::print("constexpr confidence_weights {}{{\n    .intercept = {:.4f},\n    .beta = {{{}}},\n"
               "    .mean = {{{}}},\n    .deviation = {{{}}}}};\n\n",
               name, model.weights[features_used], list_of(model.weights), list_of(model.mean),
               list_of(model.deviation));
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: fit_confidence_prior SEED OUT_OF_SCOPE LABELLED...\n", stderr);
        return 2;
    }
    seeded_random random(std::strtoull(argv[1], nullptr, 10));
    const auto outside = read_labelled(argv[2], {});
    std::vector<std::vector<labelled_text>> files;
    for (int i = 3; i < argc; ++i) {
        auto file = read_labelled(argv[i], {});
        if (file) files.push_back(std::move(*file));
    }
    if (!outside || files.size() + 3 != static_cast<std::size_t>(argc)) {
        std::fputs("a file cannot be read\n", stderr);
        return 2;
    }
    std::vector<example> without_classifier;
    std::vector<example> with_classifier;
    for (const auto& file : files) {
        for (int b = 0; b < bases_a_setting; ++b) {
            for (const std::size_t texts : {1, 3, 10})
                collect(draw(file, *outside, texts, random), false, without_classifier);
            for (const std::size_t texts : {3, 10})
                collect(draw(file, *outside, texts, random), true, with_classifier);
        }
    }
    fmt::print("// seed {}\n", argv[1]);
    print("without_classifier", fit(without_classifier), without_classifier);
    print("with_classifier", fit(with_classifier), with_classifier);
    return 0;
}
