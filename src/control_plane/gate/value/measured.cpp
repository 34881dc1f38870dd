#include "control_plane/gate/value/measured.h"

#include <algorithm>
#include <cmath>

namespace servery::gate {
namespace {

constexpr std::int64_t enough_for_truth = 20;
constexpr double ms_a_day = 86'400'000.0;

const events::fact* usable(const fact_store& facts, std::string_view project, std::string_view key,
                           std::string_view variant, std::string_view filter = {}) {
    const auto* f = facts.find(project, {.key = key, .filter = filter, .variant = variant});
    return f != nullptr && f->usable && f->n > 0 ? f : nullptr;
}

std::int64_t count_of(double sum) {
    return static_cast<std::int64_t>(std::llround(sum));
}

} // namespace

std::vector<economics::measurement> to_measurements(const std::vector<measured_input>& all) {
    std::vector<economics::measurement> out;
    for (const auto& m : all)
        out.push_back({m.name, m.n, m.good, m.mean, m.sd, m.days, m.source});
    return out;
}

std::vector<measured_input> measured_inputs(const fact_store& facts, std::string_view project,
                                            std::string_view variant, instant since, instant now) {
    std::vector<measured_input> out;
    if (const auto* f = usable(facts, project, "desk.resolution_share", variant, "no_return"))
        out.push_back({.name = "resolve",
                       .n = f->n,
                       .good = count_of(f->sum),
                       .source = "desk.resolution_share"});
    else if (const auto* handed = usable(facts, project, "monitoring.handed_over", variant))
        out.push_back({.name = "resolve",
                       .n = handed->n,
                       .good = handed->n - count_of(handed->sum),
                       .source = "monitoring.handed_over"});
    if (const auto* f = usable(facts, project, "desk.harm_rate", variant))
        out.push_back(
            {.name = "harm_rate", .n = f->n, .good = count_of(f->sum), .source = "desk.harm_rate"});
    const auto* volume = usable(facts, project, "monitoring.ai_share", variant);
    if (volume != nullptr && volume->window_from && since.ms != 0) {
        const auto from = std::max(*volume->window_from, since);
        out.push_back({.name = "N",
                       .n = volume->n,
                       .days = static_cast<double>((now - from).count()) / ms_a_day,
                       .source = "monitoring.ai_share"});
    }
    return out;
}

measured_standing measured_of(const gate_service& gates, std::string_view project, instant now) {
    const auto standing = gates.standing_of(project);
    instant first_met; // when visitors first met it
    for (const auto& g : gates.grants(project))
        if (first_met.ms == 0 || g.issued_at < first_met) first_met = g.issued_at;
    return {.variant = standing.variant,
            .phase = standing.phase,
            .inputs = measured_inputs(gates.facts(), project, standing.variant, first_met, now)};
}

plan::reach_knowledge knowledge_of(const fact_store& facts, std::string_view project,
                                   std::string_view variant, const plan::document& plan) {
    plan::reach_knowledge out;
    for (const auto& m : plan.metrics)
        if (const auto* f = usable(facts, project, m.from, variant, m.filter);
            f != nullptr && f->n >= enough_for_truth)
            if (const auto* what = plan::find_fact(m.from);
                what != nullptr && what->kind == plan::fact_kind::rate)
                out.truth[m.id] = f->sum / static_cast<double>(f->n);
    return out;
}

} // namespace servery::gate
