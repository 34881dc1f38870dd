// From a fact to a verdict: count, point, lower_bound, upper_bound. The e-process of a rate is
// foundation/stats; a PASS latches with its n and time (gate_service keeps the latch).
// Pure. Thread: any.
#pragma once

#include "control_plane/plan/registry.h"
#include "foundation/events/fact.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::gate {

enum class state { pass, fail, not_enough_data, expired, waived };
BOOST_DESCRIBE_ENUM(state, pass, fail, not_enough_data, expired, waived)

struct interval {
    double lower = 0;
    double upper = 1;
};
BOOST_DESCRIBE_STRUCT(interval, (), (lower, upper))

// "About N more": n_more at the quality seen so far; p80 = 1.75 times that.
struct needs {
    std::optional<std::int64_t> n_more;
    std::optional<std::int64_t> n_more_p80;
    std::optional<instant> date;
    std::optional<instant> date_p80;
    std::string words; // "about 40 more (80 %: 70), around 14 May"
};
BOOST_DESCRIBE_STRUCT(needs, (), (n_more, n_more_p80, date, date_p80, words))

struct judgement {
    gate::state state = gate::state::not_enough_data;
    std::optional<double> value;
    std::int64_t n = 0;
    std::optional<gate::interval> interval;
    std::optional<gate::needs> needs;
    std::string why; // in words
};

struct rule_input {
    plan::rule_kind rule = plan::rule_kind::point;
    plan::direction better = plan::direction::higher;
    double target = 0;
    double confidence = 0.95;
    std::optional<std::int64_t> min_n;
    millis window{0}; // of `point`; 0 = none asked for
    std::optional<double> expected;
    instant now;
};

// The state without age: expiry is the caller's. A fact that is missing or unusable is
// not_enough_data with the reason.
[[nodiscard]] judgement judge(const events::fact* f, const plan::fact_definition& definition,
                              const rule_input& in);

// The state alone, without the interval, the forecast and the words: every fact that is folded
// passes here.
[[nodiscard]] state judge_state(const events::fact* f, const plan::fact_definition& definition,
                                const rule_input& in);

// Evidence of a checklist row: `op` and a value. Rates use the bound of that direction at 0.05,
// other kinds compare. budget: the amount that the word `budget` stands for.
[[nodiscard]] judgement judge_evidence(const events::fact* f,
                                       const plan::fact_definition& definition,
                                       const plan::evidence_rule& rule, instant now,
                                       std::optional<double> budget);

} // namespace servery::gate
