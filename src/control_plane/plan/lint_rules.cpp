#include "control_plane/plan/lint_rules.h"

#include "control_plane/plan/lint_words.h"
#include "control_plane/plan/reachability.h"
#include "control_plane/plan/registry.h"
#include "foundation/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace servery::plan {
namespace {

// Words that give away a kind of work; a card that holds two kinds is two projects.
int task_families(const std::string& text) {
    static const std::array<std::vector<std::string_view>, 3> families{{
        {"answer", "question", "contact", "chat", "enquir", "inquir"},
        {"newsletter", "post", "campaign", "advert", "marketing"},
        {"summar", "report", "minutes of"},
    }};
    int found = 0;
    const auto folded = lower_ascii(text);
    for (const auto& words : families)
        if (std::ranges::any_of(
                words, [&](std::string_view w) { return folded.find(w) != std::string::npos; }))
            ++found;
    return found;
}

bool positive(const json::value& v) {
    const auto e = read_estimate(v);
    return e && e->likely > 0;
}

// First gate at which the evidence is asked for; none if never.
std::optional<int> first_gate(const risk& row, const evidence_rule& e) {
    for (int gate = 0; gate < phase_count; ++gate)
        if (evidence_due_at_gate(row, e, gate)) return gate;
    return std::nullopt;
}

std::string nobody_measures(const std::string& key) {
    return "no running module measures '" + key + "'";
}

// Cash a year; none for rows that are hours or derived.
std::optional<double> cash_a_year(const resource& row) {
    const auto e = read_estimate(row.estimate.value);
    if (!e) return std::nullopt;
    if (row.estimate.unit == "money_per_month") return e->likely * 12;
    if (row.estimate.unit == "money_per_year" || row.estimate.unit == "money") return e->likely;
    return std::nullopt;
}

void lint_order(const resource& row, std::size_t i, int gate, std::vector<finding>& out) {
    const auto check = [&](const json::value& v, const std::string& field) {
        const auto e = read_estimate(v);
        if (!e || e->ordered()) return;
        out.push_back(blocker("L9", gate, place("resources", i, field),
                              "low, likely and high of " + row.id + " are out of order",
                              "a range that runs backwards has no middle to plan with",
                              "write the three numbers from low to high"));
    };
    check(row.estimate.value, "estimate.value");
    for (const auto& [p, v] : row.estimate.per_phase)
        check(v, "estimate.per_phase." + p);
}

void lint_covers(const plan_document& plan, const resource& row, std::size_t i, int gate,
                 std::vector<finding>& out) {
    const auto line = cash_a_year(row);
    if (!line || row.covers.empty()) return;
    double covered = 0;
    for (const auto& id : row.covers) {
        const auto it = std::ranges::find(plan.typed.resources, id, &resource::id);
        if (it != plan.typed.resources.end()) covered += cash_a_year(*it).value_or(0);
    }
    const double larger = std::max(*line, covered);
    if (larger <= 0 || std::abs(*line - covered) <= 0.2 * std::max(covered, 1e-9)) return;
    const auto amount = [](double d) {
        return std::to_string(static_cast<std::int64_t>(std::llround(d)));
    };
    out.push_back(
        blocker("L9", gate, place("resources", i, "estimate.value"),
                row.id + " plans " + amount(*line) + " a year, its rows " + amount(covered),
                "a budget line more than 20 % off its rows hides a cost",
                "correct the line or the rows it covers"));
}

} // namespace

bool has_estimate(const resource& row, phase p) {
    if (row.estimate.unit == "na" || row.estimate.unit == "derived") return true;
    if (read_estimate(row.estimate.value)) return true;
    return row.estimate.per_phase.contains(std::string(word(p)));
}

void lint_problem_card(const plan_document& plan, std::vector<finding>& out) {
    const auto& p = plan.typed.problem;
    const std::string why = "what is not counted before cannot be shown to be better after";
    if (trim(p.baseline.unit).empty())
        out.push_back(blocker("L1", 0, "problem.baseline.unit", "the baseline has no unit", why,
                              "name what is counted: contact, document, piece"));
    if (!positive(p.baseline.volume_per_month))
        out.push_back(blocker("L1", 0, "problem.baseline.volume_per_month",
                              "the baseline has no volume", why, "write how many a month"));
    if (!positive(p.baseline.minutes_each))
        out.push_back(blocker("L1", 0, "problem.baseline.minutes_each",
                              "the baseline has no minutes", why,
                              "write how long one takes today"));
    if (std::ranges::all_of(p.out_of_scope, [](const std::string& s) { return trim(s).empty(); }))
        out.push_back(blocker("L1", 0, "problem.out_of_scope", "nothing is out of scope",
                              "a task without a border grows until it fails",
                              "name what the AI must not do"));
    if (task_families(p.statement) > 1)
        out.push_back(blocker("L1", 0, "problem.statement",
                              "the problem names several kinds of work",
                              "one plan proves one kind of work", "make a project for each"));
}

