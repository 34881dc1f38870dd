#include "control_plane/rollout/metrics.h"

#include "foundation/stats/rate.h"

#include <algorithm>

namespace servery::rollout {

namespace {

constexpr std::int64_t usual_min_n = 30;

bool listed(const std::vector<std::string>& list, std::string_view id) {
    return std::ranges::find(list, id) != list.end();
}

double within_targets(double share) {
    return std::clamp(share, stats::lowest_target, stats::highest_target);
}

// What is done when it fails: the ladder's lists say so, else `otherwise`; "" = it protects
// nothing.
std::string on_fail(const plan::ladder& ladder, std::string_view id, std::string_view otherwise) {
    if (listed(ladder.rollback_on, id)) return "roll_back";
    if (listed(ladder.pause_on, id)) return "hold";
    return std::string(otherwise);
}

events::rollout_metric always_there(const plan::document& plan, plan::phase phase, std::string id,
                                    std::string source, double limit, std::string_view act) {
    if (const plan::metric* named = plan.find_metric(id); named != nullptr) {
        const auto target = named->targets.find(std::string(plan::word(phase)));
        if (target != named->targets.end()) limit = target->second.value;
    }
    const double good = within_targets(1 - limit);
    events::rollout_metric m;
    m.on_fail = on_fail(plan.rollout, id, act);
    m.id = std::move(id);
    m.recipe = "rate";
    m.source = std::move(source);
    m.complement = true;
    m.target = good;
    m.fail_target = good;
    m.min_n = usual_min_n;
    m.protect = true;
    return m;
}

bool is_share_with_bound(const plan::metric& metric, const plan::target& target) {
    const bool bound =
        target.rule == plan::rule_kind::lower_bound || target.rule == plan::rule_kind::upper_bound;
    return bound && metric.unit == "share" && target.value > 0 && target.value < 1;
}

events::rollout_metric from_plan(const plan::document& plan, const plan::metric& metric,
                                 const plan::target& target) {
    events::rollout_metric m;
    m.id = metric.id;
    m.recipe = "rate";
    m.source = metric.from == "desk.harm_rate" ? "label.harm" : "fact";
    m.fact = metric.from;
    m.filter = metric.filter;
    m.complement = metric.better == plan::direction::lower;
    m.target = within_targets(m.complement ? 1 - target.value : target.value);
    m.fail_target = m.target;
    m.alpha_pass = 1 - target.confidence;
    m.alpha_fail = alarm_alpha;
    m.min_n = target.min_n.value_or(usual_min_n);
    m.promote = true;
    m.on_fail = on_fail(plan.rollout, metric.id, metric.guardrail ? "hold" : "");
    m.protect = !m.on_fail.empty();
    return m;
}

} // namespace

std::vector<events::rollout_metric> compile_metrics(const plan::document& plan, plan::phase phase) {
    std::vector<events::rollout_metric> metrics{
        always_there(plan, phase, "error_rate", "exchange.error", usual_error_limit, "roll_back"),
        always_there(plan, phase, "latency", "exchange.latency", usual_slow_limit, "hold"),
    };
    for (const plan::metric& metric : plan.metrics) {
        if (metric.id == "error_rate" || metric.id == "latency") continue;
        const auto target = metric.targets.find(std::string(plan::word(phase)));
        if (target == metric.targets.end() || !is_share_with_bound(metric, target->second))
            continue;
        metrics.push_back(from_plan(plan, metric, target->second));
    }
    return metrics;
}

} // namespace servery::rollout
