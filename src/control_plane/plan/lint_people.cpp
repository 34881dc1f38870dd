// Rules about people and time: L2 baseline, L6 owners and deputies, L8 hours, L20 owners of rows.
#include "control_plane/plan/lint_rules.h"
#include "control_plane/plan/lint_words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace servery::plan {
namespace {

constexpr std::int64_t fewest_days = 14;
constexpr double weeks_a_month = 30.4375 / 7;

double weeks_of(const document& d, phase p) {
    const auto& duration = d.in(p).duration;
    if (duration == "ongoing") return 12 * weeks_a_month;
    const auto length = duration_of(duration);
    return length ? static_cast<double>(length->count()) / (7 * 86'400'000.0) : 0;
}

// Hours a week that the row takes in the phase; 0 for money and for what is bought.
double hours_a_week(const document& d, const resource& row, phase p) {
    if (row.source == "external" || row.source == "new_purchase") return 0;
    if (std::ranges::find(row.phases, p) == row.phases.end()) return 0;
    const auto in_phase = row.estimate.per_phase.find(std::string(word(p)));
    const bool by_phase = !row.estimate.per_phase.empty();
    const auto e =
        by_phase ? (in_phase == row.estimate.per_phase.end() ? std::nullopt
                                                             : read_estimate(in_phase->second))
                 : read_estimate(row.estimate.value);
    const double weeks = weeks_of(d, p);
    if (!e || weeks <= 0) return 0;
    const auto& unit = row.estimate.unit;
    if (unit == "hours_per_week") return e->likely;
    if (unit == "hours_per_month") return e->likely / weeks_a_month;
    if (unit == "hours")
        return e->likely / (by_phase ? 1.0 : static_cast<double>(row.phases.size())) / weeks;
    return 0; // hours a person are spread over people whom the row does not name
}

std::string hours_text(double h) {
    const auto tenths = std::llround(h * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " h";
}

} // namespace

void lint_baseline(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    if (d.problem.baseline.measured_days < fewest_days)
        out.push_back(blocker("L2", 1, "problem.baseline.measured_days",
                              "the baseline was measured on " +
                                  std::to_string(d.problem.baseline.measured_days) + " days",
                              "an assumed baseline proves nothing; fewer than 14 days miss the "
                              "week's rhythm",
                              "time 30 pieces over at least 14 days and write the days"));
    for (std::size_t i = 0; i < d.metrics.size(); ++i)
        for (const auto& [phase_word, t] : d.metrics[i].targets) {
            if (t.compare != "baseline" || d.metrics[i].baseline) continue;
            out.push_back(blocker("L2", 1, place("metrics", i, "baseline"),
                                  d.metrics[i].id + " is compared with a baseline that is missing",
                                  "better than before needs a before",
                                  "measure it before the pilot and write it as baseline"));
            break;
        }
}

void lint_owners(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    std::set<std::string> owners;
    for (const auto& p : d.phases)
        owners.insert(p.owner);
    if (owners.size() == 1)
        out.push_back(blocker("L6", 2, "phases", *owners.begin() + " owns every phase",
                              "one person for everything is away one day",
                              "give at least one phase to somebody else"));
    for (std::size_t i = 0; i < d.people.size(); ++i) {
        if (!owners.contains(d.people[i].id) || !d.people[i].deputy.empty()) continue;
        out.push_back(blocker("L6", 2, place("people", i, "deputy"),
                              d.people[i].id + " owns a phase and has no deputy",
                              "somebody must answer when the owner is away",
                              "name another person as deputy"));
    }
}

void lint_hours(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    for (std::size_t i = 0; i < d.people.size(); ++i) {
        const auto& who = d.people[i];
        if (who.hours_per_week <= 0) continue;
        for (const auto& p : d.phases) {
            double planned = 0;
            for (const auto& row : d.resources)
                if (row.person == who.id) planned += hours_a_week(d, row, p.id);
            if (planned <= who.hours_per_week + 1e-9) continue;
            out.push_back(
                blocker("L8", std::max(2, index(p.id)), place("people", i, "hours_per_week"),
                        who.id + " is planned for " + hours_text(planned) + " a week in " +
                            std::string(word(p.id)) + " and has " + hours_text(who.hours_per_week),
                        "work that nobody has time for does not happen",
                        "train or hire somebody, buy it in, or take more time"));
        }
    }
}

void lint_row_owners(const plan_document& plan, std::vector<finding>& out) {
    const auto& d = plan.typed;
    const auto ask = [&](std::string path, const std::string& what) {
        out.push_back(blocker("L20", 2, std::move(path), what + " has no owner",
                              "what belongs to nobody is forgotten", "name a person"));
    };
    for (std::size_t i = 0; i < d.reviews.size(); ++i)
        if (d.reviews[i].owner.empty())
            ask(place("reviews", i, "owner"), "the review " + d.reviews[i].id);
    for (std::size_t i = 0; i < d.risks.size(); ++i)
        if (d.risks[i].owner.empty()) ask(place("risks", i, "owner"), "the row " + d.risks[i].id);
    for (std::size_t i = 0; i < d.phases.size(); ++i)
        for (std::size_t k = 0; k < d.phases[i].activities.size(); ++k)
            if (d.phases[i].activities[k].owner.empty())
                ask(place("phases", i, place("activities", k, "owner")),
                    "the activity " + d.phases[i].activities[k].id);
}

} // namespace servery::plan
