// Judging retrieval without a project: `servery kb test` and `servery kb bench` as functions over
// files. Both return the object that the commands print. Thread: any; they take seconds.
#pragma once

#include "data_plane/assistant/retrieval/knowledge_index.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::assistant {

// Imports kb_file into memory, approves all and scores a questions file with columns
// text, expected, outcome: {n, r_at_1, r_at_3, handover: {n, answered, asked}, rows: [{text,
// expected, outcome, top}]}. `answered` counts at the sandbox threshold.
[[nodiscard]] result<json::object> kb_test(const std::string& kb_file,
                                           const std::string& questions_file);

// A file of labelled texts: CSV or TSV (.gz too), JSONL, or "file.json#key" for an object of lists
// of [text, label]. columns "label,text" for files without a header.
struct bench_options {
    std::vector<std::string> train;
    std::vector<std::string> test;
    std::vector<std::string> oos; // out-of-scope messages
    std::string oos_label;        // rows of `test` with this label are out of scope
    std::string columns;
    int shots = 0;          // 0 = all training texts
    int seeds = 5;          // with shots: means over seeds 1..seeds
    double holdout = 0;     // share of train set aside as test
    std::uint64_t seed = 1; // of the holdout
    std::string legs = "A,B,C";
    bool latency = false; // measures one query at a time
    model_params params;
};

// {n_train, n_test, n_oos, classes, accuracy, r_at_3, auroc_in_out, fpr95, auroc_right_wrong,
// coverage_at_90, ece, build_s, p50_ms, p99_ms, legs, seeds}. What was not measured is null.
// Errors: knowledge.bench.file, knowledge.bench.options.
[[nodiscard]] result<json::object> kb_bench(const bench_options& options);

struct labelled_text {
    std::string text;
    std::string label;
};
[[nodiscard]] result<std::vector<labelled_text>> read_labelled(const std::string& file,
                                                               const std::string& columns);

} // namespace servery::assistant
