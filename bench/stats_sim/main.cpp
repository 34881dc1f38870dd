// Measures what the statistics of deciding promise, on simulated streams through stats::decide:
// how often a verdict is false when somebody looks after every observation, and how many
// observations a verdict takes, each beside its bar. Exit 1 if a bar is missed.
//
//   bench_stats_sim --streams 2000 --power 1000 --arms 2000 --rng 1
#include "bench/options.h"
#include "foundation/stats/decide.h"
#include "foundation/stats/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace {

using namespace servery::stats;
using rng = std::mt19937_64;
// Makes one stream of up to `n` observations.
using stream = std::function<decide_request(rng&, int n)>;

int missed = 0;

std::string judged(bool good) {
    if (!good) ++missed;
    return good ? "ok" : "MISSED";
}

bool chance(rng& draw, double p) {
    return std::uniform_real_distribution<double>()(draw) < p;
}

decide_request ask(auto recipe) {
    return {.alpha = {0.05, 0.05}, .min_n = 1, .recipe = std::move(recipe)};
}

stream rate(double truth, double target) {
    return [=](rng& draw, int n) {
        decide_rate r{.target = target, .fail_target = target};
        for (int i = 0; i < n; ++i)
            r.outcomes.push_back(chance(draw, truth));
        return ask(std::move(r));
    };
}

stream mean01(double truth, double target) {
    return [=](rng& draw, int n) {
        decide_mean r{.target = target, .fail_target = target};
        for (int i = 0; i < n; ++i)
            r.values.push_back(chance(draw, truth) ? 1 : 0);
        return ask(std::move(r));
    };
}

// 4, 6, 15, 35 and 40 % of one to five stars: mean 4.01.
stream stars(double target) {
    return [=](rng& draw, int n) {
        std::discrete_distribution<int> star{4, 6, 15, 35, 40};
        decide_mean r{.target = target, .fail_target = target, .low = 1, .high = 5};
        for (int i = 0; i < n; ++i)
            r.values.push_back(star(draw) + 1);
        return ask(std::move(r));
    };
}

// d = +1 and -1 with the shares that give this disagreement and this difference.
stream paired(double disagreement, double difference, double margin) {
    return [=](rng& draw, int n) {
        decide_paired r{.margin = margin, .harm_margin = margin};
        const double up = (disagreement + difference) / 2;
        for (int i = 0; i < n; ++i) {
            const double u = std::uniform_real_distribution<double>()(draw);
            r.differences.push_back(u < up ? 1 : u < disagreement ? -1 : 0);
        }
        return ask(std::move(r));
    };
}

stream two_arm(double canary, double control, double margin, double pi) {
    return [=](rng& draw, int n) {
        decide_two_arm r{.margin = margin, .harm_margin = 0};
        for (int i = 0; i < n; ++i) {
            const bool in = chance(draw, pi);
            r.units.push_back({in, pi, chance(draw, in ? canary : control) ? 1. : 0.});
        }
        return ask(std::move(r));
    };
}

// The share grows 10-30-60-90 while both arms swing together by 15 points: Simpson's paradox.
stream swinging_ramp() {
    return [](rng& draw, int n) {
        decide_two_arm r{.margin = 0, .harm_margin = 0};
        constexpr double shares[] = {0.1, 0.3, 0.6, 0.9};
        for (int i = 0; i < n; ++i) {
            const double pi = shares[std::min(3, 4 * i / n)];
            const double p = 0.8 + 0.15 * std::sin(6.28 * i / n);
            r.units.push_back({chance(draw, pi), pi, chance(draw, p) ? 1. : 0.});
        }
        return ask(std::move(r));
    };
}

void false_verdicts(const char* name, const stream& make, int looks, int streams, rng& draw) {
    int pass = 0;
    int fail = 0;
    for (int s = 0; s < streams; ++s) {
        const auto report = decide(make(draw, looks));
        pass += report.first_pass_at ? 1 : 0;
        fail += report.first_fail_at ? 1 : 0;
    }
    const double bar = 0.05 + 3 * std::sqrt(0.05 * 0.95 / streams);
    const double worst = std::max(pass, fail) / static_cast<double>(streams);
    fmt::print("{:42} pass {:.4f}  fail {:.4f}  bar {:.4f}  {}\n", name,
               pass / static_cast<double>(streams), fail / static_cast<double>(streams), bar,
               judged(worst <= bar));
    std::fflush(stdout);
}

