// One entry for deciding: a recipe with its observations in, a report out. Stores nothing, knows no
// project, reads no clock. The caller has checked the ranges named here and in the recipes' headers
// (the JSON border is control_plane/rollout/decide_api.h). Thread: pure, any thread; 200,000
// observations take under a second.
#pragma once

#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/sample_ratio.h"
#include "foundation/stats/two_arm.h"
#include "foundation/stats/verdict.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace servery::stats {

// 0/1 outcomes in order, or their counts alone (then there are no crossings, and the verdict is
// that of this one look).
struct decide_rate {
    double target = 0.8;
    double fail_target = 0.8;
    std::vector<bool> outcomes;
    std::optional<rate_counts> counts;
};

// Values and targets in the metric's own units, low < high, values within.
struct decide_mean {
    double target = 0;
    double fail_target = 0;
    double low = 0;
    double high = 1;
    std::vector<double> values;
};

// Differences canary - control of the same question, in [-1, 1]; margins in [0, 0.9].
struct decide_paired {
    double margin = 0;
    double harm_margin = 0;
    std::vector<double> differences;
};

struct decide_two_arm {
    double margin = 0;
    double harm_margin = 0;
    std::vector<two_arm_unit> units;
};

// alpha of the report's alpha_fail.
struct decide_sample_ratio {
    double c = sample_ratio_concentration;
    std::vector<split_period> periods;
};

enum class decide_path { final_only, crossings, all };

struct decide_request {
    error_rates alpha;
    std::int64_t min_n = 30;
    decide_path path = decide_path::final_only;
    std::variant<decide_rate, decide_mean, decide_paired, decide_two_arm, decide_sample_ratio>
        recipe;
};

// Unknown is empty, never 0: sample_ratio has no estimate, a counts call no crossings.
struct decide_report {
    stats::verdict verdict = stats::verdict::wait;
    std::int64_t n = 0;
    std::optional<double> estimate;
    std::optional<double> ln_e_pass;
    std::optional<double> ln_e_fail;
    std::optional<std::int64_t> first_pass_at; // n of the first crossing
    std::optional<std::int64_t> first_fail_at;
    std::optional<double> lower;
    std::optional<double> upper;
    std::optional<range> interval;
    std::optional<stats::forecast> forecast;
    std::string method; // "rate/1": recipe and version of its formula
    bool gate_safe = true;
    std::vector<evidence> path;
};

[[nodiscard]] decide_report decide(const decide_request& request);

} // namespace servery::stats
