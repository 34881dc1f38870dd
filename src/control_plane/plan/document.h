// The plan document as types: roadmap, checklist, resources, metrics, ladder, budget, value case.
// The canonical form is the tree (`plan_document::tree`, JSON values in schema order); `typed` is
// what code reads. A document that exists as plan_document has passed the schema and the cross
// checks. Members named for their key in the file; two keys are C++ words: `do` is `steps`, `for`
// is `covers_text`. Thread: plain values.
#pragma once

#include "foundation/json/describe.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::plan {

enum class phase { sandbox, pilot, rollout, production };
BOOST_DESCRIBE_ENUM(phase, sandbox, pilot, rollout, production)
inline constexpr int phase_count = 4;

enum class audience_kind { staff, customers, both };
BOOST_DESCRIBE_ENUM(audience_kind, staff, customers, both)
enum class direction { higher, lower };
BOOST_DESCRIBE_ENUM(direction, higher, lower)
enum class rule_kind { count, point, lower_bound, upper_bound, mean_bound, noninferior };
BOOST_DESCRIBE_ENUM(rule_kind, count, point, lower_bound, upper_bound, mean_bound, noninferior)
enum class due_kind { entry, exit, entry_exit };
BOOST_DESCRIBE_ENUM(due_kind, entry, exit, entry_exit)
enum class answer_kind { yes, no, na, open };
BOOST_DESCRIBE_ENUM(answer_kind, yes, no, na, open)
enum class stage_mode { answer, draft, shadow };
BOOST_DESCRIBE_ENUM(stage_mode, answer, draft, shadow)
enum class activity_status { todo, doing, done, skipped };
BOOST_DESCRIBE_ENUM(activity_status, todo, doing, done, skipped)

// A point (low = likely = high) or [low, likely, high].
struct estimate {
    double low = 0;
    double likely = 0;
    double high = 0;
    [[nodiscard]] bool ordered() const { return low <= likely && likely <= high; }
};
// none for anything but a number or a list of three.
[[nodiscard]] std::optional<estimate> read_estimate(const json::value& v);

struct meta {
    std::string id;
    std::string title;
    std::int64_t revision = 1;
    std::string template_; // filled from `template`
    std::string currency;
    std::string language;
    std::string timezone;
};
BOOST_DESCRIBE_STRUCT(meta, (), (id, title, revision, currency, language, timezone))

struct organisation {
    std::string name;
    std::string sector;
    std::int64_t staff = 0;
    std::string role;
    std::vector<std::string> jurisdictions;
};
BOOST_DESCRIBE_STRUCT(organisation, (), (name, sector, staff, role, jurisdictions))

struct use_case {
    std::string type;
    audience_kind audience = audience_kind::customers;
    std::string autonomy; // draft, approve, auto
    std::vector<std::string> channels;
    std::vector<std::string> languages;
    std::string risk_class;
    std::vector<std::string> topics;
};
BOOST_DESCRIBE_STRUCT(use_case, (),
                      (type, audience, autonomy, channels, languages, risk_class, topics))

struct baseline {
    std::string unit;
    json::value volume_per_month; // estimate
    json::value minutes_each;     // estimate
    std::string measured_from;
    std::int64_t measured_days = 0;
};
BOOST_DESCRIBE_STRUCT(baseline, (),
                      (unit, volume_per_month, minutes_each, measured_from, measured_days))

struct problem {
    std::string statement;
    std::string affected;
    plan::baseline baseline;
    std::string change;
    std::vector<std::string> out_of_scope;
};
BOOST_DESCRIBE_STRUCT(problem, (), (statement, affected, baseline, change, out_of_scope))

struct person {
    std::string id;
    std::string name;
    std::string role;
    double hours_per_week = 0;
    std::optional<double> rate;
    std::string deputy;
    std::vector<std::string> skills;
    bool sees_answers = false;
};
BOOST_DESCRIBE_STRUCT(person, (),
                      (id, name, role, hours_per_week, rate, deputy, skills, sees_answers))

