// How many observations a rate condition needs, how fast they come at a stage, and when the gate
// can be decided: the forecast before data. Formulas: N50 = ceil(ln(1/alpha)/KL(p1, p0)); a truth
// of 0 or 1: the smallest n at which a perfect record passes; N80 = 1.75 N50, N90 = 2.4 N50. Pure.
// Thread: any.
#pragma once

#include "control_plane/plan/document.h"

#include <optional>
#include <string>
#include <vector>

namespace servery::plan {

struct reach {
    std::string metric;
    std::string phase;
    double truth = 0; // assumed, on the metric's own side
    std::int64_t n50 = 0;
    std::int64_t n80 = 0;
    std::int64_t n90 = 0;
    double per_day = 0; // supply at the phase's largest stage
    std::optional<instant> date50;
    std::optional<instant> date80;
    std::optional<instant> date90;
    instant phase_end; // ms 0 = ongoing
    bool reachable = true;
    std::vector<std::string> proposals; // in words
};
BOOST_DESCRIBE_STRUCT(reach, (),
                      (metric, phase, truth, n50, n80, n90, per_day, date50, date80, date90,
                       phase_end, reachable, proposals))

// One entry for each rate target that is judged by a bound; phases without a start follow each
// other from `now`.
[[nodiscard]] std::vector<reach> reachability(const document& plan, instant now);

// The assumed truth where nothing is measured: p0 + min(.10, (1-p0)/2); lower-better p0/3, and 0
// for p0 <= .03.
[[nodiscard]] double assumed_truth(double p0, direction better);
// Units in all at confidence 1 - alpha, never below min_n.
[[nodiscard]] std::int64_t units_needed(double truth, double p0, direction better, double alpha,
                                        std::int64_t min_n);

} // namespace servery::plan
