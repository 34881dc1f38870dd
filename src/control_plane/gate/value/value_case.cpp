#include "control_plane/gate/value/value_case.h"

#include <algorithm>

namespace servery::gate {
namespace {

economics::given_inputs merged(economics::given_inputs base, const economics::given_inputs& over) {
    for (const auto& [name, v] : over)
        base[name] = v;
    return base;
}

// The months from the phase's first stage on: what is spent before is spent.
std::vector<economics::segment> ladder_from(const plan::document& d, plan::phase from) {
    std::vector<economics::segment> out;
    for (int i = plan::index(from); i < plan::phase_count; ++i)
        for (const auto& s : phase_segments(d, static_cast<plan::phase>(i)))
            out.push_back(s);
    return out;
}

// What still has to be paid once: the set-up before it is done, nothing after.
double rest_of(const economics::inputs& p, const std::optional<plan::phase>& phase,
               economics::view v) {
    const bool begun = phase && *phase != plan::phase::sandbox;
    return begun ? 0 : economics::setup_cost(p, v);
}

economics::decision decide(const plan::stop_rule& rule, const value_question& asked,
                           const economics::spread& forward) {
    economics::decision_facts facts;
    const bool running = asked.phase && *asked.phase != plan::phase::sandbox;
    facts.when =
        running ? economics::decision_time::review : economics::decision_time::before_pilot;
    facts.p_positive = forward.p_positive;
    facts.evpi = forward.evpi;
    return economics::apply({.go_above = rule.go_above,
                             .stop_below = rule.stop_below,
                             .max_extensions = static_cast<int>(rule.max_extensions)},
                            facts);
}

result<value_case::numbers> numbers_of(const case_frame& frame, const value_question& asked,
                                       const economics::draw_case& of, int horizon) {
    value_case::numbers out;
    out.likely = of.likely;
    auto exposures =
        economics::exposure_by_month(asked.ladder.value_or(frame.from.ladder), horizon);
    if (!exposures) return std::unexpected(exposures.error());
    out.exposures = std::move(*exposures);
    out.full_month = economics::month(of.likely, 1);
    out.project = economics::project(of.likely, out.exposures, asked.view);
    economics::draw_options how{
        .n = asked.draws, .seed = asked.seed, .view = asked.view, .rest = {}};
    how.fan = true;
    auto whole = economics::simulate(of, out.exposures, how);
    if (!whole) return std::unexpected(whole.error());
    out.spread = std::move(*whole);
    const auto months = economics::exposure_by_month(asked.ladder.value_or(frame.ahead), horizon);
    if (!months) return std::unexpected(months.error());
    how.fan = false;
    how.rest = rest_of(of.likely, asked.phase, asked.view);
    out.forward_npv = economics::forward_npv(of.likely, *months, *how.rest, asked.view);
    auto forward = economics::simulate(of, *months, how);
    if (!forward) return std::unexpected(forward.error());
    out.forward = std::move(*forward);
    out.decision = decide(frame.rule, asked, out.forward);
    out.tornado = economics::tornado(of, out.exposures, asked.view);
    out.break_even_volume = economics::break_even_volume(of.likely);
    out.break_even_resolution = economics::break_even_resolution(of.likely);
    out.marginal_resolution = economics::marginal_resolution(of.likely);
    return out;
}

// Rows for the page while inputs are missing: guesses without a case.
std::vector<economics::used_input> guesses_of(const economics::given_inputs& given) {
    std::vector<economics::used_input> out;
    for (const auto& [name, v] : given)
        if (const auto at = economics::input_index(name))
            out.push_back({.index = *at,
                           .guess = v.range,
                           .point = v.point,
                           .measured = {},
                           .used = v.range.likely});
    return out;
}

} // namespace

case_frame frame_of(const plan::plan_document& plan, const value_question& asked) {
    const auto& d = plan.typed;
    return {.from = inputs_of(plan),
            .ahead = ladder_from(d, asked.phase.value_or(plan::phase::sandbox)),
            .currency = d.meta.currency,
            .rule = d.roi.stop_rule,
            .locked_at = d.roi.locked_at};
}

result<value_case> value_of(const plan::plan_document& plan, const value_question& asked) {
    return value_of(frame_of(plan, asked), asked);
}

result<value_case> value_of(const case_frame& frame, const value_question& asked) {
    const auto given = merged(frame.from.given, asked.set);
    value_case out;
    out.currency = frame.currency;
    out.rule = frame.rule;
    out.locked_at = frame.locked_at;
    out.view = asked.view;
    out.horizon = asked.months.value_or(frame.from.horizon);
    out.origin = frame.from.origin;
    for (const auto& [name, v] : asked.set)
        out.origin[name] = "set";
    out.incomplete = economics::missing_inputs(given);
    auto made = economics::make_case(given);
    if (!made && made.error().id == "economics.input.missing") {
        out.inputs = guesses_of(given);
        return out;
    }
    if (!made) return std::unexpected(made.error());
    auto joined = economics::join(*made, asked.measured);
    joined.value.likely.measured_token_cost = asked.cost_a_conversation;
    out.inputs = std::move(joined.inputs);
    auto numbers = numbers_of(frame, asked, joined.value, out.horizon);
    if (!numbers) return std::unexpected(numbers.error());
    out.known = std::move(*numbers);
    return out;
}

std::vector<phase_money> money_of(const plan::plan_document& plan, const value_question& asked) {
    const auto& d = plan.typed;
    const auto from = inputs_of(plan);
    // A case that lacks upkeep hours still knows what a phase costs.
    auto given = merged(from.given, asked.set);
    for (const auto& name : economics::missing_inputs(given))
        given[name] = {economics::range::at(0), true};
    std::vector<phase_money> out;
    const auto made = economics::make_case(given);
    if (!made) return out;
    auto joined = economics::join(*made, asked.measured);
    joined.value.likely.measured_token_cost = asked.cost_a_conversation;
    for (int i = 0; i < plan::phase_count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        phase_money row;
        row.phase = plan::word(static_cast<plan::phase>(i));
        row.months = from.months[at];
        row.cost = economics::forecast_phase(from.rows, at,
                                             {.exposure_months = from.exposure_months[at],
                                              .months = from.months[at],
                                              .subscription_apart = from.subscription_apart},
                                             from.rates, joined.value, asked.draws);
        if (const auto it = d.budget.per_phase.find(row.phase); it != d.budget.per_phase.end())
            row.budget = it->second;
        out.push_back(std::move(row));
    }
    return out;
}

} // namespace servery::gate