struct tool {
    std::string id;
    std::string provider;
    std::string model; // built-in = the built-in assistant
    std::string region;
    std::optional<bool> trains_on_data;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(tool, (), (id, provider, model, region, trains_on_data, status))

// confidence in (0.5, 1); min_n 0 = the default floor of 30 where the rule is statistical.
struct target {
    double value = 0;
    rule_kind rule = rule_kind::point;
    double confidence = 0.95;
    double margin = 0;
    std::string compare; // "", baseline, control
    std::optional<std::int64_t> min_n;
    std::string window; // duration or ""
};
BOOST_DESCRIBE_STRUCT(target, (), (value, rule, confidence, margin, compare, min_n, window))

struct metric {
    std::string id;
    std::string label;
    std::string from; // key of the facts registry
    std::string filter;
    std::string unit;
    direction better = direction::higher;
    bool guardrail = false;
    std::optional<double> baseline;
    std::map<std::string, target> targets; // by phase word
    std::optional<std::string> locked_at;
};
BOOST_DESCRIBE_STRUCT(metric, (),
                      (id, label, from, filter, unit, better, guardrail, baseline, targets,
                       locked_at))

struct activity {
    std::string id;
    std::string text;
    std::string owner;
    std::optional<std::string> due;
    activity_status status = activity_status::todo;
    std::string reason;
    std::string done_when;
};
BOOST_DESCRIBE_STRUCT(activity, (), (id, text, owner, due, status, reason, done_when))

struct phase_plan {
    phase id = phase::sandbox;
    std::string owner;
    std::optional<std::string> start; // date or time
    std::string duration;             // or "ongoing"
    std::string notes;
    std::vector<activity> activities;
};
BOOST_DESCRIBE_STRUCT(phase_plan, (), (id, owner, start, duration, notes, activities))

// percent 0..100 in 0.01 steps, of the public visitors that pass the filters.
struct stage {
    std::string id;
    plan::phase phase = plan::phase::pilot;
    double percent = 0;
    std::vector<std::string> groups;
    std::vector<std::string> regions;
    std::vector<std::string> topics;
    std::optional<std::int64_t> max_visitors;
    stage_mode mode = stage_mode::answer;
    std::string min_dwell; // duration or ""
    bool human_on_shift = false;
    bool approve = false;
};
BOOST_DESCRIBE_STRUCT(stage, (),
                      (id, phase, percent, groups, regions, topics, max_visitors, mode, min_dwell,
                       human_on_shift, approve))

struct freeze_window {
    std::string from;
    std::string to;
    std::string every;
    std::string why;
};
BOOST_DESCRIBE_STRUCT(freeze_window, (), (from, to, every, why))

struct ladder {
    std::string sticky = "visitor";
    std::string axis = "percent";
    std::vector<stage> stages;
    std::vector<freeze_window> freeze;
    std::vector<std::string> pause_on;
    std::vector<std::string> rollback_on;
    std::optional<double> max_handoffs_per_hour;
    std::optional<double> max_review_minutes_per_week;
};
BOOST_DESCRIBE_STRUCT(ladder, (),
                      (sticky, axis, stages, freeze, pause_on, rollback_on, max_handoffs_per_hour,
                       max_review_minutes_per_week))

struct fallback {
    std::string when;
    std::vector<std::string> steps; // knowledge, person, fixed, in order
    std::string text;
    std::string drill_every;
};
BOOST_DESCRIBE_STRUCT(fallback, (), (when, text, drill_every))

struct guidelines {
    std::vector<std::string> tone;
    std::vector<std::string> must;
    std::vector<std::string> must_not;
    std::vector<std::string> refuse_topics;
};
BOOST_DESCRIBE_STRUCT(guidelines, (), (tone, must, must_not, refuse_topics))

struct privacy {
    std::string legal_basis;
    std::vector<std::string> personal_data;
    std::vector<std::string> redact;
    std::optional<std::int64_t> retention_days;
    std::string dpia;
};
BOOST_DESCRIBE_STRUCT(privacy, (), (legal_basis, personal_data, redact, retention_days, dpia))

struct evidence_rule {
    std::string ref;
    std::string op = "exists"; // <= >= == < > exists
    json::value value;         // number, word or true/false; null = none
    std::string max_age;
};
BOOST_DESCRIBE_STRUCT(evidence_rule, (), (ref, op, value, max_age))

struct signature_rule {
    std::string by; // owner, named_owner, budget_holder, owner_or_legal, legal
    std::string covers_text;
};
BOOST_DESCRIBE_STRUCT(signature_rule, (), (by))

struct risk {
    std::string id;
    std::string category;
    std::string question;
    std::vector<phase> phases;
    std::vector<phase> advised;
    due_kind due = due_kind::entry;
    std::vector<evidence_rule> evidence;
    std::optional<signature_rule> signature;
    answer_kind answer = answer_kind::open;
    std::string note;
    std::string na_reason;
    std::string owner;
    std::string mitigation;
    std::optional<std::int64_t> likelihood;
    std::optional<std::int64_t> impact;
    bool custom = false;
    [[nodiscard]] bool required_in(phase p) const;
};
BOOST_DESCRIBE_STRUCT(risk, (),
                      (id, category, question, phases, advised, due, evidence, signature, answer,
                       note, na_reason, owner, mitigation, likelihood, impact, custom))

struct resource_estimate {
    std::string unit;
    json::value value; // estimate or null
    std::optional<std::int64_t> persons;
    std::map<std::string, json::value> per_phase;
};
BOOST_DESCRIBE_STRUCT(resource_estimate, (), (unit, value, persons, per_phase))

struct resource {
    std::string id;
    std::string category;
    std::string details;
    std::vector<phase> phases;
    std::string person;
    resource_estimate estimate;
    std::vector<std::string> covers;
    std::string source;
    std::string actual_from;
    std::string notes;
};
BOOST_DESCRIBE_STRUCT(resource, (),
                      (id, category, details, phases, person, estimate, covers, source, actual_from,
                       notes))

// Cash, in the plan's currency; production is per 12 months.
struct budget {
    std::map<std::string, double> per_phase;
    std::optional<double> monthly_cap;
    bool hard_stop = false;
    std::string approved_by;
};
BOOST_DESCRIBE_STRUCT(budget, (), (per_phase, monthly_cap, hard_stop, approved_by))

struct stop_rule {
    double go_above = 0.8;
    double stop_below = 0.2;
    std::string decide_by;
    std::int64_t max_extensions = 0;
    std::optional<std::string> signed_by;
};
BOOST_DESCRIBE_STRUCT(stop_rule, (), (go_above, stop_below, decide_by, max_extensions, signed_by))

struct value_case {
    std::map<std::string, json::value> inputs; // estimates
    json::value kappa;
    double discount = 0;
    std::int64_t horizon_months = 12;
    plan::stop_rule stop_rule;
    std::optional<std::string> locked_at;
};
BOOST_DESCRIBE_STRUCT(value_case, (),
                      (inputs, kappa, discount, horizon_months, stop_rule, locked_at))

struct on_skip {
    std::string notify;
    std::int64_t hold_after = 2;
};
BOOST_DESCRIBE_STRUCT(on_skip, (), (notify, hold_after))

struct review {
    std::string id;
    std::string every;
    std::string owner;
    std::string report;
    std::string escalate_after;
    std::optional<plan::on_skip> on_skip;
};
BOOST_DESCRIBE_STRUCT(review, (), (id, every, owner, report, escalate_after, on_skip))

struct document {
    plan::meta meta;
    plan::organisation organisation;
    plan::use_case use_case;
    plan::problem problem;
    std::vector<person> people;
    std::vector<tool> tools;
    std::vector<metric> metrics;
    std::vector<phase_plan> phases;
    ladder rollout;
    std::vector<fallback> fallbacks;
    plan::guidelines guidelines;
    std::map<std::string, std::map<std::string, std::string>> texts; // text key -> language -> text
    plan::privacy privacy;
    std::vector<risk> risks;
    std::vector<resource> resources;
    plan::budget budget;
    value_case roi;
    std::vector<review> reviews;

