#include "control_plane/plan/io/sheets.h"

#include "control_plane/plan/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace servery::plan {
namespace {

constexpr std::array phase_titles{"1. Sandbox", "2. Pilot Test", "3. Phased Rollout",
                                  "4. Production"};
constexpr std::array phase_letters{"S", "P", "R", "Pr"};

template <typename T>
std::size_t at(T e) {
    return static_cast<std::size_t>(e);
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    return fmt::format("{}", fmt::join(parts, between));
}

// A person of a template has no name yet, but a role.
std::string name_of(const person& p) {
    return !p.name.empty() ? p.name : !p.role.empty() ? p.role : p.id;
}

// "Rosa (deputy Ben)"; an id that stands for nobody is shown as it is.
std::string person_words(const document& d, const std::string& id) {
    const auto* p = d.find_person(id);
    if (p == nullptr) return id.empty() ? "nobody yet" : id;
    const auto* deputy = d.find_person(p->deputy);
    return name_of(*p) + (deputy != nullptr ? " (deputy " + name_of(*deputy) + ")" : "");
}

std::string activities(const document& d, const phase_plan& p) {
    constexpr std::array marks{" ", "~", "x", "-"}; // todo, doing, done, skipped
    std::vector<std::string> lines;
    for (const auto& a : p.activities) {
        auto line = fmt::format("[{}] {} {}", marks[at(a.status)], a.id, a.text);
        if (!a.owner.empty() && a.owner != p.owner) line += ", " + person_words(d, a.owner);
        if (a.due) line += ", due " + *a.due;
        lines.push_back(std::move(line));
    }
    return joined(lines, "\n");
}

std::string stages(const document& d, phase p) {
    std::vector<std::string> out;
    for (const auto& s : d.rollout.stages)
        if (s.phase == p) out.push_back(s.id);
    return joined(out, ", ");
}

std::string days_apart(instant from, instant to) {
    const auto days = (to.ms - from.ms) / 86'400'000;
    if (days == 0) return "on time";
    return fmt::format("{} {} {} than planned", std::abs(days),
                       std::abs(days) == 1 ? "day" : "days", days > 0 ? "later" : "earlier");
}

// The plan's own dates; then when the gate that ends the phase can be decided, and the slip.
std::string timeline(const phase_plan& p, const live_status* now) {
    auto out = p.duration + (p.start ? " from " + p.start->substr(0, 10) : "");
    if (now == nullptr) return out;
    for (const auto& g : now->gates) {
        if (g.phase != word(p.id) || !g.date80) continue;
        out += fmt::format("\n{} can be decided by {} (80 %)", g.gate, to_date(*g.date80));
        if (g.until.ms != 0) out += ", " + days_apart(g.until, *g.date80);
    }
    return out;
}

bool has(const std::vector<phase>& phases, phase p) {
    return std::ranges::find(phases, p) != phases.end();
}

std::string resources_of(const document& d, phase p) {
    std::vector<std::string> lines;
    for (const auto& r : d.resources)
        if (has(r.phases, p)) {
            const auto cost = estimate_words(r.estimate, d.meta.currency);
            lines.push_back(r.details + (cost.empty() ? "" : ": " + cost));
        }
    const auto cash = d.budget.per_phase.find(std::string(word(p)));
    if (cash != d.budget.per_phase.end())
        lines.push_back(fmt::format("Budget: {:.2f} {}", cash->second, d.meta.currency));
    return joined(lines, "\n");
}

std::string metrics_of(const document& d, phase p, const live_status* now) {
    std::vector<std::string> lines;
    for (const auto& m : d.metrics) {
        const auto t = m.targets.find(std::string(word(p)));
        if (t == m.targets.end()) continue;
        auto line = m.label + ": " + target_words(m, t->second);
        if (now != nullptr && now->phase == word(p)) {
            const auto seen = now->measured.find(m.id);
            line += "; now " + (seen == now->measured.end() ? "no data" : seen->second);
        }
        lines.push_back(std::move(line));
    }
    return joined(lines, "\n");
}

std::string weight_words(const risk& r) {
    if (!r.likelihood || !r.impact) return "";
    return fmt::format(" (likelihood {}, impact {})", *r.likelihood, *r.impact);
}

std::string risks_of(const document& d, phase p) {
    std::vector<std::string> lines;
    std::size_t plain = 0;
    for (const auto& r : d.risks) {
        if (!r.required_in(p)) continue;
        const auto& answer = !r.mitigation.empty() ? r.mitigation : r.note;
        if (answer.empty())
            ++plain;
        else
            lines.push_back(fmt::format("{} {}{}: {}", r.id, r.category, weight_words(r), answer));
    }
    if (plain > 0)
        lines.push_back(fmt::format("{} {} of the checklist without a note", plain,
                                    plain == 1 ? "row" : "rows"));
    return joined(lines, "\n");
}

sheet roadmap(const document& d, const live_status* now) {
    sheet out{"roadmap",
              "Roadmap",
              {"Phase", "Key Activities", "Timeline (Est.)", "Owner(s)",
               "Resources Needed (People, Budget, Tools)", "Success Metrics",
               "Risks & Mitigation Strategies", "id"},
              {}};
    for (const auto& p : d.phases) {
        const auto steps = stages(d, p.id);
        out.rows.push_back({phase_titles[at(p.id)] + (steps.empty() ? "" : "\nStages: " + steps),
                            activities(d, p), timeline(p, now), person_words(d, p.owner),
                            resources_of(d, p.id), metrics_of(d, p.id, now), risks_of(d, p.id),
                            std::string(word(p.id))});
    }
    return out;
}

std::string boxes(const std::vector<phase>& phases) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < phase_letters.size(); ++i)
        out.push_back(fmt::format("[{}] {}", has(phases, static_cast<phase>(i)) ? "X" : " ",
                                  phase_letters[i]));
    return joined(out, " ");
}

