#include "control_plane/rollout/fold.h"

#include "control_plane/rollout/metrics.h"
#include "foundation/stats/log_special.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servery::rollout {

namespace {

constexpr std::int64_t ms_a_day = 86'400'000;
constexpr std::int64_t pace_days = 7;

enum class value { good, bad, missing };

// Whether the variant gave its visitor an answer. What the variant is not to blame for (a full
// budget, our own overload, a refused request, a visitor who left) says nothing about it.
value answered(const events::exchange& row) {
    using events::outcome;
    switch (row.outcome) {
    case outcome::upstream_truncated:
    case outcome::upstream_error:
    case outcome::timeout:
    case outcome::crashed:
        return value::bad;
    case outcome::client_gone:
    case outcome::killed:
    case outcome::budget_stopped:
    case outcome::rejected:
    case outcome::shed:
        return value::missing;
    case outcome::ok:
    case outcome::guard_stopped:
        break;
    }
    static constexpr std::array failures{"provider_down", "timeout"};
    static constexpr std::array not_its_fault{"budget", "overload",     "killed",      "consent",
                                              "closed", "owner_person", "owner_nobody"};
    const auto is_cause = [&](const char* cause) { return row.fallback_cause == cause; };
    if (std::ranges::any_of(failures, is_cause)) return value::bad;
    if (std::ranges::any_of(not_its_fault, is_cause)) return value::missing;
    return value::good;
}

value in_time(const events::exchange& row) {
    if (row.outcome != events::outcome::ok) return value::missing;
    const std::int64_t first = row.t_first_token.value_or(row.t_done);
    return first <= slow_after_us ? value::good : value::bad;
}

value value_of(const events::rollout_metric& m, const events::exchange& row) {
    if (m.source == "exchange.error") return answered(row);
    if (m.source == "exchange.latency") return in_time(row);
    return value::missing;
}

bool folds_exchanges(const events::rollout_metric& m) {
    return m.source.starts_with("exchange.");
}

bool is_canary(const events::exchange& row, std::string_view variant) {
    return row.arm && to_hex(*row.arm) == variant;
}

} // namespace

stats::evidence metric_state::evidence() const {
    return stats::rate_evidence(counts, definition.target, definition.fail_target);
}

stats::verdict metric_state::verdict() const {
    if (harm) return stats::verdict::fail;
    if (!definition.protect) return crossings.at(counts.n, definition.min_n);
    // In the alarm budget a metric fails by its weighted evidence only, which is `harm`.
    const bool passed = crossings.pass_at() && counts.n >= definition.min_n;
    return passed ? stats::verdict::pass : stats::verdict::wait;
}

observations::observations(std::string variant, std::int64_t salt_id)
    : variant_(std::move(variant)), salt_id_(salt_id) {}