    [[nodiscard]] const metric* find_metric(std::string_view id) const;
    [[nodiscard]] const stage* find_stage(std::string_view id) const;
    [[nodiscard]] const risk* find_risk(std::string_view id) const;
    [[nodiscard]] const person* find_person(std::string_view id) const;
    [[nodiscard]] const phase_plan& in(phase p) const; // the phase's row
    // Index in rollout.stages, or -1.
    [[nodiscard]] int stage_index(std::string_view id) const;
};
BOOST_DESCRIBE_STRUCT(document, (),
                      (meta, organisation, use_case, problem, people, tools, metrics, phases,
                       rollout, fallbacks, guidelines, texts, privacy, risks, resources, budget,
                       roi, reviews))

// A checked plan. lines: path ("metrics[2].targets.pilot.rule") -> line in the text it came from;
// empty when it did not come from a text.
struct plan_document {
    document typed;
    json::object tree;
    std::map<std::string, int> lines;
    std::string file; // how faults name the source, for example plan.yaml
    [[nodiscard]] int line_of(std::string_view path) const; // nearest known ancestor, 0 = unknown
};
using plan_ptr = std::shared_ptr<const plan_document>;

[[nodiscard]] std::optional<phase> phase_from(std::string_view word);
[[nodiscard]] std::string_view word(phase p);
[[nodiscard]] inline int index(phase p) {
    return static_cast<int>(p);
}
// The one after p; none after production.
[[nodiscard]] std::optional<phase> next_phase(phase p);

// Gates are numbered by the phase they open: G0 sandbox … G3 production. True if the row is due at
// that gate: at the exit of the phase before, or at the entry of the phase it opens.
[[nodiscard]] bool due_at_gate(const risk& row, int gate);
// Whether a piece of evidence is asked for there: G0 asks nothing that needs a variant.
[[nodiscard]] bool evidence_due_at_gate(const risk& row, const evidence_rule& e, int gate);
// "G2" -> 2; none for anything but G0..G3.
[[nodiscard]] std::optional<int> gate_number(std::string_view gate);

// Durations of plans: h, d, w, and mo, y as 30.4375 and 365.25 days where a formula needs them.
// Errors: plan.duration.invalid.
[[nodiscard]] result<millis> duration_of(std::string_view text);
// Calendar step from `at` in UTC: months and years clamp to the last day (31 Jan + 1mo = 28 Feb).
[[nodiscard]] result<instant> add_duration(instant at, std::string_view text);
// "2026-05-14" (midnight UTC) or RFC 3339. Errors: plan.date.invalid.
[[nodiscard]] result<instant> date_of(std::string_view text);

} // namespace servery::plan