sheet checklist(const document& d) {
    sheet out{"checklist",
              "Risk checklist",
              {"Risk Category", "Assessment Question", "Phase Check (S,P,R,Pr)",
               "Notes / Mitigation Plan", "Answer", "Owner", "Mitigation", "Due", "Advised", "id"},
              {}};
    for (const auto& r : d.risks)
        out.rows.push_back({r.category, r.question, boxes(r.phases), r.note,
                            std::string(json::enum_word(r.answer)),
                            r.owner.empty() ? "" : person_words(d, r.owner), r.mitigation,
                            std::string(json::enum_word(r.due)),
                            r.advised.empty() ? "" : phase_marks(r.advised), r.id});
    return out;
}

sheet resources(const document& d) {
    sheet out{"resources",
              "Resources",
              {"Resource Category", "Details / Requirements", "Phase(s) Needed",
               "Estimated Cost / Time Commitment", "Source (Internal/External/New Purchase)",
               "Notes", "id"},
              {}};
    for (const auto& r : d.resources)
        out.rows.push_back({r.category, r.details, phase_marks(r.phases),
                            estimate_words(r.estimate, d.meta.currency), r.source, r.notes, r.id});
    return out;
}

sheet metrics(const document& d, const live_status* now) {
    sheet out{"metrics",
              "Metrics",
              {"Metric", "Measured by", "Sandbox", "Pilot", "Rollout", "Production", "Guardrail",
               "Locked", "Now", "id"},
              {}};
    for (const auto& m : d.metrics) {
        std::vector<std::string> row{m.label, m.from};
        for (int i = 0; i < phase_count; ++i) {
            const auto t = m.targets.find(std::string(word(static_cast<phase>(i))));
            row.push_back(t == m.targets.end() ? "" : target_words(m, t->second));
        }
        row.emplace_back(m.guardrail ? "yes" : "");
        row.push_back(m.locked_at ? m.locked_at->substr(0, 10) : "");
        const bool seen = now != nullptr && now->measured.contains(m.id);
        row.push_back(seen ? now->measured.at(m.id) : "");
        row.push_back(m.id);
        out.rows.push_back(std::move(row));
    }
    return out;
}

sheet people(const document& d) {
    sheet out{"people", "People", {"Name", "Role", "Hours a week", "Deputy", "Skills", "id"}, {}};
    for (const auto& p : d.people) {
        const auto* deputy = d.find_person(p.deputy);
        out.rows.push_back({name_of(p), p.role, fmt::format("{:g}", p.hours_per_week),
                            deputy == nullptr ? p.deputy : name_of(*deputy), joined(p.skills, ", "),
                            p.id});
    }
    return out;
}

std::string amount(const json::value& v) {
    const auto e = read_estimate(v);
    if (!e) return "";
    if (e->low == e->high) return fmt::format("{:g}", e->likely);
    return fmt::format("{:g}–{:g}–{:g}", e->low, e->likely, e->high);
}

// Units of the schema as people write them.
std::string unit_words(const resource_estimate& e, const std::string& currency) {
    if (e.unit == "hours") return "h";
    if (e.unit == "hours_per_week") return "h/week";
    if (e.unit == "hours_per_month") return "h/month";
    if (e.unit == "hours_per_person")
        return e.persons ? fmt::format("h/person×{}", *e.persons) : "h/person";
    if (e.unit == "money") return currency;
    if (e.unit == "money_per_month") return currency + "/month";
    if (e.unit == "money_per_year") return currency + "/year";
    return e.unit; // derived
}

} // namespace

std::string phase_marks(const std::vector<phase>& phases) {
    if (phases.empty()) return "N/A";
    std::vector<std::string> out;
    for (std::size_t i = 0; i < phase_letters.size(); ++i)
        if (has(phases, static_cast<phase>(i))) out.emplace_back(phase_letters[i]);
    return out.size() == phase_letters.size() ? "All" : joined(out, ", ");
}

std::string estimate_words(const resource_estimate& e, const std::string& currency) {
    if (e.unit == "na") return "N/A";
    const auto unit = unit_words(e, currency);
    std::vector<std::string> parts;
    if (const auto whole = amount(e.value); !whole.empty()) parts.push_back(whole + " " + unit);
    for (std::size_t i = 0; i < phase_letters.size(); ++i) {
        const auto own = e.per_phase.find(std::string(word(static_cast<phase>(i))));
        if (own != e.per_phase.end())
            parts.push_back(fmt::format("{} {} {}", phase_letters[i], amount(own->second), unit));
    }
    return parts.empty() ? unit : joined(parts, "; ");
}

std::vector<sheet> sheets_of(const document& plan, const live_status* now) {
    return {roadmap(plan, now), checklist(plan), resources(plan), metrics(plan, now), people(plan)};
}

result<sheet> sheet_of(const document& plan, const std::string& id, const live_status* now) {
    auto all = sheets_of(plan, now);
    const auto found = std::ranges::find(all, id, &sheet::id);
    if (found != all.end()) return std::move(*found);
    return fail(error_code::invalid_argument, "plan.table.unknown",
                "there is no table '" + id + "'", "table",
                "roadmap, checklist, resources, metrics or people");
}

} // namespace servery::plan
