#include "control_plane/economics/stop_rule.h"

namespace servery::economics {
namespace {

decision last_word(const decision_facts& f) {
    if (f.guardrail_failed) return {.ruling = ruling::stop, .why = "a guardrail fails"};
    if (f.p_positive < .5)
        return {.ruling = ruling::stop, .why = "after the extension it is likelier to lose money"};
    return {.ruling = ruling::go,
            .needs_note = true,
            .why = "after the extension it is likelier to pay than not"};
}

decision at_the_end(const stop_rule& rule, const decision_facts& f) {
    if (f.extensions > 0) return last_word(f);
    if (f.guardrail_failed_twice)
        return {.ruling = ruling::stop, .why = "a guardrail failed at two evaluations"};
    if (f.p_positive <= rule.stop_below)
        return {.ruling = ruling::stop, .why = "the chance to pay is at or below the stop line"};
    if (f.p_positive >= rule.go_above && !f.guardrail_failed)
        return {.ruling = ruling::go, .why = "the chance to pay is at or above the go line"};
    const bool worth = rule.max_extensions > 0 && f.evpi > f.extension_cost;
    if (!worth) return last_word(f);
    return {.ruling = ruling::pivot,
            .extension_offered = true,
            .why = "between the lines: knowing more is worth more than a month costs"};
}

} // namespace

decision apply(const stop_rule& rule, const decision_facts& f) {
    if (f.when == decision_time::decide) return at_the_end(rule, f);
    if (f.p_positive < rule.stop_below)
        return {.ruling = ruling::stop, .why = "the chance to pay is below the stop line"};
    if (f.when == decision_time::review && f.p_positive < rule.go_above)
        return {.ruling = ruling::at_risk, .why = "the chance to pay is below the go line"};
    return {.ruling = ruling::pass, .why = "the chance to pay is above the stop line"};
}

std::string_view word(ruling r) {
    switch (r) {
    case ruling::pass:
        return "pass";
    case ruling::go:
        return "go";
    case ruling::stop:
        return "stop";
    case ruling::pivot:
        return "pivot";
    case ruling::at_risk:
        return "at_risk";
    }
    return "pass";
}

} // namespace servery::economics
