#include "control_plane/plan/reachability.h"

#include "control_plane/plan/cross_checks.h"
#include "control_plane/plan/registry.h"
#include "foundation/stats/sample_size.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace servery::plan {
namespace {

constexpr double days_a_month = 30.4375;
constexpr double ms_a_day = 86'400'000.0;
constexpr std::int64_t usual_min_n = 30;
constexpr double pilot_cap = 30; // percent of public visitors
constexpr double never = std::numeric_limits<double>::infinity();

double input(const document& d, const std::string& name, double otherwise) {
    const auto it = d.roi.inputs.find(name);
    if (it == d.roi.inputs.end()) return otherwise;
    const auto e = read_estimate(it->second);
    return e ? e->likely : otherwise;
}

bool serves_staff_aside(const document& d, const stage& s) {
    return d.use_case.audience != audience_kind::staff && staff_only(s, d.use_case.audience);
}

// The largest share of the audience that a stage of the phase serves.
double exposure_in(const document& d, phase p) {
    double most = 0;
    for (const auto& s : d.rollout.stages)
        if (s.phase == p && !serves_staff_aside(d, s)) most = std::max(most, s.percent / 100);
    return most;
}

double visitors_per_day(const document& d, const reach_knowledge& known, double exposure) {
    const double guess = input(d, "N", input(d, "drafts", 0));
    const double volume = known.contacts_a_month.value_or(guess);
    return volume / days_a_month * input(d, "eligible", 1) * input(d, "involve", 1) * exposure;
}

bool is_labelled(const fact_definition& f) {
    return f.ref == "desk.answer_accuracy" || f.ref == "desk.harm_rate" ||
           f.ref == "monitoring.answered_right";
}

bool is_rated(const fact_definition& f) {
    return f.ref == "desk.thumbs_down_share" || f.ref == "desk.survey_means";
}

// Units a day; infinite for what is there at once.
double supply(const document& d, const fact_definition& f, const reach_knowledge& known,
              double exposure) {
    if (f.module == "evaluation") return never;
    const double live = visitors_per_day(d, known, exposure);
    if (is_rated(f)) return live * known.response_rate;
    if (is_labelled(f) && d.rollout.max_review_minutes_per_week)
        return std::min(live, *d.rollout.max_review_minutes_per_week / 7 / known.minutes_a_label);
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

std::optional<instant> phase_end(const document& d, phase p, instant now) {
    const auto end = add_duration(phase_start(d, p, now), d.in(p).duration);
    return end ? std::optional(*end) : std::nullopt;
}

std::optional<instant> date_after(instant start, std::int64_t units, double per_day) {
    if (std::isinf(per_day)) return start;
    if (per_day <= 0) return std::nullopt;
    const double ms = static_cast<double>(units) / per_day * ms_a_day;
    if (ms > 1e12) return std::nullopt; // beyond thirty years is never
    return start + millis{static_cast<std::int64_t>(ms)};
}

std::string day(const std::optional<instant>& at) {
    return at ? to_date(*at) : "never";
}

struct need {
    double truth = 0;
    stats::sample_size size;
};

need rate_need(const metric& m, const target& t, const reach_knowledge& known) {
    const auto it = known.truth.find(m.id);
    need out{.truth = it != known.truth.end() ? it->second : assumed_truth(t.value, m.better)};
    const bool higher = m.better == direction::higher;
    const auto size = stats::rate_sample(higher ? t.value : 1 - t.value,
                                         higher ? out.truth : 1 - out.truth, 1 - t.confidence);
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    out.size = stats::at_least(size.value_or(stats::sample_size{most, most, most}),
                               t.min_n.value_or(usual_min_n));
    return out;
}

// A mean on the range of its fact: a tenth of the range better than asked, at most half the way to
// the end; the spread is a quarter of the range until it is measured.
need mean_need(const metric& m, const target& t, const fact_definition& f) {
    const double low = f.low.value_or(0);
    const double high = f.high.value_or(1);
    const bool higher = m.better == direction::higher;
    const double room = (higher ? high - t.value : t.value - low) / 2;
    const double gap = std::min(.10 * (high - low), room);
    need out{.truth = higher ? t.value + gap : t.value - gap};
    const auto size = stats::mean_sample(t.value, out.truth, (high - low) / 4, 1 - t.confidence);
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    out.size = stats::at_least(size.value_or(stats::sample_size{most, most, most}),
                               t.min_n.value_or(usual_min_n));
    return out;
}

std::optional<need> need_of(const metric& m, const target& t, const fact_definition& f,
                            const reach_knowledge& known) {
    const bool bound = t.rule == rule_kind::lower_bound || t.rule == rule_kind::upper_bound;
    if (f.kind == fact_kind::rate && bound) return rate_need(m, t, known);
    if (f.kind == fact_kind::mean && t.rule == rule_kind::mean_bound && f.unit != "money")
        return mean_need(m, t, f);
    return std::nullopt;
}

// The fixed set that one look at it would need, in words.
std::string replay_words(const metric& m, const target& t) {
    std::string words = "prove the target in the sandbox on a fixed set of past questions labelled "
                        "by people, and keep the metric as a guardrail";
    const double truth = assumed_truth(t.value, m.better);
    const bool higher = m.better == direction::higher;
    if (const auto set = stats::exact_test(higher ? t.value : 1 - t.value,
                                           higher ? truth : 1 - truth, 1 - t.confidence))
        words += " (" + std::to_string(set->good) + " of " + std::to_string(set->n) + " right)";
    return words;
}

void propose(const document& d, const metric& m, const target& t, const fact_definition& f,
             const reach_knowledge& known, reach& r, instant start) {
    if (f.module != "evaluation" && f.kind == fact_kind::rate)
        r.proposals.push_back(replay_words(m, t));
    const double exposure = exposure_in(d, *phase_from(r.phase));
    if (r.phase == "pilot" && exposure < pilot_cap / 100 &&
        d.use_case.audience != audience_kind::staff) {
        const auto at = date_after(start, r.n80, supply(d, f, known, pilot_cap / 100));
        r.proposals.push_back("serve 30 % in the pilot: decided by " + day(at));
    }
    if (r.date80) r.proposals.push_back("lengthen the phase until " + day(r.date80));
    if (is_labelled(f) && d.rollout.max_review_minutes_per_week)
        r.proposals.push_back("plan more minutes a week for labelling");
    r.proposals.push_back(m.better == direction::higher ? "lower the target" : "raise the limit");
}

reach reach_of(const document& d, const metric& m, phase p, const target& t,
               const fact_definition& f, const need& needed, const reach_knowledge& known,
               instant now) {
    reach r;
    r.gate = "G" + std::to_string(index(p) + 1);
    r.metric = m.id;
    r.label = m.label;
    r.phase = word(p);
    r.rule = json::enum_word(t.rule);
    r.target = t.value;
    r.truth = needed.truth;
    r.n50 = needed.size.n50;
    r.n80 = needed.size.n80;
    r.n90 = needed.size.n90;
    const double per_day = supply(d, f, known, exposure_in(d, p));
    if (!std::isinf(per_day)) r.per_day = per_day;
    auto start = phase_start(d, p, now);
    if (m.filter == "no_return") start = start + millis{7 * 86'400'000LL};
    r.date50 = date_after(start, r.n50, per_day);
    r.date80 = date_after(start, r.n80, per_day);
    r.date90 = date_after(start, r.n90, per_day);
    if (const auto end = phase_end(d, p, now)) {
        r.phase_end = *end;
        r.reachable = r.date80 && *r.date80 <= *end;
    }
    if (!r.reachable) propose(d, m, t, f, known, r, start);
    return r;
}

// The time that the stages of a phase must have served before its gate.
instant dwell_end(const document& d, phase p, instant now) {
    instant at = phase_start(d, p, now);
    for (const auto& s : d.rollout.stages)
        if (s.phase == p && !s.min_dwell.empty())
            if (const auto until = add_duration(at, s.min_dwell)) at = *until;
    return at;
}

void take_latest(gate_reach& g, const reach& r) {
    const auto later = [](std::optional<instant>& mine, const std::optional<instant>& other) {
        if (mine && (!other || *other > *mine)) mine = other;
    };
    if (g.date80 && (!r.date80 || *r.date80 > *g.date80)) g.limited_by = r.metric;
    later(g.date50, r.date50);
    later(g.date80, r.date80);
    later(g.date90, r.date90);
    for (const auto& p : r.proposals)
        if (std::ranges::find(g.proposals, p) == g.proposals.end()) g.proposals.push_back(p);
}

} // namespace

double assumed_truth(double p0, direction better) {
    if (better == direction::higher) return p0 + std::min(0.10, (1 - p0) / 2);
    return p0 <= 0.03 ? 0.0 : p0 / 3;
}

std::int64_t units_needed(double truth, double p0, direction better, double alpha,
                          std::int64_t min_n) {
    const bool higher = better == direction::higher;
    const auto size = stats::rate_sample(higher ? p0 : 1 - p0, higher ? truth : 1 - truth, alpha);
    if (!size) return std::numeric_limits<std::int64_t>::max();
    return std::max(size->n50, min_n);
}

std::vector<reach> reachability(const document& d, instant now, const reach_knowledge& known) {
    std::vector<reach> out;
    for (const auto& m : d.metrics) {
        const auto* f = find_fact(m.from);
        if (f == nullptr || !f->emitted) continue;
        for (const auto& [phase_word, t] : m.targets) {
            const auto p = phase_from(phase_word);
            if (!p || *p == phase::sandbox || !t.window.empty()) continue;
            if (const auto needed = need_of(m, t, *f, known))
                out.push_back(reach_of(d, m, *p, t, *f, *needed, known, now));
        }
    }
    return out;
}

std::vector<gate_reach> gate_dates(const document& d, instant now, const reach_knowledge& known) {
    const auto conditions = reachability(d, now, known);
    std::vector<gate_reach> out;
    for (int closed = 0; closed < phase_count - 1; ++closed) {
        const auto p = static_cast<phase>(closed);
        gate_reach g;
        g.gate = "G" + std::to_string(closed + 1);
        g.phase = word(p);
        g.from = phase_start(d, p, now);
        const auto end = phase_end(d, p, now);
        if (end) g.until = *end;
        // the sandbox ends when its work is done: the plan's own length
        const auto earliest = p == phase::sandbox ? end.value_or(g.from) : dwell_end(d, p, now);
        g.limited_by = p == phase::sandbox ? "plan" : "dwell";
        g.date50 = g.date80 = g.date90 = earliest;
        for (const auto& r : conditions)
            if (r.gate == g.gate) take_latest(g, r);
        g.decidable = g.date80 && (!end || *g.date80 <= *end);
        if (g.decidable)
            g.proposals.clear();
        else if (g.limited_by == "dwell")
            g.proposals.push_back("lengthen the phase until " + day(g.date80) +
                                  ", or shorten the dwell of its stages");
        out.push_back(std::move(g));
    }
    return out;
}

document with_changes(document d, const reach_changes& c) {
    const auto p = phase_from(c.phase);
    if (!p) return d;
    if (c.months) {
        const auto days_long = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(std::llround(*c.months * days_a_month)));
        d.phases[static_cast<std::size_t>(index(*p))].duration = std::to_string(days_long) + "d";
        // later phases follow: their own dates would cut the longer one short
        for (int next = index(*p) + 1; next < phase_count; ++next)
            d.phases[static_cast<std::size_t>(next)].start.reset();
    }
    stage* largest = nullptr;
    for (auto& s : d.rollout.stages)
        if (s.phase == *p && !serves_staff_aside(d, s) &&
            (largest == nullptr || s.percent > largest->percent))
            largest = &s;
    if (c.percent && largest != nullptr) largest->percent = *c.percent;
    for (auto& m : d.metrics)
        if (const auto it = c.targets.find(m.id); it != c.targets.end())
            if (const auto t = m.targets.find(c.phase); t != m.targets.end())
                t->second.value = it->second;
    if (c.label_minutes_per_week) d.rollout.max_review_minutes_per_week = c.label_minutes_per_week;
    return d;
}

} // namespace servery::plan
