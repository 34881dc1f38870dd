#include "control_plane/evaluation/matrix.h"

#include "foundation/stats/binomial.h"
#include "foundation/stats/forecast.h"
#include "foundation/stats/wilson.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace servery::evaluation {
namespace {

// What became of one family under one variant.
struct family_state {
    bool good = true;
    bool missing = false;
};

using family_states = std::map<std::string_view, family_state>;

bool is_missing(unit_state s) {
    return s == unit_state::ungraded || s == unit_state::lost || s == unit_state::skipped;
}

// Units up to the first that was not reached: of a run that ended early only these are looked at,
// because slow answers finish last and are not like the others.
std::int64_t complete_prefix(const run_outcome& outcome) {
    std::int64_t n = 0;
    for (const auto& r : outcome.results) {
        if (r.state == unit_state::skipped) break;
        ++n;
    }
    return n;
}

family_states families_of(const run_plan& plan, const run_outcome& outcome, std::uint32_t variant) {
    const auto prefix = complete_prefix(outcome);
    family_states out;
    for (const auto& r : outcome.results) {
        if (r.variant_index != variant) continue;
        auto& f = out[plan.cases[r.case_index].family];
        if (is_missing(r.state) || r.seq >= prefix) f.missing = true;
        if (r.state == unit_state::failed || r.state == unit_state::error_provider) f.good = false;
    }
    return out;
}

share share_of(std::int64_t good, std::int64_t n, bool fixed) {
    share s{.good = good, .n = n, .method = fixed ? "wilson" : "sequential"};
    if (n == 0) return s;
    const stats::rate_counts counts{.good = good, .n = n};
    const auto range = fixed ? stats::wilson(counts) : stats::rate_interval(counts);
    s.value = static_cast<double>(good) / static_cast<double>(n);
    s.lower = range.lower;
    s.upper = range.upper;
    return s;
}

void add_graders(const unit_result& r, std::map<std::string, grader_row>& rows,
                 std::map<std::string, double>& sums) {
    for (const auto& g : r.grades) {
        if (g.ungraded()) continue;
        auto& row = rows[g.grader];
        row.grader = g.grader;
        ++row.n;
        row.passed += g.pass ? 1 : 0;
        sums[g.grader] += *g.score;
    }
}

// Sums over the answers of one variant.
struct column_sums {
    std::vector<double> total_ms;
    std::vector<double> ttft_ms;
    std::map<std::string, grader_row> graders;
    std::map<std::string, double> scores;
    std::int64_t answered = 0;
    std::int64_t decided = 0;
    std::int64_t handed_over = 0;
    std::int64_t cached = 0;
    std::int64_t priced = 0;
    std::int64_t unpriced = 0;
    std::int64_t estimated = 0;
    std::int64_t cost_nano = 0;

