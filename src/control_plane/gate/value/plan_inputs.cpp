#include "control_plane/gate/value/plan_inputs.h"

#include "control_plane/plan/cross_checks.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace servery::gate {
namespace {

constexpr double ms_a_month = 30.4375 * 86'400'000.0;
constexpr double ongoing_months = 12;

economics::range range_of(const plan::estimate& e) {
    return {e.low, e.likely, e.high};
}

double months_of(std::string_view duration) {
    const auto d = plan::duration_of(duration);
    return d ? static_cast<double>(d->count()) / ms_a_month : 0;
}

void take(plan_inputs& to, const std::string& name, const json::value& v) {
    const auto e = plan::read_estimate(v);
    if (!e) return;
    to.given[name] = {range_of(*e), v.is_number()};
    to.origin[name] = "plan";
}

void fall_back(plan_inputs& to, const std::string& name, double v, const char* origin) {
    if (to.given.contains(name)) return;
    to.given[name] = {economics::range::at(v), true};
    to.origin[name] = origin;
}

// Whoever pays: the budget's holder, else the first person.
const plan::person& payer(const plan::document& d) {
    const auto* p = d.find_person(d.budget.approved_by);
    return p != nullptr ? *p : d.people.front();
}

void take_people(plan_inputs& to, const plan::document& d) {
    double sum = 0;
    int n = 0;
    for (const auto& p : d.people) {
        if (!p.rate) continue;
        to.rates[p.id] = *p.rate;
        sum += *p.rate;
        ++n;
    }
    if (payer(d).rate) {
        to.rates["owner"] = *payer(d).rate;
        fall_back(to, "wage_owner", *payer(d).rate, "people");
    }
    if (n > 0) fall_back(to, "wage_h", sum / n, "people");
}

// The price card of the chosen tool; of the only candidate with a price while none is chosen.
const json::object* price_card(const plan::plan_document& plan) {
    const json::object* only = nullptr;
    const auto* tools = plan.tree.if_contains("tools");
    if (tools == nullptr || !tools->is_array()) return nullptr;
    int cards = 0;
    for (const auto& t : tools->get_array()) {
        const auto& o = t.as_object();
        const auto* price = o.if_contains("price");
        if (price == nullptr || !price->is_object() || json::text_or(o, "status") == "rejected")
            continue;
        if (json::text_or(o, "status") == "chosen") return &price->get_object();
        only = &price->get_object();
        ++cards;
    }
    return cards == 1 ? only : nullptr;
}

void take_prices(plan_inputs& to, const plan::plan_document& plan) {
    const auto* card = price_card(plan);
    if (card == nullptr) return;
    const auto copy = [&](const char* from, const char* name) {
        if (const auto* v = card->if_contains(from); v != nullptr && v->is_number())
            fall_back(to, name, v->to_number<double>(), "tool card");
    };
    copy("monthly", "subscription");
    copy("price_in", "price_in");
    copy("price_cached", "price_cached");
    copy("price_out", "price_out");
}

economics::cost_unit unit_of(std::string_view word) {
    using u = economics::cost_unit;
    static const std::map<std::string_view, u> all{{"hours", u::hours},
                                                   {"hours_per_week", u::hours_per_week},
                                                   {"hours_per_month", u::hours_per_month},
                                                   {"hours_per_person", u::hours_per_person},
                                                   {"money", u::money},
                                                   {"money_per_month", u::money_per_month},
                                                   {"money_per_year", u::money_per_year},
                                                   {"derived", u::derived}};
    const auto it = all.find(word);
    return it == all.end() ? u::na : it->second;
}

economics::cost_row row_of(const plan::resource& r) {
    economics::cost_row out;
    out.id = r.id;
    for (const auto p : r.phases)
        out.phases[static_cast<std::size_t>(plan::index(p))] = true;
    out.person = r.person;
    out.external = r.source == "external" || r.source == "new_purchase";
    out.covered = !r.covers.empty();
    out.unit = unit_of(r.estimate.unit);
    out.persons = static_cast<double>(r.estimate.persons.value_or(1));
    if (const auto e = plan::read_estimate(r.estimate.value)) out.value = range_of(*e);
    for (const auto& [word, v] : r.estimate.per_phase) {
        const auto p = plan::phase_from(word);
        const auto e = plan::read_estimate(v);
        if (p && e) out.per_phase[static_cast<std::size_t>(plan::index(*p))] = range_of(*e);
    }
    return out;
}

// Courses as hours of everybody who sees answers, in the phase before they are needed.
double add_courses(plan_inputs& to, const plan::plan_document& plan) {
    const auto* courses = plan.tree.if_contains("training");
    if (courses == nullptr || !courses->is_array()) return 0;
    double all = 0;
    for (const auto& c : courses->get_array()) {
        const auto& o = c.as_object();
        const double hours = json::number_or(o, "minutes", 0) / 60;
        const auto needed = plan::phase_from(json::text_or(o, "need_before"));
        const int before = std::max(0, needed ? plan::index(*needed) - 1 : 0);
        for (const auto& p : plan.typed.people) {
            if (!p.sees_answers) continue;
            economics::cost_row row;
            row.id = "course:" + json::text_or(o, "id") + ":" + p.id;
            row.phases[static_cast<std::size_t>(before)] = true;
            row.person = p.id;
            row.unit = economics::cost_unit::hours;
            row.value = economics::range::at(hours);
            to.rows.push_back(std::move(row));
            all += hours;
        }
    }
    return all;
}

// What is spent once: hours and one-off cash of the sandbox, and the integration.
void take_setup(plan_inputs& to) {
    double hours = 0;
    double cash = 0;
    for (const auto& row : to.rows) {
        if (row.id.starts_with("course:")) continue;
        const bool integration = row.id == "C-TECH-2";
        for (std::size_t p = 0; p < economics::phase_count; ++p) {
            if (p > 0 && !integration) continue;
            const auto v = economics::row_value(row, p);
            if (!v) continue;
            const double amount = v->likely * economics::row_factor(row, p, to.months[p]);
            if (economics::is_hours(row.unit) && !row.external) hours += amount;
            if (row.unit == economics::cost_unit::money) cash += amount;
        }
    }
    fall_back(to, "setup_hours", hours, "resources");
    fall_back(to, "setup_cash", cash, "resources");
}

bool carries_subscription(const economics::cost_row& row) {
    return row.id == "C-TECH-1" && row.unit == economics::cost_unit::money_per_month && row.value &&
           row.value->likely > 0;
}

double share_of_groups(const plan::document& d, const plan::stage& s) {
    std::set<std::string> all;
    for (const auto& other : d.rollout.stages)
        all.insert(other.groups.begin(), other.groups.end());
    if (s.groups.empty() || all.empty()) return 1;
    return static_cast<double>(s.groups.size()) / static_cast<double>(all.size());
}

} // namespace