void lint_unmeasured_facts(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    for (std::size_t i = 0; i < d.metrics.size(); ++i) {
        const auto* f = find_fact(d.metrics[i].from);
        for (const auto& [phase_word, t] : d.metrics[i].targets) {
            const int gate = index(*phase_from(phase_word)) + 1;
            const auto path = place("metrics", i, "targets." + phase_word);
            finding found;
            if (!f->emitted)
                found =
                    blocker("L3", gate, place("metrics", i, "from"),
                            nobody_measures(d.metrics[i].from), "its condition would wait for ever",
                            "leave the target out until it is measured");
            else if (phase_word == "sandbox" &&
                     (f->module == "rollout" || f->module == "monitoring"))
                found = blocker("L3", gate, path,
                                "'" + d.metrics[i].from + "' cannot exist in the sandbox",
                                "it is measured on public visitors", "move the target to pilot");
            if (found.id.empty()) continue;
            // a target of production is watched, no gate waits for it
            if (gate >= phase_count) {
                found.level = level::warning;
                found.gate.clear();
            }
            if (std::ranges::none_of(out, [&](const finding& o) {
                    return o.path == found.path && o.gate == found.gate;
                }))
                out.push_back(std::move(found));
        }
    }
    for (std::size_t i = 0; i < d.risks.size(); ++i)
        for (std::size_t k = 0; k < d.risks[i].evidence.size(); ++k) {
            const auto& e = d.risks[i].evidence[k];
            const auto* f = find_fact(e.ref);
            const auto gate = first_gate(d.risks[i], e);
            if (f->emitted || !gate) continue;
            out.push_back(blocker("L3", *gate, place("risks", i, place("evidence", k, "ref")),
                                  nobody_measures(e.ref) + " (" + d.risks[i].id + ")",
                                  "its condition would wait for ever",
                                  "take it out: the row then rests on a person's answer and "
                                  "signature"));
        }
}

void lint_reachability(const plan_document& plan, instant now, std::vector<finding>& out) {
    for (const auto& r : reachability(plan.typed, now)) {
        if (r.reachable) continue;
        std::size_t i = 0;
        while (plan.typed.metrics[i].id != r.metric)
            ++i;
        std::string fix;
        for (const auto& p : r.proposals)
            fix += (fix.empty() ? "" : "; or ") + p;
        const auto when = r.date80 ? "only by " + to_date(*r.date80) : std::string("never");
        out.push_back({.id = "L5",
                       .level = level::warning,
                       .gate = "",
                       .path = place("metrics", i, "targets." + r.phase),
                       .what = r.metric + " in " + r.phase + " needs about " +
                               std::to_string(r.n80) + " observations and can be decided " + when,
                       .why = "the phase ends on " + to_date(r.phase_end),
                       .fix = fix});
    }
}

void lint_estimates(const plan_document& plan, std::vector<finding>& out) {
    const auto& rows = plan.typed.resources;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].phases.empty()) continue;
        const int first = index(*std::ranges::min_element(rows[i].phases));
        lint_order(rows[i], i, first, out);
        lint_covers(plan, rows[i], i, first, out);
        for (const auto p : rows[i].phases) {
            if (has_estimate(rows[i], p)) continue;
            out.push_back(blocker("L9", index(p), place("resources", i, "estimate"),
                                  rows[i].id + " has no estimate for " + std::string(word(p)),
                                  "a phase is entered knowing what it costs",
                                  "write a number or [low, likely, high]"));
        }
    }
}

void lint_fallbacks(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    static constexpr std::array for_customers{"provider_down", "timeout", "low_confidence",
                                              "guardrail",     "budget",  "human_request",
                                              "closed"};
    static constexpr std::array for_staff{"provider_down", "low_confidence", "guardrail", "budget"};
    const auto require = [&](const char* cause) {
        if (std::ranges::find(d.fallbacks, cause, &fallback::when) != d.fallbacks.end()) return;
        out.push_back(blocker("L10", 1, "fallbacks", "no chain for the cause " + std::string(cause),
                              "a visitor would meet an empty answer",
                              "add {when: " + std::string(cause) + ", do: [person, fixed]}"));
    };
    if (d.use_case.audience == audience_kind::staff)
        std::ranges::for_each(for_staff, require);
    else
        std::ranges::for_each(for_customers, require);
    const bool built_in = std::ranges::any_of(
        d.tools, [](const tool& t) { return t.model == "built-in" && t.status != "rejected"; });
    static const std::set<std::string> apart{"not_admitted", "closed", "killed"};
    for (std::size_t i = 0; i < d.fallbacks.size(); ++i) {
        const auto& f = d.fallbacks[i];
        if (!built_in || !apart.contains(f.when) ||
            std::ranges::find(f.steps, "knowledge") == f.steps.end())
            continue;
        out.push_back(blocker("L10", 1, place("fallbacks", i, "do"),
                              "the chain of " + f.when + " answers from knowledge",
                              "that is the built-in assistant itself, which is being compared",
                              "use person and fixed"));
    }
}

void lint_value_case(const plan_document& plan, std::vector<finding>& out) {
    const auto& rule = plan.typed.roi.stop_rule;
    if (!rule.signed_by)
        out.push_back(blocker("L16", 1, "roi.stop_rule.signed_by", "nobody signed the stop rule",
                              "a rule agreed before the numbers are known is the only fair one",
                              "the owner signs it"));
    if (rule.stop_below >= rule.go_above)
        out.push_back(blocker("L16", 1, "roi.stop_rule", "stop_below is not below go_above",
                              "the rule could say go and stop at once",
                              "leave room between the two"));
    if (plan.typed.roi.inputs.empty())
        out.push_back(blocker("L16", 1, "roi.inputs", "the value case has no inputs",
                              "nothing says what the project is worth", "fill in the inputs"));
}

} // namespace servery::plan