struct power_row {
    const char* name;
    stream make;
    double median;     // to stay below 1.1 times this
    double percentile; // 90th, to stay below 1.25 times this; 0 = no bar
    bool fail = false; // counts FAIL verdicts
    double median_bar = 1.1;
};

void power(const power_row& row, int streams, rng& draw) {
    const int horizon = static_cast<int>(std::max(4 * row.percentile, 8 * row.median));
    std::vector<double> n;
    for (int s = 0; s < streams; ++s) {
        const auto report = decide(row.make(draw, horizon));
        const auto at = row.fail ? report.first_fail_at : report.first_pass_at;
        n.push_back(at ? static_cast<double>(*at) : horizon);
    }
    std::ranges::sort(n);
    const double median = n[n.size() / 2];
    const double p90 = n[n.size() * 9 / 10];
    const bool good = median <= row.median_bar * row.median &&
                      (row.percentile == 0 || p90 <= 1.25 * row.percentile);
    fmt::print("{:42} median {:6.0f}  p90 {:6.0f}  bar {:6.0f} {:6.0f}  {}\n", row.name, median,
               p90, row.median_bar * row.median, 1.25 * row.percentile, judged(good));
    std::fflush(stdout);
}

void sample_ratio_streams(int streams, rng& draw) {
    int alarms = 0;
    for (int s = 0; s < streams; ++s) {
        sample_ratio split;
        bool crossed = false;
        for (int i = 0; i < 5000; ++i) {
            split.observe(0.1, chance(draw, 0.1));
            crossed = crossed || split.ln_e() >= ln_threshold(sample_ratio_alpha);
        }
        alarms += crossed ? 1 : 0;
    }
    const double bar = 0.01 + 3 * std::sqrt(0.01 * 0.99 / streams);
    fmt::print("{:42} alarm {:.4f}  bar {:.4f}  {}\n", "sample ratio, healthy",
               alarms / static_cast<double>(streams), bar,
               judged(alarms / static_cast<double>(streams) <= bar));
    for (const auto& [lost, usual] : {std::pair{0.3, 1220.}, {0.2, 2780.}}) {
        std::vector<double> n;
        for (int s = 0; s < streams / 5; ++s) {
            sample_ratio split;
            while (split.ln_e() < ln_threshold(sample_ratio_alpha) && split.n() < 30'000) {
                const bool canary = chance(draw, 0.1);
                if (!canary || !chance(draw, lost)) split.observe(0.1, canary);
            }
            n.push_back(static_cast<double>(split.n()));
        }
        std::ranges::sort(n);
        fmt::print("{:42} median {:6.0f}  bar {:6.0f}  {}\n",
                   fmt::format("sample ratio, {:.0f} % of canary lost", lost * 100),
                   n[n.size() / 2], 1.1 * usual, judged(n[n.size() / 2] <= 1.1 * usual));
    }
    std::fflush(stdout);
}

void forecasts() {
    for (const auto& [p, p0, median] : {std::tuple{0.85, 0.8, 401.},
                                        {0.9, 0.8, 81.},
                                        {0.95, 0.8, 31.},
                                        {0.95, 0.9, 168.},
                                        {0.98, 0.95, 244.}}) {
        const double n = rate_units_to_verdict(p, p0, 0.05);
        fmt::print("forecast {:.2f} against {:.2f}: {:6.1f}, median {:4.0f}  {}\n", p, p0, n,
                   median, judged(std::abs(n - median) <= 0.2 * median));
    }
}

