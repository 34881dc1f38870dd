// Variants side by side: passed with interval, graders, hand-overs, errors, latency with
// order-statistic intervals, cost. Thread: pure, any thread.
#pragma once

#include "control_plane/evaluation/run_plan.h"
#include "control_plane/evaluation/runner.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::evaluation {

// Shares in 0..1. method: wilson (one look at a fixed number) or sequential.
struct share {
    std::int64_t good = 0;
    std::int64_t n = 0;
    std::optional<double> value; // none for n = 0
    std::optional<double> lower;
    std::optional<double> upper;
    std::string method = "wilson";
};
BOOST_DESCRIBE_STRUCT(share, (), (good, n, value, lower, upper, method))

// Milliseconds; bounds are order statistics of ranks Binomial(n, q) at 2.5 % and 97.5 %. No upper
// bound when n is too small for one (p95: below 72).
struct quantile {
    std::int64_t n = 0;
    std::optional<double> value;
    std::optional<double> lower;
    std::optional<double> upper;
};
BOOST_DESCRIBE_STRUCT(quantile, (), (n, value, lower, upper))

struct grader_row {
    std::string grader;
    std::int64_t n = 0;
    std::int64_t passed = 0;
    std::optional<double> mean;
};
BOOST_DESCRIBE_STRUCT(grader_row, (), (grader, n, passed, mean))

struct matrix_column {
    std::string variant;
    std::string label;
    share passed; // families: good when all cases and epochs pass
    std::int64_t cases = 0;
    std::int64_t cases_passed = 0;
    std::int64_t missing = 0; // ungraded, lost, skipped units
    std::int64_t errors = 0;
    std::vector<grader_row> graders;
    std::optional<double> handover_share;
    quantile p50_ms; // fresh answers only
    quantile p95_ms;
    quantile ttft_p50_ms;
    std::optional<double> cost_per_answer; // currency units, list price of real usage
    std::optional<double> cost_per_month;  // at the planned volume
    std::string cost_note;                 // settled, estimated, unpriced kept apart
    double cache_share = 0;
    bool throttled = false;
    std::string region;
    std::string retention;
    std::string terms;
};
BOOST_DESCRIBE_STRUCT(matrix_column, (),
                      (variant, label, passed, cases, cases_passed, missing, errors, graders,
                       handover_share, p50_ms, p95_ms, ttft_p50_ms, cost_per_answer, cost_per_month,
                       cost_note, cache_share, throttled, region, retention, terms))

// words of certainty against a target: "shown", "not yet shown, about N more", "shown not to reach"
[[nodiscard]] std::string certainty(const share& s, double target);

[[nodiscard]] quantile order_quantile(std::vector<double> values, double q);

// A failed case, for people.
struct failure {
    std::string case_id;
    std::string family;
    std::string variant_label;
    std::string question;
    std::string answer;
    std::string severity;
    std::string state;
    std::string split;
    std::optional<double> score;
    std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(failure, (),
                      (case_id, family, variant_label, question, answer, severity, state, split,
                       score, reasons))

struct run_summary {
    std::string run;
    std::string project;
    std::string dataset;
    std::int64_t dataset_version = 0;
    std::string dataset_hash;
    std::string state;
    std::int64_t cases = 0; // of the dataset
    std::int64_t families = 0;
    std::int64_t units = 0;
    std::int64_t passed = 0;   // units
    std::int64_t failed = 0;   // with error_provider
    std::int64_t ungraded = 0; // with lost and skipped
    std::int64_t lost = 0;
    std::vector<matrix_column> columns;
    std::vector<failure> failures; // worst first, at most 200
    std::string best;              // hash of the best by point estimate
    std::string recommendation;
    micros spent;
    std::string currency;
    double target = 0.8;
    double seconds = 0;
    double cases_per_s = 0;
    std::string can_prove;
    bool throttled = false;
    std::vector<std::string> topics; // with at least one case
    std::vector<std::string> langs;
    std::optional<instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(run_summary, (),
                      (run, project, dataset, dataset_version, dataset_hash, state, cases, families,
                       units, passed, failed, ungraded, lost, columns, failures, best,
                       recommendation, spent, currency, target, seconds, cases_per_s, can_prove,
                       throttled, topics, langs, finished_at))

[[nodiscard]] run_summary summarise(const run_plan& plan, const run_outcome& outcome);

} // namespace servery::evaluation
