// How many observations each condition of a gate needs, how fast they come at a stage, and when the
// gate can be decided: the forecast before data. Sample sizes: foundation/stats/sample_size. Pure.
// Thread: any.
//   supply a day  live = N/30.4375·eligible·involve·exposure; labelled = min(live, label minutes a
//                 week / 7 / minutes a label); rated = live·response rate; items of an evaluation
//                 are there at once; `no_return` facts start seven days late
//   date          start of the phase + delay + needed/supply
// Metrics that no running module measures are left out: no date can be given (lint L3 names them).
#pragma once

#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::plan {

struct reach {
    std::string gate; // that the condition stands in: G2, G3
    std::string metric;
    std::string label;
    std::string phase;
    std::string rule;
    double target = 0;
    double truth = 0; // assumed, on the metric's own side
    std::int64_t n50 = 0;
    std::int64_t n80 = 0;
    std::int64_t n90 = 0;
    std::optional<double> per_day; // supply at the phase's largest stage; none = there at once
    std::optional<instant> date50;
    std::optional<instant> date80;
    std::optional<instant> date90;
    instant phase_end; // ms 0 = ongoing
    bool reachable = true;
    std::vector<std::string> proposals; // in words
};
BOOST_DESCRIBE_STRUCT(reach, (),
                      (gate, metric, label, phase, rule, target, truth, n50, n80, n90, per_day,
                       date50, date80, date90, phase_end, reachable, proposals))

// What is known beside the plan.
struct reach_knowledge {
    std::map<std::string, double> truth; // measured rates by metric, from 20 observations on
    std::optional<double> contacts_a_month;
    double minutes_a_label = 1;
    double response_rate = .10; // of visitors who rate
};

// One entry for each target that is judged by a bound; phases without a start follow each other
// from `now`.
[[nodiscard]] std::vector<reach> reachability(const document& plan, instant now,
                                              const reach_knowledge& known = {});

// A gate with the latest date of its conditions: its data, and the time that its stages must serve.
struct gate_reach {
    std::string gate;
    std::string phase; // that it closes
    instant from;      // start of the phase
    instant until;     // planned end; ms 0 = ongoing
    std::optional<instant> date50;
    std::optional<instant> date80;
    std::optional<instant> date90;
    bool decidable = true;  // 80 % date within the phase
    std::string limited_by; // metric id, "dwell", or "plan": nothing but the phase's own length
    std::vector<std::string> proposals;
};
BOOST_DESCRIBE_STRUCT(gate_reach, (),
                      (gate, phase, from, until, date50, date80, date90, decidable, limited_by,
                       proposals))
// G1, G2, G3.
[[nodiscard]] std::vector<gate_reach> gate_dates(const document& plan, instant now,
                                                 const reach_knowledge& known = {});

// "What if" for a phase: a larger share, another length, other targets, more labels, another truth.
struct reach_changes {
    std::string phase = "pilot";
    std::optional<double> percent;                // of the phase's largest public stage
    std::optional<double> months;                 // length of the phase
    std::map<std::string, double> targets;        // by metric
    std::optional<double> label_minutes_per_week; //
};
[[nodiscard]] document with_changes(document plan, const reach_changes& changes);

// The assumed truth of a rate where nothing is measured: p0 + min(.10, (1-p0)/2); lower-better
// p0/3, and 0 for p0 <= .03.
[[nodiscard]] double assumed_truth(double p0, direction better);
// Units in all at confidence 1 - alpha, never below min_n; a billion and more where the truth lies
// on the wrong side.
[[nodiscard]] std::int64_t units_needed(double truth, double p0, direction better, double alpha,
                                        std::int64_t min_n);

} // namespace servery::plan
