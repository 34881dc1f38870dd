#include "control_plane/gate/evaluation_rows.h"

#include "control_plane/plan/lint.h"
#include "control_plane/plan/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace servery::gate {

namespace {

constexpr std::string_view default_dwell = "24h";

} // namespace

condition& row_builder::add(std::string id, std::string kind, std::string group,
                            std::string label) {
    condition c;
    c.id = gate_ + "/" + std::move(id);
    c.kind = std::move(kind);
    c.group = std::move(group);
    c.label = std::move(label);
    out_.push_back(std::move(c));
    return out_.back();
}

void row_builder::age(condition& c, instant as_of, std::optional<millis> limit) {
    c.as_of = as_of;
    const auto old = std::max(in_.now - as_of, millis{0});
    c.age = to_duration(std::chrono::floor<std::chrono::minutes>(old));
    if (!limit) return;
    c.expires = as_of + *limit;
    if (in_.now < *c.expires) return;
    c.state = state::expired;
    c.why = "older than " + to_duration(*limit) + " (" + c.why + ")";
    c.fix = "measure it again";
}

void row_builder::fill(condition& c, const judgement& j, const events::fact* f,
                       const plan::fact_definition& definition, const std::string& row_max_age) {
    c.state = j.state;
    c.value = j.value;
    c.unit = definition.unit;
    c.n = j.n;
    c.interval = j.interval;
    c.needs = j.needs;
    c.design = definition.design;
    c.ref = c.ref.empty() ? definition.ref : c.ref;
    c.why = j.why;
    if (f == nullptr) {
        if (in_.facts.other_variant(
                in_.project,
                {.key = c.ref, .filter = c.filter, .variant = in_.variant, .live_only = false}))
            c.why = "measured on another variant only";
        c.fix = definition.emitted ? "it is measured by " + definition.module
                                   : "no running module measures it: take it out of the plan";
        return;
    }
    c.evidence = f->key + "@" + to_rfc3339(f->as_of);
    if (c.state == state::fail) c.fix = "improve the variant, or change the plan with a reason";
    if (c.state == state::not_enough_data) c.fix = "wait for more observations";
    age(c, f->as_of, age_limit(definition, row_max_age));
}

void row_builder::activities(plan::phase left) {
    for (const auto& a : d_.in(left).activities) {
        auto& c = add("activity/" + a.id, "activity", "works", a.text);
        c.target = "done, or skipped with a reason";
        const bool skipped = a.status == plan::activity_status::skipped && !a.reason.empty();
        const bool done = a.status == plan::activity_status::done || skipped;
        c.state = done ? state::pass : state::not_enough_data;
        c.why = skipped ? "skipped: " + a.reason : std::string(json::enum_word(a.status));
        if (!done) c.fix = "finish it and mark it done";
    }
}

void row_builder::metric(const plan::metric& m, const plan::target& t, const std::string& phase,
                         bool fail_only, bool live_only) {
    const auto* definition = plan::find_fact(m.from);
    auto& c = add("metric/" + m.id, "metric", "works", m.label);
    c.target = plan::target_words(m, t);
    c.target_value = t.value;
    c.better = json::enum_word(m.better);
    c.ref = m.from;
    c.filter = m.filter;
    const auto* f = in_.facts.find(
        in_.project,
        {.key = m.from, .filter = m.filter, .variant = in_.variant, .live_only = live_only});
    auto j = judge(f, *definition, rule_of(m, t, in_.now));
    const auto held = in_.latches.find(latch_key(m, phase, t, in_.variant));
    const bool latched = held != in_.latches.end();
    if (latched && held->second.failed) {
        j.state = state::fail;
        j.why = "shown to miss the target";
    } else if (latched && held->second.passed_at && j.state == state::not_enough_data &&
               f != nullptr && f->usable) {
        j.state = state::pass;
        j.why = fmt::format("shown to meet the target with {} observations on {}",
                            held->second.passed_n, to_date(*held->second.passed_at));
    }
    fill(c, j, f, *definition, "");
    if (latched && held->second.passed_at && c.state == state::pass)
        age(c, *held->second.passed_at, age_limit(*definition, ""));
    if (fail_only && c.state == state::not_enough_data) {
        c.state = state::pass;
        c.why = "not failing is enough here (" + c.why + ")";
        c.fix.clear();
    }
}

