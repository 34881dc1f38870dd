// How sure a value is: draws of the whole case, their quantiles, the fan by month, what each input
// moves, and what knowing would be worth.
// One number of the stream an uncertain input and draw, in the byte order of the names, also where
// low = high; a measured input keeps its place and its number, so that replacing one never shifts
// the others. quantile a = element floor(a·n) of the sorted values.
// Thread: pure functions, any thread; 20,000 draws of 12 months take some tens of milliseconds.
#pragma once

#include "control_plane/economics/posterior.h"
#include "control_plane/economics/project.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace servery::economics {

inline constexpr int usual_draws = 20'000;
inline constexpr int most_draws = 100'000;
inline constexpr std::uint64_t usual_seed = 42;

struct drawn_input {
    std::size_t index = 0;
    economics::law law;
};
// drawn: in definition order.
struct draw_case {
    inputs likely;
    std::vector<drawn_input> drawn;
};

// What became of one input on the way from guess to case.
struct used_input {
    std::size_t index = 0;
    range guess;
    bool point = true;
    std::optional<measurement> measured; // whatever was measured, used or not
    double used = 0;                     // likely value in the case
    bool replaced = false;               // the measurement took the guess's place
};
struct joined_case {
    draw_case value;
    std::vector<used_input> inputs;
};
// Without measurements this is the guess itself.
[[nodiscard]] joined_case join(const case_inputs& guess, std::span<const measurement> measured);

struct draw_options {
    int n = usual_draws; // 1..100,000
    std::uint64_t seed = usual_seed;
    economics::view view = view::capacity;
    std::optional<double> rest; // forward: paid once from today, instead of the set-up
    bool fan = false;
};
struct band {
    double p10 = 0;
    double p50 = 0;
    double p90 = 0;
};
struct spread {
    int n = 0;
    std::uint64_t seed = 0;
    double p10 = 0;
    double p50 = 0;
    double p80 = 0;
    double p90 = 0;
    double p_positive = 0; // share strictly above 0
    double mean = 0;
    double mean_positive = 0; // mean of max(value, 0)
    double evpi = 0;          // mean(max(v, 0)) - max(mean(v), 0)
    std::vector<band> fan;    // cumulative flow, months 0..horizon
};
// Errors: economics.input.range (n).
[[nodiscard]] result<spread> simulate(const draw_case& of, std::span<const double> exposures,
                                      const draw_options& how = {});

// NPV with one input at its low and at its high, the others at their likely value. For a measured
// input low and high are its 5 % and 95 % quantiles. Ordered by swing rounded to 0.01, then name.
struct bar {
    std::size_t index = 0;
    double low = 0;
    double high = 0;
    [[nodiscard]] double swing() const { return low < high ? high - low : low - high; }
};
[[nodiscard]] std::vector<bar> tornado(const draw_case& of, std::span<const double> exposures,
                                       view v = view::capacity);

// Quantile of values sorted from low to high.
[[nodiscard]] double quantile(std::span<const double> sorted, double a);
[[nodiscard]] double expected_value_of_information(std::span<const double> values);
[[nodiscard]] double draw_from(const law& l, double u);

} // namespace servery::economics
