#include "fit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>

namespace servery::train {
namespace {

namespace inj = guardrails::injection;

struct example {
    std::vector<inj::feature> found;
    bool yes = false;
    double weight = 1;
};

std::vector<example> examples_of(const std::vector<row>& rows, inj::window_shape shape,
                                 const std::function<label(const row&)>& of) {
    std::vector<example> out;
    double yes = 0;
    double no = 0;
    for (const auto& r : rows) {
        const auto l = of(r);
        if (r.part != part::train || l == label::unsaid) continue;
        const auto form = inj::reading_form(r.text);
        const auto pieces = inj::windows(form, shape);
        // Of a long attack the first windows; of a carrier those with the instruction in it.
        const auto order = inj::reading_form(r.order);
        const auto mark = std::string_view(order).substr(0, 40);
        const auto most = l == label::yes && order.empty() ? std::min<std::size_t>(pieces.size(), 4)
                                                           : pieces.size();
        for (std::size_t i = 0; i < most; ++i) {
            if (!order.empty() && pieces[i].find(mark) == std::string_view::npos) continue;
            example e{.found = {}, .yes = l == label::yes, .weight = r.weight};
            inj::features(pieces[i], e.found);
            (e.yes ? yes : no) += e.weight;
            out.push_back(std::move(e));
        }
    }
    for (auto& e : out)
        e.weight *= (yes + no) / (2 * (e.yes ? yes : no));
    return out;
}

// Fisher and Yates by hand: std::shuffle is not the same everywhere.
void shuffle(std::vector<std::size_t>& order, std::mt19937_64& random) {
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);
}

inj::head fit_head(const std::vector<example>& examples, std::uint64_t seed) {
    constexpr int passes = 5;
    constexpr double rate = .5;
    constexpr double l2 = 1e-6;
    std::vector<double> w(inj::slot_count, 0.0);
    std::vector<double> squares(inj::slot_count, 1e-3);
    double bias = 0;
    double bias_squares = 1e-3;
    std::mt19937_64 random(seed);
    std::vector<std::size_t> order(examples.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    for (int pass = 0; pass < passes; ++pass) {
        shuffle(order, random);
        for (const auto i : order) {
            const auto& e = examples[i];
            const auto x =
                1 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, e.found.size())));
            double z = bias;
            for (const auto& f : e.found)
                z += (f.negative ? -x : x) * w[f.slot];
            const auto p = 1 / (1 + std::exp(-z));
            const auto g = (p - (e.yes ? 1 : 0)) * e.weight;
            for (const auto& f : e.found) {
                const auto d = (f.negative ? -x : x) * g + l2 * w[f.slot];
                squares[f.slot] += d * d;
                w[f.slot] -= rate * d / std::sqrt(squares[f.slot]);
            }
            bias_squares += g * g;
            bias -= rate * g / std::sqrt(bias_squares);
        }
    }
    double most = 1e-9;
    for (const auto x : w)
        most = std::max(most, std::abs(x));
    inj::head h;
    h.scale = static_cast<float>(most / 127);
    h.bias = static_cast<float>(bias);
    h.weights.resize(inj::slot_count);
    for (std::size_t i = 0; i < w.size(); ++i)
        h.weights[i] = static_cast<std::int8_t>(std::lround(w[i] / h.scale));
    return h;
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 1;
    std::ranges::sort(values);
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::min(values.size() - 1, at)];
}

// Scores of texts one after the other, joined to about `words` words a text.
std::vector<double> long_scores(const inj::model& m, const std::vector<std::string>& texts,
                                std::size_t words, bool user) {
    std::vector<double> out;
    std::string joined;
    std::size_t count = 0;
    for (const auto& t : texts) {
        joined += t + " ";
        count += static_cast<std::size_t>(std::ranges::count(t, ' ')) + 1;
        if (count < words) continue;
        const auto s = m.score(joined);
        out.push_back(user ? s.user : s.document);
        joined.clear();
        count = 0;
    }
    return out;
}

double loss_at(const inj::model& m, const std::vector<row>& rows, bool attack) {
    double sum = 0;
    for (const auto& r : rows) {
        const auto l = attack ? r.attack : r.instruct;
        if (r.part != part::held || l == label::unsaid) continue;
        const auto s = m.score(r.text);
        const auto p = std::clamp(attack ? s.user : s.document, 1e-6, 1 - 1e-6);
        sum -= std::log(l == label::yes ? p : 1 - p);
    }
    return sum;
}

void fit_temperature(inj::model& m, inj::head& h, const std::vector<row>& rows, bool attack) {
    float best = 1;
    double least = 1e300;
    for (const float t : {.5F, .7F, 1.F, 1.4F, 2.F, 2.8F}) {
        h.temperature = t;
        const auto loss = loss_at(m, rows, attack);
        if (loss < least) {
            least = loss;
            best = t;
        }
    }
    h.temperature = best;
}

} // namespace

inj::model fit(const std::vector<row>& rows, std::uint64_t seed) {
    inj::model m;
    m.attack =
        fit_head(examples_of(rows, inj::attack_shape, [](const row& r) { return r.attack; }), seed);
    m.instruct = fit_head(
        examples_of(rows, inj::instruct_shape, [](const row& r) { return r.instruct; }), seed + 1);
    return m;
}

namespace {

// What each ordinary prompt of the odd lines scores with a head that has not seen its fifth: the
// fifth that is held back alone has too few rows to name a percentile.
std::vector<double> unseen_scores(std::vector<row> rows) {
    std::vector<double> out;
    for (int fold = 0; fold < 4; ++fold) {
        for (auto& r : rows)
            if (r.fold >= 0) r.part = r.fold == fold ? part::held : part::train;
        auto m = fit(rows, static_cast<std::uint64_t>(fold) + 10);
        fit_temperature(m, m.attack, rows, true);
        for (const auto& r : rows)
            if (r.fold == fold && r.group == "benign") out.push_back(m.score(r.text).user);
    }
    return out;
}

} // namespace

void calibrate(inj::model& m, const std::vector<row>& rows) {
    fit_temperature(m, m.attack, rows, true);
    fit_temperature(m, m.instruct, rows, false);
    std::vector<std::string> passages;
    std::map<std::string, std::vector<double>> user; // by group
    std::vector<double> document;
    for (const auto& r : rows) {
        if (r.part != part::held) continue;
        if (r.group == "passage") {
            passages.push_back(r.text);
            document.push_back(m.score(r.text).document);
        }
        if (r.group == "benign" || r.group == "question" || r.group == "ordinary")
            user[r.group].push_back(m.score(r.text).user);
    }
    for (const auto score : unseen_scores(rows))
        user["benign"].push_back(score);
    // The strictest of the groups: many short questions must not outvote few long prompts.
    m.user = {0, 0};
    for (const auto& [group, scores] : user) {
        m.user.flag = std::max(m.user.flag, percentile(scores, .995));
        m.user.block = std::max(m.user.block, percentile(scores, .999));
    }
    m.document = {percentile(document, .995), percentile(document, .999)};
    // Of ten windows some are high by chance: alpha keeps long passages at the same rate.
    for (float alpha = 0; alpha < 2; alpha += .1F) {
        m.attack.alpha = alpha;
        m.instruct.alpha = alpha;
        if (percentile(long_scores(m, passages, 1500, false), .99) <= m.document.flag) break;
    }
}

} // namespace servery::train
