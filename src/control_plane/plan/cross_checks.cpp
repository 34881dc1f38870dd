#include "control_plane/plan/cross_checks.h"

#include "control_plane/plan/registry.h"
#include "foundation/base/text.h"

#include <unicode/timezone.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace servery::plan {
namespace {

std::string at(std::string_view list, std::size_t i, std::string_view field = {}) {
    auto out = std::string(list) + "[" + std::to_string(i) + "]";
    if (!field.empty()) out += "." + std::string(field);
    return out;
}

template <typename Row>
std::vector<std::string> ids_of(const std::vector<Row>& rows) {
    std::vector<std::string> out;
    for (const auto& row : rows)
        out.push_back(row.id);
    return out;
}

void unique_ids(const std::vector<std::string>& ids, std::string_view list, faults& into) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (!seen.insert(ids[i]).second)
            into.add(at(list, i, "id"),
                     "the id '" + ids[i] + "' stands twice in " + std::string(list),
                     "give each row its own id");
}

class names {
  public:
    names(std::vector<std::string> known, std::string_view what, faults& into)
        : known_(std::move(known)), what_(what), into_(into) {}
    void require(const std::string& name, const std::string& path) const {
        if (name.empty() || std::ranges::find(known_, name) != known_.end()) return;
        const auto near = nearest_name(name, known_);
        into_.add(path, "there is no " + what_ + " '" + name + "'",
                  near.empty() ? "add it, or name another" : "did you mean '" + near + "'?",
                  "plan.document.reference");
    }

  private:
    std::vector<std::string> known_;
    std::string what_;
    faults& into_;
};

void check_people(const document& d, const names& person, faults& into) {
    for (std::size_t i = 0; i < d.people.size(); ++i) {
        person.require(d.people[i].deputy, at("people", i, "deputy"));
        if (!d.people[i].deputy.empty() && d.people[i].deputy == d.people[i].id)
            into.add(at("people", i, "deputy"), "'" + d.people[i].id + "' is their own deputy",
                     "name another person");
    }
    for (std::size_t i = 0; i < d.phases.size(); ++i) {
        person.require(d.phases[i].owner, at("phases", i, "owner"));
        for (std::size_t k = 0; k < d.phases[i].activities.size(); ++k)
            person.require(d.phases[i].activities[k].owner,
                           at("phases", i, at("activities", k, "owner")));
    }
    for (std::size_t i = 0; i < d.risks.size(); ++i)
        person.require(d.risks[i].owner, at("risks", i, "owner"));
    for (std::size_t i = 0; i < d.resources.size(); ++i)
        person.require(d.resources[i].person, at("resources", i, "person"));
    for (std::size_t i = 0; i < d.reviews.size(); ++i) {
        person.require(d.reviews[i].owner, at("reviews", i, "owner"));
        if (d.reviews[i].on_skip)
            person.require(d.reviews[i].on_skip->notify, at("reviews", i, "on_skip.notify"));
    }
    person.require(d.budget.approved_by, "budget.approved_by");
    person.require(d.roi.stop_rule.signed_by.value_or(""), "roi.stop_rule.signed_by");
}

void require_fact(const std::string& key, const std::string& path, faults& into) {
    if (find_fact(key) != nullptr) return;
    const auto near = nearest_fact(key);
    into.add(path, "no fact is called '" + key + "'",
             near.empty() ? "use a key of the facts registry" : "did you mean '" + near + "'?");
}

bool rule_fits(const fact_definition& f, const target& t, direction better) {
    switch (f.kind) {
    case fact_kind::rate:
        return t.rule == rule_kind::noninferior ||
               (t.rule == rule_kind::lower_bound && better == direction::higher) ||
               (t.rule == rule_kind::upper_bound && better == direction::lower);
    case fact_kind::mean:
        return t.rule == rule_kind::mean_bound || t.rule == rule_kind::noninferior;
    case fact_kind::quantile:
        return t.rule == rule_kind::point || t.rule == rule_kind::noninferior;
    case fact_kind::count:
        return t.rule == rule_kind::count;
    case fact_kind::share:
    case fact_kind::state:
    case fact_kind::money:
        return t.rule == rule_kind::point;
    case fact_kind::check:
        return false;
    }
    return false;
}

std::string allowed_rules(const fact_definition& f, direction better) {
    switch (f.kind) {
    case fact_kind::rate:
        return better == direction::higher ? "lower_bound or noninferior"
                                           : "upper_bound or noninferior";
    case fact_kind::mean:
        return "mean_bound or noninferior";
    case fact_kind::quantile:
        return "point or noninferior";
    case fact_kind::count:
        return "count";
    case fact_kind::check:
        return "evidence of a checklist row instead";
    default:
        return "point";
    }
}