void row_builder::metrics(plan::phase left, bool lenient, bool live_only) {
    const std::string phase(plan::word(left));
    const bool stage_gate = gate_.starts_with("S:");
    for (const auto& m : d_.metrics)
        if (const auto t = m.targets.find(phase); t != m.targets.end())
            metric(m, t->second, phase, stage_gate && (lenient || m.guardrail), live_only);
}

void row_builder::rollback_metrics(plan::phase current) {
    const std::string phase(plan::word(current));
    for (const auto& m : d_.metrics) {
        const auto t = m.targets.find(phase);
        if (t == m.targets.end() ||
            std::ranges::find(d_.rollout.rollback_on, m.id) == d_.rollout.rollback_on.end())
            continue;
        metric(m, t->second, phase, true, true);
        // old numbers of a metric end nothing: only a FAIL does
        if (out_.back().state != state::fail) {
            out_.back().state = state::pass;
            out_.back().expires.reset();
        }
    }
}

void row_builder::variant(bool with_test) {
    auto& c = add("variant/frozen", "variant", "works", "The variant is frozen and tested");
    c.target = with_test ? "frozen, and the proof-of-concept set passed" : "frozen";
    if (in_.variant.empty()) {
        c.why = "there is no candidate";
        c.fix = "make a variant and start a rollout with it";
        return;
    }
    c.evidence = in_.variant;
    if (!in_.info || !in_.info->frozen) {
        c.state = state::fail;
        c.why = "the variant is not frozen";
        c.fix = "freeze its prompt, parameters and knowledge release";
        return;
    }
    c.state = state::pass;
    c.why = "frozen as " + in_.variant.substr(0, 12);
    if (!with_test) return;
    for (const auto& m : d_.metrics) {
        const auto t = m.targets.find("sandbox");
        if (m.from != "evaluation.poc_passed" || t == m.targets.end()) continue;
        const auto* definition = plan::find_fact(m.from);
        const auto* f = in_.facts.find(
            in_.project,
            {.key = m.from, .filter = m.filter, .variant = in_.variant, .live_only = false});
        c.ref = m.from;
        fill(c, judge(f, *definition, rule_of(m, t->second, in_.now)), f, *definition, "");
        if (c.state != state::pass) c.why = "proof-of-concept set: " + c.why;
    }
}

void row_builder::drills() {
    const auto* definition = plan::find_fact("gateway.fallback_drill");
    for (const auto& fallback : d_.fallbacks) {
        if (fallback.drill_every.empty()) continue;
        auto& c = add("drill/" + fallback.when, "drill", "safe",
                      "Drill of the fallback for " + fallback.when);
        c.target = "passed within " + fallback.drill_every;
        c.filter = fallback.when;
        c.ref = definition->ref;
        const auto* f = in_.facts.find(in_.project, {.key = definition->ref,
                                                     .filter = fallback.when,
                                                     .variant = in_.variant,
                                                     .live_only = false});
        const plan::evidence_rule rule{
            .ref = definition->ref, .op = "==", .value = "pass", .max_age = fallback.drill_every};
        fill(c, judge_evidence(f, *definition, rule, in_.now, std::nullopt), f, *definition,
             fallback.drill_every);
        if (c.state != state::pass) c.fix = "run the drill";
    }
}

void row_builder::owner(plan::phase opened) {
    auto& c = add("people/owner", "people", "people_ready", "One accountable owner");
    c.target = "a person of the plan";
    const auto& owner = d_.in(opened).owner;
    const auto* person = d_.find_person(owner);
    c.state = person == nullptr ? state::fail : state::pass;
    c.why = person == nullptr ? "nobody owns this phase" : owner + " owns this phase";
    if (person == nullptr) c.fix = "name an owner of the phase";
}

