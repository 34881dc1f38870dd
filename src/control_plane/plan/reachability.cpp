#include "control_plane/plan/reachability.h"

#include "control_plane/plan/cross_checks.h"
#include "control_plane/plan/registry.h"
#include "foundation/stats/forecast.h"
#include "foundation/stats/rate.h"
#include "foundation/stats/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace servery::plan {
namespace {

constexpr double days_a_month = 30.4375;
constexpr double answered_share = 0.10; // of visitors who rate, until measured
constexpr double ms_a_day = 86'400'000.0;

double input(const document& d, const std::string& name, double otherwise) {
    const auto it = d.roi.inputs.find(name);
    if (it == d.roi.inputs.end()) return otherwise;
    const auto e = read_estimate(it->second);
    return e ? e->likely : otherwise;
}

// The largest share of the audience that a stage of the phase serves.
double exposure_in(const document& d, phase p) {
    double most = 0;
    for (const auto& s : d.rollout.stages) {
        if (s.phase != p) continue;
        const bool aside =
            d.use_case.audience != audience_kind::staff && staff_only(s, d.use_case.audience);
        if (!aside) most = std::max(most, s.percent / 100);
    }
    return most;
}

double visitors_per_day(const document& d, double exposure) {
    const double volume = input(d, "N", input(d, "drafts", 0));
    return volume / days_a_month * input(d, "eligible", 1) * input(d, "involve", 1) * exposure;
}

double supply(const document& d, const fact_definition& f, double exposure) {
    if (f.module == "evaluation") return std::numeric_limits<double>::infinity();
    const double live = visitors_per_day(d, exposure);
    const bool labelled = f.ref == "desk.answer_accuracy" || f.ref == "desk.harm_rate" ||
                          f.ref == "monitoring.answered_right";
    const bool rated = f.ref == "desk.thumbs_down_share";
    if (rated) return live * answered_share;
    if (labelled && d.rollout.max_review_minutes_per_week)
        return std::min(live, *d.rollout.max_review_minutes_per_week / 7.0);
    return live;
}

instant phase_start(const document& d, phase p, instant now) {
    instant at = now;
    for (int i = 0; i <= index(p); ++i) {
        const auto& row = d.in(static_cast<phase>(i));
        if (row.start)
            if (const auto given = date_of(*row.start)) at = *given;
        if (i == index(p)) break;
        if (const auto end = add_duration(at, row.duration)) at = *end;
    }
    return at;
}

std::optional<instant> date_after(instant start, double units, double per_day) {
    if (std::isinf(per_day)) return start;
    if (per_day <= 0) return std::nullopt;
    const double ms = units / per_day * ms_a_day;
    if (ms > 1e12) return std::nullopt; // beyond thirty years is never
    return start + millis{static_cast<std::int64_t>(ms)};
}

std::string day(const std::optional<instant>& at) {
    return at ? to_date(*at) : "never";
}

void propose(const document& d, const fact_definition& f, reach& r, instant start) {
    if (f.module != "evaluation")
        r.proposals.push_back("prove the target in the sandbox on a fixed set of past questions "
                              "labelled by people, and keep the metric as a guardrail");
    const double exposure = exposure_in(d, *phase_from(r.phase));
    if (r.phase == "pilot" && exposure < 0.3 && d.use_case.audience != audience_kind::staff) {
        const auto at = date_after(start, static_cast<double>(r.n80), supply(d, f, 0.3));
        r.proposals.push_back("serve 30 % in the pilot: decided by " + day(at));
    }
    if (r.date80) r.proposals.push_back("lengthen the phase until " + day(r.date80));
    if (d.rollout.max_review_minutes_per_week)
        r.proposals.push_back("plan more minutes a week for labelling");
    r.proposals.push_back("lower the target");
}

// How many units a record without a fault needs.
std::int64_t perfect_record(double p0, double alpha) {
    std::int64_t n = 1;
    while (n < 1'000'000 && stats::rate_ln_e_pass({n, n}, p0) < stats::ln_threshold(alpha))
        ++n;
    return n;
}

} // namespace

double assumed_truth(double p0, direction better) {
    if (better == direction::higher) return p0 + std::min(0.10, (1 - p0) / 2);
    return p0 <= 0.03 ? 0.0 : p0 / 3;
}

std::int64_t units_needed(double truth, double p0, direction better, double alpha,
                          std::int64_t min_n) {
    const double p = better == direction::higher ? truth : 1 - truth;
    const double q = better == direction::higher ? p0 : 1 - p0;
    if (p <= q) return std::numeric_limits<std::int64_t>::max();
    const auto n =
        p >= 1 ? perfect_record(q, alpha)
               : static_cast<std::int64_t>(std::ceil(stats::rate_units_to_verdict(p, q, alpha)));
    return std::max(n, min_n);
}

std::vector<reach> reachability(const document& d, instant now) {
    std::vector<reach> out;
    for (const auto& m : d.metrics) {
        const auto* f = find_fact(m.from);
        if (f == nullptr || f->kind != fact_kind::rate) continue;
        for (const auto& [phase_word, t] : m.targets) {
            const auto p = phase_from(phase_word);
            const bool bound = t.rule == rule_kind::lower_bound || t.rule == rule_kind::upper_bound;
            if (!p || !bound || *p == phase::sandbox || !t.window.empty()) continue;
            reach r;
            r.metric = m.id;
            r.phase = phase_word;
            r.truth = assumed_truth(t.value, m.better);
            r.n50 =
                units_needed(r.truth, t.value, m.better, 1 - t.confidence, t.min_n.value_or(30));
            const bool perfect = r.truth <= 0 || r.truth >= 1;
            const auto spread = [&](double times) {
                return perfect ? r.n50
                               : static_cast<std::int64_t>(
                                     std::ceil(times * static_cast<double>(r.n50)));
            };
            r.n80 = spread(1.75);
            r.n90 = spread(2.4);
            r.per_day = supply(d, *f, exposure_in(d, *p));
            auto start = phase_start(d, *p, now);
            if (m.filter == "no_return") start = start + millis{7 * 86'400'000LL};
            r.date50 = date_after(start, static_cast<double>(r.n50), r.per_day);
            r.date80 = date_after(start, static_cast<double>(r.n80), r.per_day);
            r.date90 = date_after(start, static_cast<double>(r.n90), r.per_day);
            if (const auto end = add_duration(phase_start(d, *p, now), d.in(*p).duration)) {
                r.phase_end = *end;
                r.reachable = r.date80 && *r.date80 <= *end;
            }
            if (!r.reachable) propose(d, *f, r, start);
            if (std::isinf(r.per_day)) r.per_day = 0;
            out.push_back(std::move(r));
        }
    }
    return out;
}

} // namespace servery::plan