double stage_exposure(const plan::document& d, const plan::stage& s) {
    const bool staff_case = d.use_case.audience == plan::audience_kind::staff;
    if (!staff_case && plan::staff_only(s, d.use_case.audience)) return 0;
    double x = s.percent / 100;
    if (!s.topics.empty() && !d.use_case.topics.empty())
        x *= std::min(1.0, static_cast<double>(s.topics.size()) /
                               static_cast<double>(d.use_case.topics.size()));
    if (staff_case) x *= share_of_groups(d, s);
    return x;
}

double phase_months(const plan::document& d, plan::phase p) {
    const auto& duration = d.in(p).duration;
    return duration == "ongoing" ? ongoing_months : months_of(duration);
}

std::vector<economics::segment> phase_segments(const plan::document& d, plan::phase p) {
    std::vector<economics::segment> out;
    double left = phase_months(d, p);
    for (const auto& s : d.rollout.stages) {
        if (s.phase != p) continue;
        const double months = std::min(left, months_of(s.min_dwell));
        out.push_back({months, stage_exposure(d, s)});
        left -= months;
    }
    if (out.empty()) return {{left, 0}};
    out.back().months += left;
    return out;
}

plan_inputs inputs_of(const plan::plan_document& plan) {
    plan_inputs out;
    const auto& d = plan.typed;
    for (const auto& [name, v] : d.roi.inputs)
        take(out, name, v);
    take(out, "kappa", d.roi.kappa);
    if (d.roi.discount > 0) take(out, "discount", json::value(d.roi.discount));
    out.horizon = static_cast<int>(d.roi.horizon_months);
    for (int i = 0; i < plan::phase_count; ++i) {
        const auto p = static_cast<plan::phase>(i);
        const auto at = static_cast<std::size_t>(i);
        out.months[at] = phase_months(d, p);
        for (const auto& s : phase_segments(d, p)) {
            out.exposure_months[at] += s.months * s.exposure;
            out.ladder.push_back(s);
        }
    }
    take_people(out, d);
    take_prices(out, plan);
    for (const auto& r : d.resources)
        out.rows.push_back(row_of(r));
    out.subscription_apart = std::ranges::none_of(out.rows, carries_subscription);
    // The guide's own row is the subscription where nothing else says it.
    for (const auto& row : out.rows)
        if (carries_subscription(row))
            fall_back(out, "subscription", row.value->likely, "resources");
    const double courses = add_courses(out, plan);
    fall_back(out, "training_hours", courses, "courses");
    take_setup(out);
    return out;
}

} // namespace servery::gate