void row_builder::dwell(const plan::stage& before) {
    auto& c = add("rollout/dwell", "rollout", "works", "Time at stage " + before.id);
    const std::string text(before.min_dwell.empty() ? default_dwell
                                                    : std::string_view(before.min_dwell));
    const auto least = plan::duration_of(text).value_or(millis{86'400'000});
    c.target = "at least " + text;
    c.unit = "h";
    const auto since = served_since(in_.grants, before.id, in_.variant);
    if (!since) {
        c.why = "the stage has not served yet";
        c.fix = "pass the gate of the stage first";
        return;
    }
    c.as_of = *since;
    c.value = std::floor(static_cast<double>((in_.now - *since).count()) / 36'000.0) / 100;
    const auto end = *since + least;
    c.state = in_.now >= end ? state::pass : state::not_enough_data;
    c.why = "serves since " + to_rfc3339(*since);
    if (c.state == state::pass) return;
    c.needs = needs{.date = end, .words = "over on " + to_rfc3339(end)};
    c.fix = "wait until " + to_rfc3339(end);
}

void row_builder::sample_ratio(const plan::stage& before) {
    const auto* definition = plan::find_fact("rollout.sample_ratio");
    auto& c = add("rollout/sample_ratio", "rollout", "works", "The split is as configured");
    c.ref = definition->ref;
    c.target = "check passes";
    const bool filtered = !before.groups.empty() || before.percent >= 100;
    if (uncounted(d_, before) || filtered) {
        c.state = state::pass;
        c.why = "n/a: nothing is split at stage " + before.id;
        return;
    }
    const auto* f = in_.facts.find(
        in_.project,
        {.key = definition->ref, .filter = "", .variant = in_.variant, .live_only = true});
    fill(c,
         judge_evidence(f, *definition, {.ref = c.ref, .op = "==", .value = "pass"}, in_.now,
                        std::nullopt),
         f, *definition, "");
}

void row_builder::ladder(plan::phase left) {
    const plan::stage* last = nullptr;
    for (const auto& s : d_.rollout.stages)
        if (s.phase == left) last = &s;
    if (last == nullptr) return;
    dwell(*last);
    sample_ratio(*last);
}

void row_builder::lint(const std::string& gate) {
    auto& c = add("lint/blockers", "lint", "works", "No blocking finding in the plan");
    c.ref = "plan.lint_blockers";
    c.target = "0";
    c.unit = "count";
    const auto found = plan::blockers(*in_.plan, gate, in_.now);
    c.value = static_cast<double>(found.size());
    c.state = found.empty() ? state::pass : state::fail;
    c.why = found.empty() ? "none" : "";
    for (std::size_t i = 0; i < found.size() && i < 5; ++i)
        c.why += (i == 0 ? "" : "; ") + found[i].id + " " + found[i].what;
    if (!found.empty()) c.fix = found.front().fix;
}

std::vector<condition> row_builder::take() {
    for (auto& c : out_)
        for (const auto& w : in_.waivers) {
            if (w.condition != c.id || w.ended) continue;
            if (in_.now < w.expires) {
                c.state = state::waived;
                c.expires = w.expires;
                c.evidence = w.id;
                c.why = "waived by " + w.person + ": " + w.reason;
            } else if (c.state != state::pass) {
                c.state = state::expired;
                c.why = "the waiver ended (" + c.why + ")";
            }
        }
    const auto rank = [](state s) {
        switch (s) {
        case state::fail:
            return 0;
        case state::expired:
            return 1;
        case state::not_enough_data:
            return 2;
        case state::waived:
            return 3;
        case state::pass:
            return 4;
        }
        return 4;
    };
    std::vector<condition> sorted;
    for (int r = 0; r <= 4; ++r)
        for (auto& c : out_)
            if (rank(c.state) == r) sorted.push_back(std::move(c));
    return sorted;
}

} // namespace servery::gate
