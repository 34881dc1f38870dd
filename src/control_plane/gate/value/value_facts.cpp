#include "control_plane/gate/value/value_facts.h"

#include <fmt/format.h>

namespace servery::gate {

namespace {

events::fact chance_to_pay(const plan::plan_document& plan, const value_question& asked) {
    events::fact f{.key = "economics.p_npv_positive"};
    f.n = asked.draws;
    const auto value = value_of(plan, asked);
    if (value && value->known) {
        const auto& forward = value->known->forward;
        f.value = forward.p_positive;
        f.note = fmt::format("{:.3g} % of {} draws pay from today on; half lie above {:.0f} {}",
                             forward.p_positive * 100, asked.draws, forward.p50, value->currency);
        return f;
    }
    f.usable = false;
    f.why_not = value ? "inputs are missing:" : value.error().message;
    if (value)
        for (const auto& name : value->incomplete)
            f.why_not += " " + name;
    return f;
}

std::optional<events::fact> next_phase_cash(const plan::plan_document& plan,
                                            const value_question& asked) {
    const auto next = asked.phase ? plan::next_phase(*asked.phase) : plan::phase::sandbox;
    if (!next) return std::nullopt;
    events::fact f{.key = "economics.next_phase_forecast_p80"};
    f.n = asked.draws;
    f.usable = false;
    f.why_not = "the cost of the phase cannot be computed: an input is out of range";
    for (const auto& row : money_of(plan, asked)) {
        if (row.phase != plan::word(*next)) continue;
        f.usable = true;
        f.why_not.clear();
        f.value = row.cost.cash_p80;
        f.note = fmt::format("{}: {:.0f} {} in four of five draws, {} approved", row.phase,
                             row.cost.cash_p80, plan.typed.meta.currency,
                             row.budget ? fmt::format("{:.0f}", *row.budget) : "nothing");
    }
    return f;
}

} // namespace

std::vector<events::fact> value_facts(const plan::plan_document& plan, const value_question& asked,
                                      std::string_view variant, instant now) {
    std::vector<events::fact> out{chance_to_pay(plan, asked)};
    if (auto cash = next_phase_cash(plan, asked)) out.push_back(std::move(*cash));
    for (auto& f : out) {
        f.variant = variant;
        f.as_of = now;
        if (asked.phase) f.phase = plan::word(*asked.phase);
    }
    return out;
}

} // namespace servery::gate