    void add(const unit_result& r) {
        add_graders(r, graders, scores);
        if (r.state == unit_state::lost || r.state == unit_state::skipped) return;
        ++answered;
        if (r.from_cache) ++cached;
        if (!r.answer.decision.empty()) {
            ++decided;
            if (r.answer.decision == "hand_over") ++handed_over;
        }
        if (!r.from_cache && r.answer.error_id.empty()) {
            total_ms.push_back(static_cast<double>(r.answer.total_us) / 1000.0);
            if (r.answer.ttft_us)
                ttft_ms.push_back(static_cast<double>(*r.answer.ttft_us) / 1000.0);
        }
        if (!r.answer.cost_nano) {
            ++unpriced;
            return;
        }
        ++priced;
        cost_nano += *r.answer.cost_nano;
        if (r.answer.spend == events::spend_state::estimated) ++estimated;
    }
};

void fill_cost(matrix_column& c, const column_sums& sums, const run_plan& plan) {
    if (sums.priced > 0) {
        c.cost_per_answer =
            static_cast<double>(sums.cost_nano) / 1e9 / static_cast<double>(sums.priced);
        if (plan.options.planned_volume > 0)
            c.cost_per_month =
                *c.cost_per_answer * static_cast<double>(plan.options.planned_volume);
    }
    c.cost_note = std::to_string(sums.priced - sums.estimated) + " settled, " +
                  std::to_string(sums.estimated) + " estimated, " + std::to_string(sums.unpriced) +
                  " unpriced";
}

void count_cases(matrix_column& c, const run_plan& plan, const run_outcome& outcome,
                 std::uint32_t variant) {
    std::map<std::uint32_t, family_state> cases;
    for (const auto& r : outcome.results) {
        if (r.variant_index != variant) continue;
        auto& state = cases[r.case_index];
        if (is_missing(r.state)) state.missing = true;
        if (r.state != unit_state::passed) state.good = false;
        if (is_missing(r.state)) ++c.missing;
        if (r.state == unit_state::error_provider) ++c.errors;
    }
    c.cases = static_cast<std::int64_t>(plan.cases.size());
    for (const auto& [index, state] : cases)
        c.cases_passed += state.good && !state.missing ? 1 : 0;
}

matrix_column column_of(const run_plan& plan, const run_outcome& outcome, std::uint32_t variant) {
    const auto& card = plan.variants[variant];
    matrix_column c{.variant = card.hash, .label = card.label};
    c.region = card.region;
    c.retention = card.retention;
    c.terms = card.terms;
    c.throttled = outcome.throttled;
    std::int64_t good = 0;
    std::int64_t n = 0;
    for (const auto& [family, state] : families_of(plan, outcome, variant)) {
        if (state.missing) continue;
        ++n;
        good += state.good ? 1 : 0;
    }
    // A run that ended early is no fixed number of looks any more.
    c.passed = share_of(good, n, outcome.state == run_state::completed);
    count_cases(c, plan, outcome, variant);
    column_sums sums;
    for (const auto& r : outcome.results)
        if (r.variant_index == variant) sums.add(r);
    for (auto& [name, row] : sums.graders) {
        row.mean = sums.scores[name] / static_cast<double>(row.n);
        c.graders.push_back(row);
    }
    if (sums.decided > 0)
        c.handover_share =
            static_cast<double>(sums.handed_over) / static_cast<double>(sums.decided);
    c.p50_ms = order_quantile(sums.total_ms, 0.5);
    c.p95_ms = order_quantile(std::move(sums.total_ms), 0.95);
    c.ttft_p50_ms = order_quantile(std::move(sums.ttft_ms), 0.5);
    if (sums.answered > 0)
        c.cache_share = static_cast<double>(sums.cached) / static_cast<double>(sums.answered);
    fill_cost(c, sums, plan);
    return c;
}

std::string recommend(const run_plan& plan, const std::vector<matrix_column>& columns,
                      std::string& best) {
    if (columns.empty() || !columns[0].passed.value) return "nothing was measured";
    const auto* top = &columns[0];
    for (const auto& c : columns)
        if (c.passed.value.value_or(-1) > top->passed.value.value_or(-1)) top = &c;
    best = top->variant;
    const auto name = top->label.empty() ? top->variant.substr(0, 12) : top->label;
    const auto words = certainty(top->passed, plan.options.target);
    if (columns.size() == 1)
        return name + ": the target of " +
               std::to_string(static_cast<int>(std::lround(plan.options.target * 100))) +
               " of 100 is " + words;
    const bool clear = std::ranges::all_of(columns, [&](const matrix_column& c) {
        return c.variant == top->variant ||
               c.passed.upper.value_or(1) < top->passed.lower.value_or(0);
    });
    if (clear) return name + " answers more questions right than every other tool tested";
    return "not decided between the tools: their intervals overlap; " + name +
           " has the most right, target " + words;
}

failure failure_of(const run_plan& plan, const unit_result& r) {
    const auto& c = plan.cases[r.case_index];
    failure f{.case_id = c.id, .family = c.family};
    const auto& card = plan.variants[r.variant_index];
    f.variant_label = card.label.empty() ? card.hash.substr(0, 12) : card.label;
    if (const auto turns = user_turns(c); turns && !turns->empty()) f.question = turns->back();
    f.answer = r.answer.text;
    f.severity = json::enum_word(c.severity);
    f.state = json::enum_word(r.state);
    f.split = json::enum_word(c.split);
    f.score = r.score;
    if (!r.answer.error_id.empty())
        f.reasons.push_back(r.answer.error_message + " [" + r.answer.error_id + "]");
    for (const auto& g : r.grades)
        if (!g.ungraded() && !g.pass && g.weight > 0)
            f.reasons.push_back(g.grader + ": " + g.reason);
    return f;
}

std::vector<failure> failures_of(const run_plan& plan, const run_outcome& outcome) {
    std::vector<failure> out;
    for (const auto& r : outcome.results)
        if (r.state == unit_state::failed || r.state == unit_state::error_provider)
            out.push_back(failure_of(plan, r));
    std::ranges::sort(out, [](const failure& a, const failure& b) {
        if (a.severity != b.severity) return a.severity == "critical";
        if (a.score.value_or(0) != b.score.value_or(0))
            return a.score.value_or(0) < b.score.value_or(0);
        return std::pair(a.case_id, a.variant_label) < std::pair(b.case_id, b.variant_label);
    });
    constexpr std::size_t most = 200;
    if (out.size() > most) out.resize(most);
    return out;
}

void count_units(run_summary& s, const run_outcome& outcome) {
    for (const auto& r : outcome.results) {
        ++s.units;
        if (r.state == unit_state::passed) ++s.passed;
        if (r.state == unit_state::failed || r.state == unit_state::error_provider) ++s.failed;
        if (is_missing(r.state)) ++s.ungraded;
        if (r.state == unit_state::lost) ++s.lost;
    }
}

} // namespace