void observations::compile(const events::rollout_compiled& compiled) {
    phase_ = compiled.phase;
    everybody_.clear();
    for (const events::rollout_stage& s : compiled.stages)
        if (s.audience.groups.empty() && s.audience.basis == 10'000) everybody_.insert(s.id);
    std::vector<metric_state> next;
    for (const events::rollout_metric& m : compiled.metrics) {
        const metric_state* before = find(m.id);
        if (before != nullptr && before->definition == m) {
            next.push_back(*before);
        } else {
            next.push_back({.definition = m,
                            .counts = {},
                            .crossings = stats::latch({m.alpha_pass, m.alpha_fail})});
        }
    }
    metrics_ = std::move(next);
}

const metric_state* observations::find(std::string_view id) const {
    const auto found = std::ranges::find_if(
        metrics_, [&](const metric_state& m) { return m.definition.id == id; });
    return found == metrics_.end() ? nullptr : &*found;
}

std::vector<alarm> observations::alarms() const {
    std::vector<alarm> out;
    for (const metric_state& m : metrics_)
        if (m.harm) out.push_back(*m.harm);
    std::ranges::sort(out, {}, &alarm::at_seq);
    return out;
}

// "" = the visitor enters; why not, otherwise.
std::string observations::reason_to_leave_out(const events::exchange& row) const {
    if (row.purpose != events::purpose::visitor) return std::string(json::enum_word(row.purpose));
    if (row.assigned == events::assigned_by::none) return "not_assigned";
    if (row.assigned != events::assigned_by::hash)
        return std::string(json::enum_word(row.assigned));
    const bool canary = is_canary(row, variant_);
    // Everybody's share is no draw, so the row is not eligible for a comparison; its own quality
    // counts all the same.
    const bool everybody = canary && row.probability_e6 >= 1'000'000;
    if (!row.eligible && !everybody) return "not_eligible";
    if (canary && control_.contains(*row.visitor)) return "moved_to_canary";
    if (!canary && canary_.contains(*row.visitor)) return "left_canary";
    return "";
}

void observations::apply(const events::exchange& row) {
    if (row.env != events::environment::live || row.salt_id != salt_id_) return;
    if (row.rows_dropped_before > 0 && !rows_lost_at_) rows_lost_at_ = row.seq;
    if (!row.visitor) {
        ++excluded_["no_visitor"];
        return;
    }
    // One observation a visitor: later exchanges of the same arm are not looked at.
    if ((is_canary(row, variant_) ? canary_ : control_).contains(*row.visitor)) return;
    const std::string reason = reason_to_leave_out(row);
    if (reason.empty())
        enter(row);
    else if (left_out_[reason].insert(*row.visitor).second)
        ++excluded_[reason];
}

void observations::enter(const events::exchange& row) {
    const bool canary = is_canary(row, variant_);
    (canary ? canary_ : control_).insert(*row.visitor);
    // Subtracted as an integer: both arms must give the very same share, or each row would begin
    // a new period of the sample-ratio check.
    const std::int64_t own = row.probability_e6;
    const std::int64_t pi_e6 = canary ? own : 1'000'000 - own;
    const double pi = static_cast<double>(pi_e6) / 1e6;
    // A share of (almost) nobody or everybody is no draw: nothing to check.
    if (pi >= 0.005 && pi <= 0.995) {
        split_.observe(pi, canary);
        if (!split_broken_at_ && split_.ln_e() >= stats::ln_threshold(stats::sample_ratio_alpha))
            split_broken_at_ = row.seq;
    }
    if (!canary) return;
    ++counted_;
    last_counted_ = row.at;
    ++by_day_[row.at.ms / ms_a_day];
    for (metric_state& m : metrics_) {
        if (!folds_exchanges(m.definition)) continue;
        const value v = value_of(m.definition, row);
        if (v == value::missing)
            ++m.missing;
        else
            observe(m, v == value::good);
    }
    watch(row.seq);
}

void observations::observe(metric_state& m, bool good) {
    m.counts.add(good);
    m.crossings.observe(m.evidence());
}

void observations::apply(const events::label_recorded& label, std::int64_t seq) {
    if (label.variant != variant_ || label.sampling != events::label_sampling::random) return;
    if (label.staff || !label.visitor) return;
    if (!label.eligible && !everybody_.contains(label.stage)) return;
    if (label.verdict == events::label_verdict::unsure) {
        for (metric_state& m : metrics_)
            if (m.definition.source == "label.harm") ++m.missing;
        return;
    }
    if (!labelled_.insert(*label.visitor).second) return; // one label a visitor
    for (metric_state& m : metrics_)
        if (m.definition.source == "label.harm") observe(m, !label.harm);
    watch(seq);
}

void observations::apply(const events::fact& f, std::int64_t seq) {
    if (!f.usable || f.phase != phase_ || !f.stage.empty()) return;
    if (f.variant != variant_ || f.n <= 0) return;
    bool folded = false;
    for (metric_state& m : metrics_) {
        const bool same = m.definition.source == "fact" && m.definition.fact == f.key &&
                          m.definition.filter == f.filter;
        const auto good = static_cast<std::int64_t>(std::floor(f.sum));
        if (!same || good < 0 || good > f.n) continue;
        m.counts = {m.definition.complement ? f.n - good : good, f.n};
        m.missing = f.missing;
        m.crossings.observe(m.evidence());
        folded = true;
    }
    if (folded) watch(seq);
}

// The alarm budget: the average of the protective e-values reaches 1/alpha. It names every metric
// that would have done so alone, else the largest; a name stays.
void observations::watch(std::int64_t seq) {
    std::vector<metric_state*> protective;
    for (metric_state& m : metrics_)
        if (m.definition.protect) protective.push_back(&m);
    if (protective.empty()) return;
    const double ln_weight = -std::log(static_cast<double>(protective.size()));
    std::vector<double> weighted;
    for (const metric_state* m : protective)
        weighted.push_back(ln_weight + m->evidence().ln_e_fail);
    const double threshold = stats::ln_threshold(alarm_alpha);
    if (stats::log_sum_exp(weighted) < threshold) return;
    const double largest = *std::ranges::max_element(weighted);
    for (std::size_t i = 0; i < protective.size(); ++i) {
        metric_state& m = *protective[i];
        if (m.harm || (weighted[i] < threshold && weighted[i] < largest)) continue;
        m.harm = alarm{m.definition.id, m.evidence().ln_e_fail, m.counts.n,
                       m.counts.n - m.counts.good, seq};
    }
}

double observations::per_day(instant now) const {
    if (by_day_.empty()) return 0;
    const std::int64_t today = now.ms / ms_a_day;
    const std::int64_t first = by_day_.begin()->first;
    std::int64_t units = 0;
    if (first >= today) {
        for (const auto& [day, n] : by_day_)
            units += n;
        return static_cast<double>(units);
    }
    const std::int64_t from = std::max(first, today - pace_days);
    for (const auto& [day, n] : by_day_)
        if (day >= from && day < today) units += n;
    return static_cast<double>(units) / static_cast<double>(today - from);
}

} // namespace servery::rollout
