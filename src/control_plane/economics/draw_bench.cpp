// 20,000 draws of 12 months with 14 uncertain inputs: under 50 ms on one core; with five of them
// measured, their tables included, under 80 ms.
#include "control_plane/economics/draw.h"

#include <benchmark/benchmark.h>

namespace servery::economics {
namespace {

case_inputs fourteen_uncertain() {
    given_inputs given;
    const auto put = [&](const char* name, double l, double m, double h) {
        given[name] = {{l, m, h}, false};
    };
    put("eligible", .4, .6, .75);
    put("involve", .75, .9, .98);
    put("resolve", .2, .45, .65);
    put("recontact", .05, .12, .3);
    put("min_easy", 2.5, 5, 8);
    put("min_handoff_extra", -1, .5, 3);
    put("N", 450, 600, 800);
    put("hours_monitor", 2, 4, 10);
    put("hours_kb", 1, 3, 8);
    put("setup_hours", 20, 40, 90);
    put("harm_rate", .0005, .002, .008);
    put("harm_cost", 20, 60, 300);
    put("subscription", 20, 50, 150);
    put("turns", 1.4, 2.2, 4);
    given["wage_h"] = {range::at(28), true};
    given["wage_owner"] = {range::at(40), true};
    return make_case(given).value();
}

const std::vector<double> year{0, .1, .3, .6, 1, 1, 1, 1, 1, 1, 1, 1};

void guesses(benchmark::State& state) {
    const auto of = join(fourteen_uncertain(), {}).value;
    for (auto _ : state)
        benchmark::DoNotOptimize(simulate(of, year));
}
BENCHMARK(guesses)->Unit(benchmark::kMillisecond);

void guesses_with_fan(benchmark::State& state) {
    const auto of = join(fourteen_uncertain(), {}).value;
    for (auto _ : state)
        benchmark::DoNotOptimize(simulate(of, year, {.rest = {}, .fan = true}));
}
BENCHMARK(guesses_with_fan)->Unit(benchmark::kMillisecond);

void five_measured(benchmark::State& state) {
    const auto of = fourteen_uncertain();
    std::vector<measurement> all;
    for (const auto* name : {"eligible", "involve", "resolve", "recontact", "harm_rate"})
        all.push_back({.name = name, .n = 200, .good = 20, .source = "facts"});
    for (auto _ : state) {
        const auto joined = join(of, all);
        benchmark::DoNotOptimize(simulate(joined.value, year));
    }
}
BENCHMARK(five_measured)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace servery::economics