void check_metrics(const document& d, faults& into) {
    for (std::size_t i = 0; i < d.metrics.size(); ++i) {
        const auto& m = d.metrics[i];
        require_fact(m.from, at("metrics", i, "from"), into);
        const auto* f = find_fact(m.from);
        if (f == nullptr) continue;
        for (const auto& [phase_word, t] : m.targets) {
            const auto path = at("metrics", i, "targets." + phase_word);
            if (!rule_fits(*f, t, m.better))
                into.add(path + ".rule",
                         "the rule " + std::string(json::enum_word(t.rule)) + " does not fit '" +
                             m.from + "', a " + std::string(json::enum_word(f->kind)) + " where " +
                             std::string(json::enum_word(m.better)) + " is better",
                         "use " + allowed_rules(*f, m.better));
            if (f->kind == fact_kind::rate && t.compare.empty() &&
                (t.value < 0.001 || t.value > 0.999))
                into.add(path + ".value", "a share to be proved lies between 0.001 and 0.999",
                         "write a share such as 0.8");
        }
    }
    for (std::size_t i = 0; i < d.risks.size(); ++i)
        for (std::size_t k = 0; k < d.risks[i].evidence.size(); ++k) {
            const auto& e = d.risks[i].evidence[k];
            const auto path = at("risks", i, at("evidence", k));
            require_fact(e.ref, path + ".ref", into);
            if (e.op != "exists" && e.value.is_null())
                into.add(path + ".value", "'" + e.op + "' compares with nothing",
                         "add the value to compare with");
        }
}

void check_ladder(const document& d, faults& into) {
    int last_phase = 0;
    double last_percent = 0;
    for (std::size_t i = 0; i < d.rollout.stages.size(); ++i) {
        const auto& s = d.rollout.stages[i];
        const auto path = at("rollout.stages", i);
        if (index(s.phase) < last_phase)
            into.add(path + ".phase", "stages follow the order of the phases",
                     "move this stage before those of " +
                         std::string(word(static_cast<phase>(last_phase))));
        last_phase = std::max(last_phase, index(s.phase));
        if (std::abs(s.percent * 100 - std::round(s.percent * 100)) > 1e-6)
            into.add(path + ".percent", "a percent has at most two decimals",
                     "round it to steps of 0.01");
        if (const auto why = over_cap(s, d.use_case.audience))
            into.add(path + ".percent", *why, "lower the percent, or move the stage up a phase");
        if (d.rollout.axis != "percent" || !s.groups.empty()) continue;
        if (s.percent < last_percent)
            into.add(path + ".percent", "the percent falls from one stage to the next",
                     "order the stages by percent");
        last_percent = s.percent;
    }
    const std::set<std::string> built_in{"handoffs", "error_rate", "latency", "cost",
                                         "sample_ratio"};
    const auto check_list = [&](const std::vector<std::string>& list, std::string_view field) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (built_in.contains(list[i]) || d.find_metric(list[i]) != nullptr) continue;
            auto known = ids_of(d.metrics);
            known.insert(known.end(), built_in.begin(), built_in.end());
            const auto near = nearest_name(list[i], known);
            into.add(at(field, i), "there is no metric '" + list[i] + "'",
                     near.empty() ? "name a metric of this plan" : "did you mean '" + near + "'?",
                     "plan.document.reference");
        }
    };
    check_list(d.rollout.pause_on, "rollout.pause_on");
    check_list(d.rollout.rollback_on, "rollout.rollback_on");
}

void check_phases(const document& d, faults& into) {
    for (std::size_t i = 0; i < d.phases.size(); ++i)
        if (index(d.phases[i].id) != static_cast<int>(i))
            into.add(at("phases", i, "id"), "the phases are out of order",
                     "write sandbox, pilot, rollout, production");
    for (std::size_t i = 0; i < d.phases.size(); ++i) {
        if (d.phases[i].start && !date_of(*d.phases[i].start))
            into.add(at("phases", i, "start"), "'" + *d.phases[i].start + "' is not a date",
                     "write for example 2026-11-25");
        for (std::size_t k = 0; k < d.phases[i].activities.size(); ++k)
            if (const auto& due = d.phases[i].activities[k].due; due && !date_of(*due))
                into.add(at("phases", i, at("activities", k, "due")),
                         "'" + *due + "' is not a date", "write for example 2026-11-25");
    }
}

void check_order(const json::value& v, const std::string& path, faults& into) {
    const auto e = read_estimate(v);
    if (!e || e->ordered()) return;
    into.add(path, "low, likely and high are out of order", "write them from low to high");
}

