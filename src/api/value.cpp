// What a project is worth and when it can be decided: ROI, money by phase, reachability. The plan
// and what was measured are read on the control thread and travel as text; the draws run on the
// pool.
#include "api/resources.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/gate/value/measured.h"
#include "control_plane/gate/value/value_json.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/plan/load.h"
#include "control_plane/plan/plan_service.h"

#include <algorithm>

namespace servery::api {

namespace {

// What the pool is told of a project beside its plan.
struct known_project {
    std::string variant;
    std::string phase;
    std::vector<gate::measured_input> measured;
    std::optional<double> cost_a_conversation;
    std::int64_t conversations = 0;
    std::map<std::string, double> truth; // of metrics
};
BOOST_DESCRIBE_STRUCT(known_project, (),
                      (variant, phase, measured, cost_a_conversation, conversations, truth))

known_project known_of(const backend& with, const std::string& project,
                       const plan::document& plan) {
    known_project out;
    if (with.gates == nullptr) return out;
    auto stands = gate::measured_of(*with.gates, project, with.now.now());
    if (stands.phase) out.phase = plan::word(*stands.phase);
    out.variant = std::move(stands.variant);
    out.measured = std::move(stands.inputs);
    out.truth = gate::knowledge_of(with.gates->facts(), project, out.variant, plan).truth;
    if (with.monitoring == nullptr) return out;
    if (const auto cost = with.monitoring->cost_of_a_conversation(project)) {
        out.cost_a_conversation = cost->a_conversation;
        out.conversations = cost->n;
    }
    return out;
}

status read_project(const backend& with, call& c) {
    const auto head = with.plans->head(c.project());
    if (!head) return std::unexpected(head.error());
    c.scratch["plan"] = json::write(head->plan->tree);
    c.scratch["known"] = json::write(json::to_json(known_of(with, c.project(), head->plan->typed)));
    return {};
}

struct pool_view {
    plan::plan_document plan;
    known_project known;
    instant now;
};

result<pool_view> on_pool(const backend& with, const call& c) {
    const auto tree = json::parse(c.scratch.at("plan"));
    if (!tree) return std::unexpected(tree.error());
    auto plan = plan::load_tree(tree->get_object());
    if (!plan) return std::unexpected(plan.error());
    const auto known = json::parse(c.scratch.at("known"));
    if (!known) return std::unexpected(known.error());
    auto read = json::from_json<known_project>(*known, json::unknown::ignore);
    if (!read) return std::unexpected(read.error());
    return pool_view{std::move(*plan), std::move(*read), with.now.now()};
}

void join(gate::value_question& asked, const known_project& known) {
    asked.measured = gate::to_measurements(known.measured);
    asked.cost_a_conversation = known.cost_a_conversation;
    asked.conversations = known.conversations;
    asked.phase = plan::phase_from(known.phase);
}

result<reply> roi(const backend& with, const call& c, gate::value_question asked) {
    auto view = on_pool(with, c);
    if (!view) return std::unexpected(view.error());
    join(asked, view->known);
    const auto value = gate::value_of(view->plan, asked);
    if (!value) return std::unexpected(value.error());
    auto out = gate::to_json(*value);
    out["cost_a_conversation"] =
        json::object{{"value", json::to_json(view->known.cost_a_conversation)},
                     {"n", view->known.conversations},
                     {"source", "spend ledger"}};
    return ok(std::move(out));
}

// ?months=&view= as the members of a simulation.
result<gate::value_question> question_in(const call& c) {
    json::object in;
    if (const auto months = c.word("months"); !months.empty()) {
        const auto n = json::parse(months);
        if (!n || !n->is_int64())
            return fail(error_code::unprocessable, "economics.horizon.invalid",
                        "'" + months + "' is no number of months", "months", "12 months are usual");
        in["months"] = *n;
    }
    if (const auto view = c.word("view"); !view.empty()) in["view"] = view;
    return gate::question_of(in);
}

result<reply> money(const backend& with, const call& c) {
    auto view = on_pool(with, c);
    if (!view) return std::unexpected(view.error());
    gate::value_question asked;
    join(asked, view->known);
    auto phases = gate::money_of(view->plan, asked);
    if (const auto phase = c.word("phase"); !phase.empty()) {
        if (!plan::phase_from(phase))
            return fail(error_code::unprocessable, "plan.phase.unknown",
                        "there is no phase '" + phase + "'", "phase",
                        "sandbox, pilot, rollout or production");
        std::erase_if(phases, [&](const gate::phase_money& p) { return p.phase != phase; });
    }
    return ok(gate::to_json(phases, view->plan.typed));
}

result<double> number_in(const json::object& in, std::string_view name, double low, double high) {
    const auto& v = in.at(name);
    if (v.is_number() && v.to_number<double>() >= low && v.to_number<double>() <= high)
        return v.to_number<double>();
    return fail(error_code::unprocessable, "economics.input.range",
                "'" + std::string(name) + "' is out of range", std::string(name),
                "a number from " + std::to_string(static_cast<int>(low)) + " to " +
                    std::to_string(static_cast<int>(high)));
}

result<plan::reach_changes> changes_in(const call& c) {
    plan::reach_changes out;
    out.phase = json::text_or(c.in, "phase", "pilot");
    if (!plan::phase_from(out.phase))
        return fail(error_code::unprocessable, "plan.phase.unknown",
                    "there is no phase '" + out.phase + "'", "phase",
                    "sandbox, pilot, rollout or production");
    const auto take = [&](const char* name, double low, double high,
                          std::optional<double>& to) -> status {
        if (!c.in.contains(name)) return {};
        const auto v = number_in(c.in, name, low, high);
        if (!v) return std::unexpected(v.error());
        to = *v;
        return {};
    };
    if (auto good = take("share", 0, 100, out.percent); !good) return std::unexpected(good.error());
    if (auto good = take("months", 0, 120, out.months); !good) return std::unexpected(good.error());
    if (auto good = take("label_minutes_per_week", 0, 10'000, out.label_minutes_per_week); !good)
        return std::unexpected(good.error());
    if (const auto* targets = c.in.if_contains("targets"); targets && targets->is_object())
        for (const auto& [metric, v] : targets->get_object())
            if (v.is_number()) out.targets[std::string(metric)] = v.to_number<double>();
    return out;
}

result<reply> reachability(const backend& with, const call& c, const plan::reach_changes* changes) {
    auto view = on_pool(with, c);
    if (!view) return std::unexpected(view.error());
    plan::reach_knowledge known;
    known.truth = view->known.truth;
    if (const auto* truth = c.in.if_contains("truth"); truth && truth->is_object())
        for (const auto& [metric, v] : truth->get_object())
            if (v.is_number()) known.truth[std::string(metric)] = v.to_number<double>();
    const auto document =
        changes == nullptr ? view->plan.typed : plan::with_changes(view->plan.typed, *changes);
    return ok(gate::reach_json(document, view->now, known, c.word("gate", text_in(c, "gate"))));
}

// A row whose work runs on the pool, after the project was read.
route pooled(route row, backend& with, std::function<result<reply>(call&)> work) {
    row.act = {};
    row.before = [&with](call& c) { return read_project(with, c); };
    row.compute = std::move(work);
    return row;
}

} // namespace

void add_value(route_table& to, backend& with) {
    const auto in = std::string(in_project);
    const auto simulate = [&](const char* path, const char* summary) {
        return change(http::method::post, in + path, {"project.read"}, "", summary, {});
    };
    to.add(pooled(read(in + "/roi", "project.read",
                       "what the project is worth, measured beside guessed; ?months=&view=", {}),
                  with, [&with](call& c) -> result<reply> {
                      const auto asked = question_in(c);
                      if (!asked) return std::unexpected(asked.error());
                      return roi(with, c, *asked);
                  }));
    to.add(pooled(simulate("/roi/simulate", "the same with other inputs; stores nothing"), with,
                  [&with](call& c) -> result<reply> {
                      if (auto good =
                              only_members(c, {"inputs", "ladder", "months", "n", "seed", "view"});
                          !good)
                          return std::unexpected(good.error());
                      const auto asked = gate::question_of(c.in);
                      if (!asked) return std::unexpected(asked.error());
                      return roi(with, c, *asked);
                  }));
    to.add(pooled(read(in + "/money", "project.read",
                       "what each phase costs, cash and hours apart; ?phase=", {}),
                  with, [&with](call& c) { return money(with, c); }));
    to.add(pooled(read(in + "/reachability", "project.read",
                       "how much each gate needs and when it can be decided; ?gate=", {}),
                  with, [&with](call& c) { return reachability(with, c, nullptr); }));
    to.add(pooled(simulate("/reachability/simulate",
                           "the same with another share, length, target; stores nothing"),
                  with, [&with](call& c) -> result<reply> {
                      if (auto good = only_members(c, {"phase", "share", "months", "targets",
                                                       "truth", "label_minutes_per_week", "gate"});
                          !good)
                          return std::unexpected(good.error());
                      const auto changes = changes_in(c);
                      if (!changes) return std::unexpected(changes.error());
                      return reachability(with, c, &*changes);
                  }));
}

} // namespace servery::api
