// The stop rule that people sign before the pilot, as the machine applies it. It proposes; a person
// may decide otherwise with a signed reason. Thread: pure functions, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace servery::economics {

struct stop_rule {
    double go_above = .8;
    double stop_below = .2;
    int max_extensions = 1;
};

// before_pilot: G1. decide: when the pilot ends. review: G3 and each month after.
enum class decision_time { before_pilot, decide, review };
// pass: plausible, or nothing is due. pivot: the menu, and one extension if it is worth its cost.
enum class ruling { pass, go, stop, pivot, at_risk };

struct decision_facts {
    decision_time when = decision_time::before_pilot;
    double p_positive = 0;               // P(forward NPV > 0)
    bool guardrail_failed = false;       // now
    bool guardrail_failed_twice = false; // at two evaluations seven days apart or more
    int extensions = 0;                  // taken so far
    double evpi = 0;                     // what knowing is worth
    double extension_cost = 0;           // of the month more
};
struct decision {
    economics::ruling ruling = ruling::pass;
    bool extension_offered = false;
    bool needs_note = false; // go on thin evidence: a signed note says why
    std::string_view why;
};
[[nodiscard]] decision apply(const stop_rule& rule, const decision_facts& facts);
[[nodiscard]] std::string_view word(ruling r);

} // namespace servery::economics