// Amounts are plain decimals of at most six places: beyond that they are not money.
void check_amount(double amount, const std::string& path, faults& into) {
    if (std::abs(amount) < 1e9 && std::abs(amount * 1e6 - std::round(amount * 1e6)) < 1e-3) return;
    into.add(path, "an amount has at most six decimals and is below a thousand million",
             "round the amount");
}

void check_time_zone(const std::string& zone, faults& into) {
    if (zone.empty()) return;
    const std::unique_ptr<icu::TimeZone> found(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
    if (*found == icu::TimeZone::getUnknown())
        into.add("meta.timezone", "'" + zone + "' is not a time zone",
                 "use an IANA name such as Europe/Paris");
}

bool is_staff_group(const std::string& group) {
    return group == "staff" || group == "testers" || group.starts_with("staff-");
}

} // namespace

bool staff_only(const stage& s, audience_kind audience) {
    if (audience == audience_kind::staff) return true;
    return !s.groups.empty() && std::ranges::all_of(s.groups, is_staff_group);
}

std::optional<std::string> over_cap(const stage& s, audience_kind audience) {
    if (staff_only(s, audience)) return std::nullopt;
    if (s.phase == phase::sandbox)
        return "the sandbox serves staff only: a stage there names staff groups";
    if (s.phase == phase::pilot && s.percent > 30)
        return "the pilot serves at most 30 % of the public visitors";
    const bool filtered = !s.groups.empty() || !s.regions.empty() || !s.topics.empty();
    if (s.phase == phase::rollout && s.percent >= 100 && !filtered)
        return "the rollout serves fewer than all public visitors; all of them is production";
    return std::nullopt;
}

void check_references(const document& d, faults& into) {
    unique_ids(ids_of(d.people), "people", into);
    unique_ids(ids_of(d.tools), "tools", into);
    unique_ids(ids_of(d.metrics), "metrics", into);
    unique_ids(ids_of(d.rollout.stages), "rollout.stages", into);
    unique_ids(ids_of(d.risks), "risks", into);
    unique_ids(ids_of(d.resources), "resources", into);
    unique_ids(ids_of(d.reviews), "reviews", into);
    std::set<std::string> activities;
    for (std::size_t i = 0; i < d.phases.size(); ++i)
        for (std::size_t k = 0; k < d.phases[i].activities.size(); ++k)
            if (!activities.insert(d.phases[i].activities[k].id).second)
                into.add(at("phases", i, at("activities", k, "id")),
                         "the id '" + d.phases[i].activities[k].id + "' stands twice",
                         "give each activity its own id");
    check_people(d, names(ids_of(d.people), "person", into), into);
    const names row(ids_of(d.resources), "resource row", into);
    for (std::size_t i = 0; i < d.resources.size(); ++i)
        for (std::size_t k = 0; k < d.resources[i].covers.size(); ++k)
            row.require(d.resources[i].covers[k], at("resources", i, at("covers", k)));
    std::vector<std::string> texts;
    for (const auto& [key, ignored] : d.texts)
        texts.push_back(key);
    const names text(texts, "text", into);
    std::set<std::string> causes;
    for (std::size_t i = 0; i < d.fallbacks.size(); ++i) {
        text.require(d.fallbacks[i].text, at("fallbacks", i, "text"));
        if (!causes.insert(d.fallbacks[i].when).second)
            into.add(at("fallbacks", i, "when"),
                     "the cause '" + d.fallbacks[i].when + "' stands twice", "keep one chain");
    }
}

void check_values(const document& d, const json::object& tree, faults& into) {
    check_phases(d, into);
    check_metrics(d, into);
    check_ladder(d, into);
    check_order(d.problem.baseline.volume_per_month, "problem.baseline.volume_per_month", into);
    check_order(d.problem.baseline.minutes_each, "problem.baseline.minutes_each", into);
    for (const auto& [name, v] : d.roi.inputs)
        check_order(v, "roi.inputs." + name, into);
    check_order(d.roi.kappa, "roi.kappa", into);
    for (const auto& [phase_word, amount] : d.budget.per_phase)
        check_amount(amount, "budget.per_phase." + phase_word, into);
    if (d.budget.monthly_cap) check_amount(*d.budget.monthly_cap, "budget.monthly_cap", into);
    check_time_zone(d.meta.timezone, into);
    for (const auto* list : {"training", "assumptions"}) {
        const auto* rows = tree.if_contains(list);
        if (rows == nullptr) continue;
        std::vector<std::string> ids;
        for (const auto& row : rows->get_array())
            ids.push_back(json::text_or(row.get_object(), "id"));
        unique_ids(ids, list, into);
    }
}

} // namespace servery::plan
