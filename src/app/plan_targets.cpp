// What the plan says of the phase a project is in, as monitoring asks for it.
#include "app/services.h"

#include <map>
#include <string>
#include <string_view>

namespace servery::app {

// The plan's metrics of the phase that the board shows too, as targets of its numbers.
std::map<std::string, monitoring::target> services::board_targets(std::string_view project) const {
    std::map<std::string, monitoring::target> out;
    const auto* plan = plan_of(project);
    if (plan == nullptr) return out;
    const auto phase = phase_of(project);
    for (const auto& m : plan->metrics) {
        const auto t = m.targets.find(phase);
        // What is compared with a baseline, or filtered, is not the number itself.
        if (t == m.targets.end() || !t->second.compare.empty() || !m.filter.empty()) continue;
        std::string_view number = m.from;
        if (number == "desk.answer_accuracy") number = "monitoring.answered_right";
        if (!number.starts_with("monitoring.")) continue;
        number.remove_prefix(std::string_view("monitoring.").size());
        out[std::string(number)] = {.value = t->second.value,
                                    .at_least = m.better == plan::direction::higher};
    }
    return out;
}

// The same, what the plan says of harm, and how many visitors it expects.
monitoring::plan_limits services::alert_limits(std::string_view project) const {
    monitoring::plan_limits out{.targets = board_targets(project)};
    const auto* plan = plan_of(project);
    if (plan == nullptr) return out;
    const auto phase = phase_of(project);
    for (const auto& m : plan->metrics)
        if (const auto t = m.targets.find(phase);
            m.from == "desk.harm_rate" && t != m.targets.end())
            out.targets["harm"] = {.value = t->second.value, .at_least = false};
    if (const auto volume = plan::read_estimate(plan->problem.baseline.volume_per_month))
        out.visitors_a_year = volume->likely * 12;
    return out;
}

} // namespace servery::app
