#include "data_plane/assistant/bench/kb_bench.h"
#include "data_plane/assistant/bench/measures.h"
#include "data_plane/assistant/decide/decide.h"
#include "foundation/base/hash.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>

namespace servery::assistant {

namespace {

using steady = std::chrono::steady_clock;
using texts = std::vector<labelled_text>;

constexpr std::size_t latency_queries = 1000;

std::uint64_t order_of(std::uint64_t seed, std::string_view text) {
    return blake2b_64(field_bytes().add_u64(seed).add(text).view());
}

result<texts> read_all(const std::vector<std::string>& files, const std::string& columns) {
    texts out;
    for (const auto& file : files) {
        auto part = read_labelled(file, columns);
        if (!part) return part;
        std::ranges::move(*part, std::back_inserter(out));
    }
    return out;
}

struct bench_data {
    texts train;
    texts test;
    texts outside; // out of scope
};

result<bench_data> load(const bench_options& options) {
    bench_data data;
    auto train = read_all(options.train, options.columns);
    if (!train) return std::unexpected(train.error());
    auto test = read_all(options.test, options.columns);
    if (!test) return std::unexpected(test.error());
    auto outside = read_all(options.oos, options.columns);
    if (!outside) return std::unexpected(outside.error());
    data.outside = std::move(*outside);
    const auto is_outside = [&](const labelled_text& t) {
        return !options.oos_label.empty() && t.label == options.oos_label;
    };
    for (auto& t : *test)
        (is_outside(t) ? data.outside : data.test).push_back(std::move(t));
    for (auto& t : *train) {
        if (is_outside(t)) continue;
        const double u = static_cast<double>(order_of(options.seed, t.text) >> 11) * 0x1p-53;
        (u < options.holdout ? data.test : data.train).push_back(std::move(t));
    }
    if (data.train.empty() || data.test.empty())
        return fail(error_code::invalid_argument, "knowledge.bench.options",
                    "there are no texts to train or to test with", {},
                    "give --train and --test, or --train and --holdout");
    return data;
}

// Each label becomes an entry whose texts are its training messages.
release release_of(const texts& train, int shots, std::uint64_t seed) {
    std::map<std::string, std::vector<std::string>> by_label;
    for (const auto& t : train)
        by_label[t.label].push_back(t.text);
    release out;
    for (auto& [label, list] : by_label) {
        if (shots > 0 && list.size() > static_cast<std::size_t>(shots)) {
            std::ranges::sort(list, {}, [&](const std::string& text) {
                return std::pair(order_of(seed, text), text);
            });
            list.resize(static_cast<std::size_t>(shots));
        }
        release_entry e;
        e.key = label;
        e.question = list.front();
        e.phrasings.assign(list.begin() + 1, list.end());
        out.entries.push_back(std::move(e));
    }
    return out;
}

scored_message score(const knowledge_index& index, const labelled_text& message, bool in_scope) {
    rank_request asked;
    asked.text = message.text;
    asked.lang_hint = "en";
    asked.at_most = 3;
    const auto ranked = index.rank(asked);
    scored_message out;
    out.in_scope = in_scope;
    if (ranked.best.empty()) return out;
    out.confidence = confidence_of(ranked.evidence, ranked.classifier_on);
    const auto is_right = [&](const candidate& c) {
        return in_scope && index.entries()[c.entry].key == message.label;
    };
    out.right = is_right(ranked.best.front());
    out.among_three = std::ranges::any_of(ranked.best, is_right);
    return out;
}

struct bench_run {
    retrieval_measures measures;
    std::size_t n_train = 0;
    std::size_t classes = 0;
    double build_s = 0;
    bool classifier = false;
    std::vector<double> took_ms;
};

void time_queries(const knowledge_index& index, const texts& messages, bench_run& run) {
    for (std::size_t i = 0; i < latency_queries; ++i) {
        query asked;
        asked.text = messages[i % messages.size()].text;
        asked.lang_hint = "en";
        const auto begun = steady::now();
        const auto made = decide(index, sandbox_thresholds(), asked);
        run.took_ms.push_back(
            std::chrono::duration<double, std::milli>(steady::now() - begun).count());
        if (made.release.empty()) run.took_ms.back() = 0;
    }
}

result<bench_run> run_once(const bench_data& data, const bench_options& options,
                           const model_params& params, std::uint64_t seed) {
    bench_run run;
    const auto content = release_of(data.train, options.shots, seed);
    for (const auto& e : content.entries)
        run.n_train += 1 + e.phrasings.size();
    run.classes = content.entries.size();
    const auto begun = steady::now();
    const auto index = compile(content, params);
    if (!index) return std::unexpected(index.error());
    run.build_s = std::chrono::duration<double>(steady::now() - begun).count();
    run.classifier = (*index)->size().classes > 0;

    std::vector<scored_message> scored;
    for (const auto& t : data.test)
        scored.push_back(score(**index, t, true));
    for (const auto& t : data.outside)
        scored.push_back(score(**index, t, false));
    run.measures = measure(scored);
    if (options.latency) time_queries(**index, data.test, run);
    return run;
}

json::value mean_of(const std::vector<bench_run>& runs,
                    const std::function<std::optional<double>(const bench_run&)>& value) {
    double sum = 0;
    for (const auto& run : runs) {
        const auto v = value(run);
        if (!v) return nullptr;
        sum += *v;
    }
    return sum / static_cast<double>(runs.size());
}

std::optional<double> quantile(std::vector<double> values, double q) {
    if (values.empty()) return std::nullopt;
    std::ranges::sort(values);
    const auto place = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    return values[place];
}

json::object report(const std::vector<bench_run>& runs, const std::string& legs,
                    const std::vector<std::uint64_t>& seeds) {
    json::object out;
    const auto put = [&](std::string_view name, auto value) {
        out[name] =
            mean_of(runs, [&](const bench_run& r) -> std::optional<double> { return value(r); });
    };
    out["n_train"] = runs.front().n_train;
    out["n_test"] = runs.front().measures.n_in;
    out["n_oos"] = runs.front().measures.n_out;
    out["classes"] = runs.front().classes;
    put("accuracy", [](const bench_run& r) { return r.measures.accuracy; });
    put("r_at_3", [](const bench_run& r) { return r.measures.r_at_3; });
    put("auroc_in_out", [](const bench_run& r) { return r.measures.auroc_in_out; });
    put("fpr95", [](const bench_run& r) { return r.measures.fpr95; });
    put("auroc_right_wrong", [](const bench_run& r) { return r.measures.auroc_right_wrong; });
    put("coverage_at_90", [](const bench_run& r) { return r.measures.coverage_at_90; });
    put("ece", [](const bench_run& r) { return r.measures.ece; });
    put("build_s", [](const bench_run& r) { return r.build_s; });
    put("p50_ms", [](const bench_run& r) { return quantile(r.took_ms, 0.5); });
    put("p99_ms", [](const bench_run& r) { return quantile(r.took_ms, 0.99); });
    out["legs"] = legs;
    json::array of_seeds;
    for (const auto seed : seeds)
        of_seeds.emplace_back(seed);
    out["seeds"] = std::move(of_seeds);
    return out;
}

} // namespace

result<json::object> kb_bench(const bench_options& options) {
    const auto has = [&](char leg) { return options.legs.find(leg) != std::string::npos; };
    if (!has('A') && !has('B'))
        return fail(error_code::invalid_argument, "knowledge.bench.options",
                    "leg A or leg B is needed to fetch candidates", "--legs " + options.legs,
                    "use A,B or A,B,C");
    auto params = options.params;
    params.leg_a = has('A');
    params.leg_b = has('B');
    params.leg_c = has('C');
    const auto data = load(options);
    if (!data) return std::unexpected(data.error());

    std::vector<std::uint64_t> seeds;
    if (options.shots > 0)
        for (int s = 1; s <= std::max(options.seeds, 1); ++s)
            seeds.push_back(static_cast<std::uint64_t>(s));
    else
        seeds.push_back(options.seed);
    std::vector<bench_run> runs;
    bool classifier = false;
    for (const auto seed : seeds) {
        auto run = run_once(*data, options, params, seed);
        if (!run) return std::unexpected(run.error());
        classifier = classifier || run->classifier;
        runs.push_back(std::move(*run));
    }
    std::string legs = params.leg_a ? "A" : "";
    if (params.leg_b) legs += legs.empty() ? "B" : ",B";
    if (classifier) legs += ",C";
    return report(runs, legs, seeds);
}

} // namespace servery::assistant