quantile order_quantile(std::vector<double> values, double q) {
    quantile out{.n = static_cast<std::int64_t>(values.size())};
    if (values.empty()) return out;
    std::ranges::sort(values);
    const auto at = [&](std::int64_t rank) { return values[static_cast<std::size_t>(rank - 1)]; };
    const auto rank = static_cast<std::int64_t>(std::ceil(q * static_cast<double>(out.n)));
    out.value = at(std::clamp<std::int64_t>(rank, 1, out.n));
    const auto low = stats::binomial_quantile(0.025, out.n, q);
    const auto high = stats::binomial_quantile(0.975, out.n, q) + 1;
    if (low >= 1) out.lower = at(low);
    if (high <= out.n) out.upper = at(high);
    return out;
}

std::string certainty(const share& s, double target) {
    if (!s.value) return "no data";
    if (*s.lower >= target) return "shown";
    if (*s.upper < target) return "shown not to reach";
    const auto ahead = stats::rate_forecast({.counts = {.good = s.good, .n = s.n},
                                             .target = target,
                                             .fail_target = target,
                                             .min_n = 0});
    if (!ahead.n_more || *ahead.n_more <= 0) return "not yet shown";
    if (ahead.side == stats::forecast_side::fail) return "not yet shown, and not at this quality";
    return "not yet shown, about " + std::to_string(*ahead.n_more) + " more questions";
}

run_summary summarise(const run_plan& plan, const run_outcome& outcome) {
    run_summary s{.run = plan.run, .project = plan.project, .dataset = plan.dataset};
    s.dataset_version = plan.dataset_version;
    s.dataset_hash = plan.dataset_hash;
    s.state = json::enum_word(outcome.state);
    s.cases = static_cast<std::int64_t>(plan.cases.size());
    s.families = plan.families;
    count_units(s, outcome);
    for (std::uint32_t v = 0; v < plan.variants.size(); ++v)
        s.columns.push_back(column_of(plan, outcome, v));
    s.failures = failures_of(plan, outcome);
    s.target = plan.options.target;
    s.recommendation = recommend(plan, s.columns, s.best);
    s.spent = nano_to_micros(outcome.spent_nano);
    s.currency = plan.price.currency;
    s.seconds = outcome.seconds;
    const auto fresh = static_cast<double>(s.units - s.ungraded);
    s.cases_per_s = outcome.seconds > 0 ? fresh / outcome.seconds : 0;
    s.can_prove = plan.can_prove;
    s.throttled = outcome.throttled;
    std::set<std::string> topics;
    std::set<std::string> langs;
    for (const auto& c : plan.cases) {
        if (!c.topic.empty()) topics.insert(c.topic);
        if (!c.lang.empty()) langs.insert(c.lang);
    }
    s.topics.assign(topics.begin(), topics.end());
    s.langs.assign(langs.begin(), langs.end());
    return s;
}

} // namespace servery::evaluation