std::vector<power_row> power_rows() {
    return {
        {"rate 85 against 80", rate(.85, .8), 430 / 1.1, 954},
        {"rate 90 against 80", rate(.9, .8), 90 / 1.1, 191},
        {"rate 95 against 80", rate(.95, .8), 31, 66},
        {"rate 95 against 90", rate(.95, .9), 168, 429},
        {"rate 98 against 95", rate(.98, .95), 244, 545},
        {"rate FAIL 70 against 80", rate(.7, .8), 132, 333, true},
        {"rate FAIL 60 against 80", rate(.6, .8), 32, 79, true},
        {"mean 85 against 80", mean01(.85, .8), 383, 965},
        {"mean 90 against 80", mean01(.9, .8), 81, 185},
        {"mean 95 against 80", mean01(.95, .8), 31, 66},
        {"mean 95 against 90", mean01(.95, .9), 183, 416},
        {"mean 98 against 95", mean01(.98, .95), 244, 573},
        {"mean stars 4.01 against 3.8", stars(3.8), 168, 428},
        {"mean stars 4.01 against 3.5", stars(3.5), 35, 76},
        {"paired 10 % disagree, margin 5", paired(.1, 0, .05), 255, 635},
        {"paired 20 % disagree, margin 5", paired(.2, 0, .05), 520, 1365},
        {"paired 10 % disagree, margin 3", paired(.1, 0, .03), 730, 1850},
    };
}

std::vector<power_row> arm_rows() {
    return {
        {"two_arm PASS 85/85 margin 10, pi .1", two_arm(.85, .85, .1, .1), 1006, 2679, false, 1.15},
        {"two_arm PASS 85/85 margin 10, pi .3", two_arm(.85, .85, .1, .3), 401, 1155, false, 1.15},
        {"two_arm PASS 85/85 margin 10, pi .5", two_arm(.85, .85, .1, .5), 329, 869, false, 1.15},
        {"two_arm PASS 98/98 margin 3, pi .3", two_arm(.98, .98, .03, .3), 873, 1854, false, 1.15},
        {"two_arm FAIL 85 to 75, pi .1", two_arm(.75, .85, .1, .1), 1338, 3158, true, 1.15},
        {"two_arm FAIL 85 to 65, pi .5", two_arm(.65, .85, .1, .5), 118, 0, true, 1.15},
        {"two_arm FAIL errors 2 to 10, pi .1", two_arm(.9, .98, .1, .1), 799, 1823, true, 1.15},
    };
}

} // namespace

int main(int argc, char** argv) {
    const bench::options options(argc, argv);
    const auto streams = static_cast<int>(options.number("streams", 2000));
    const auto seed = static_cast<std::uint64_t>(options.number("rng", 1));
    rng draw(seed);
    fmt::print("mt19937_64, seed {}; {} streams a null; alpha .05 a side, every look\n", seed,
               streams);
    false_verdicts("rate at 80 %, 2,000 looks", rate(.8, .8), 2000, streams, draw);
    false_verdicts("rate at 95 %, 2,000 looks", rate(.95, .95), 2000, streams, draw);
    false_verdicts("mean at 80 %, 2,000 looks", mean01(.8, .8), 2000, streams, draw);
    false_verdicts("paired at the margin, 2,000 looks", paired(.15, -.05, .05), 2000, streams,
                   draw);
    false_verdicts("two_arm A/A 85 %, pi .1, 5,000", two_arm(.85, .85, 0, .1), 5000, streams, draw);
    false_verdicts("two_arm A/A 98 %, pi .1, 5,000", two_arm(.98, .98, 0, .1), 5000, streams, draw);
    false_verdicts("two_arm A/A 50 %, pi .5, 5,000", two_arm(.5, .5, 0, .5), 5000, streams, draw);
    false_verdicts("two_arm ramp and shared swing, 5,000", swinging_ramp(), 5000, streams, draw);
    sample_ratio_streams(streams, draw);
    forecasts();
    for (const auto& row : power_rows())
        power(row, static_cast<int>(options.number("power", 1000)), draw);
    for (const auto& row : arm_rows())
        power(row, static_cast<int>(options.number("arms", 2000)), draw);
    fmt::print("{} bars missed\n", missed);
    return missed == 0 ? 0 : 1;
}
