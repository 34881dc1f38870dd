// For this module's tests: a small business with a five-stage ladder, a gate that opens when a test
// says so, visitors, and a log in memory.
#pragma once

#include "control_plane/rollout/rollout_service.h"
#include "data_plane/policy/bucketing.h"
#include "foundation/events/desk.h"
#include "foundation/events/grant.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace servery::rollout {

inline const std::string shop = "shop";

inline std::string variant_hex(std::uint8_t i) {
    hash32 hash{};
    hash.fill(i);
    return to_hex(hash);
}

// Keeps gate's promises, decides nothing by itself: a stage opens if it is in `ready`.
class gate_double {
  public:
    gate_double(events::memory_log& log, const clock& time) : log_(log), time_(time) {}

    std::set<std::string> ready; // stages whose gate is ready
    std::set<std::string> failing_keep;
    std::vector<std::string> ladder; // stage ids, lowest first
    std::map<std::string, std::string> phase_of_stage;
    std::map<std::string, events::audience> audience_of_stage;
    std::set<std::string> approve;

    void apply(const events::event& e) {
        if (events::is<events::grant_issued>(e)) {
            const auto g = events::read<events::grant_issued>(e);
            grants_.push_back({.id = g.grant,
                               .project = e.project,
                               .phase = *plan::phase_from(g.phase),
                               .stage = g.stage,
                               .mode = g.mode,
                               .variant = g.variant,
                               .audience = g.audience,
                               .issued_at = g.issued_at,
                               .until = g.until,
                               .gate = g.gate});
        } else if (events::is<events::grant_ended>(e)) {
            const auto ended = events::read<events::grant_ended>(e);
            set_state(ended.grant, gate::grant_state::ended);
            for (auto& g : grants_)
                if (g.id == ended.grant) g.end_reason = ended.reason;
        } else if (events::is<events::grant_suspended>(e)) {
            set_state(events::read<events::grant_suspended>(e).grant, gate::grant_state::suspended);
        } else if (events::is<events::grant_resumed>(e)) {
            set_state(events::read<events::grant_resumed>(e).grant, gate::grant_state::live);
        }
    }

    // A person signs a phase gate, or the controller opens a stage.
    result<gate::grant> open(const std::string& stage, const std::string& variant,
                             const events::actor& by, const std::string& gate_id) {
        events::grant_issued g{.grant = "gr_" + std::to_string(++last_),
                               .phase = phase_of_stage.at(stage),
                               .stage = stage,
                               .mode = "answer",
                               .variant = variant,
                               .audience = audience_of_stage.at(stage),
                               .issued_at = time_.now(),
                               .until = time_.now() + std::chrono::hours(24 * 30),
                               .gate = gate_id};
        if (auto stored =
                commit(events::make_event(g, {.at = time_.now(), .project = shop, .by = by}));
            !stored)
            return std::unexpected(stored.error());
        return grants_.back();
    }

    void end(const std::string& grant, const std::string& reason) {
        (void)commit(events::make_event(events::grant_ended{grant, reason, "", ""},
                                        {.at = time_.now(), .project = shop}));
    }

    [[nodiscard]] std::vector<gate::grant> live() const {
        std::vector<gate::grant> out;
        for (const auto& g : grants_)
            if (g.state == gate::grant_state::live && time_.now() < g.until) out.push_back(g);
        std::ranges::sort(out, {}, [&](const gate::grant& g) { return rung(g.stage); });
        return out;
    }

    [[nodiscard]] std::int64_t widest_ever_issued() const {
        std::int64_t widest = 0;
        for (const auto& g : grants_)
            if (g.audience.groups.empty()) widest = std::max(widest, g.audience.basis);
        return widest;
    }

    [[nodiscard]] gate_port port() {
        using view = std::string_view;
        using events::actor;
        return {
            .live_grants = [this](view) { return live(); },
            .evaluate = [this](view, view g, view v) { return run_of(std::string(g), v); },
            .issue = [this](view, view s, view v,
                            const actor& by) { return issue(std::string(s), std::string(v), by); },
            .step_back = [this](view, view to, view, const actor&) { return step_back(to); },
            .roll_back =
                [this](view, view v, view, const actor&) {
                    return end_all([&](const gate::grant& g) { return g.variant == v; },
                                   "rolled_back");
                },
            .supersede =
                [this](view, view v, const actor&) {
                    return end_all([&](const gate::grant& g) { return g.variant != v; },
                                   "superseded");
                },
            .suspend = [this](view, view, const actor&) { return suspend(); },
            .resume = [this](view, view, const actor&) { return resume(); },
            .keep_set = [this](view, view s, view) { return keep(s); },
            .standing =
                [this](view) {
                    gate::standing s;
                    s.suspended = suspended();
                    return s;
                },
        };
    }

  private:
    [[nodiscard]] int rung(std::string_view stage) const {
        const auto found = std::ranges::find(ladder, stage);
        return static_cast<int>(found - ladder.begin());
    }
    [[nodiscard]] bool suspended() const {
        return std::ranges::any_of(
            grants_, [](const gate::grant& g) { return g.state == gate::grant_state::suspended; });
    }
    void set_state(const std::string& id, gate::grant_state to) {
        for (auto& g : grants_)
            if (g.id == id) g.state = to;
    }
    status commit(events::event e) {
        if (auto stored = log_.commit({std::move(e)}); !stored)
            return std::unexpected(stored.error());
        return {};
    }
    result<gate::run> run_of(const std::string& gate_id, std::string_view variant) const {
        gate::run r{.gate = gate_id, .project = shop, .variant = std::string(variant)};
        std::string stage = gate_id.starts_with("S:") ? gate_id.substr(2) : "";
        for (const auto& s : ladder)
            if (stage.empty() && ((gate_id == "G1" && phase_of_stage.at(s) == "pilot") ||
                                  (gate_id == "G2" && phase_of_stage.at(s) == "rollout") ||
                                  (gate_id == "G3" && phase_of_stage.at(s) == "production")))
                stage = s;
        const bool is_ready = ready.contains(stage);
        r.verdict = is_ready ? gate::readiness::ready : gate::readiness::not_yet;
        if (!is_ready)
            r.conditions.push_back({.id = gate_id + "/metric/accuracy",
                                    .kind = "metric",
                                    .label = "Answers judged right",
                                    .state = gate::state::not_enough_data,
                                    .why = "12 of 82 labelled",
                                    .fix = "label 70 more"});
        return r;
    }
    result<gate::grant> issue(const std::string& stage, const std::string& variant,
                              const events::actor& by) {
        const auto refuse = [&](const char* id) {
            return fail(error_code::conflict, id, "stage " + stage, stage, "");
        };
        const int wanted = rung(stage);
        const bool first_of_phase =
            wanted == 0 || phase_of_stage.at(ladder[static_cast<std::size_t>(wanted) - 1]) !=
                               phase_of_stage.at(stage);
        const bool returns = std::ranges::any_of(grants_, [&](const gate::grant& g) {
            return g.stage == stage && g.variant == variant &&
                   (g.end_reason == "keep" || g.end_reason == "expired");
        });
        if (returns && ready.contains(stage)) return open(stage, variant, by, "S:" + stage);
        if (first_of_phase) return refuse("gate.issue.needs_signature");
        if (approve.contains(stage) && by.kind != events::actor_kind::person)
            return refuse("gate.issue.approval");
        const auto now_live = live();
        const bool below = std::ranges::any_of(now_live, [&](const gate::grant& g) {
            return g.variant == variant && rung(g.stage) == wanted - 1;
        });
        if (!below) return refuse("gate.issue.not_next");
        if (!ready.contains(stage)) return refuse("gate.issue.not_ready");
        return open(stage, variant, by, "S:" + stage);
    }
    template <typename Test>
    status end_all(Test test, const std::string& reason) {
        for (const auto& g : live()) {
            if (!test(g)) continue;
            if (auto stored = commit(events::make_event(events::grant_ended{g.id, reason, "", ""},
                                                        {.at = time_.now(), .project = shop}));
                !stored)
                return stored;
        }
        return {};
    }
    status step_back(std::string_view to) {
        const int keep_to = rung(to);
        return end_all([&](const gate::grant& g) { return rung(g.stage) > keep_to; },
                       "stepped_back");
    }
    status suspend() {
        for (const auto& g : live())
            if (auto stored = commit(events::make_event(events::grant_suspended{g.id, ""},
                                                        {.at = time_.now(), .project = shop}));
                !stored)
                return stored;
        return {};
    }
    status resume() {
        if (!failing_keep.empty())
            return fail(error_code::conflict, "gate.resume.not_ready", "a condition fails");
        const auto all = grants_;
        for (const auto& g : all) {
            if (g.state != gate::grant_state::suspended) continue;
            if (auto stored = commit(events::make_event(events::grant_resumed{g.id, "", ""},
                                                        {.at = time_.now(), .project = shop}));
                !stored)
                return stored;
        }
        return {};
    }
    result<std::vector<gate::condition>> keep(std::string_view stage) const {
        std::vector<gate::condition> out;
        for (const auto& id : failing_keep)
            out.push_back({.id = "keep:" + std::string(stage) + "/" + id,
                           .label = id,
                           .state = gate::state::fail,
                           .fix = "repair it"});
        return out;
    }

    events::memory_log& log_;
    const clock& time_;
    std::vector<gate::grant> grants_;
    int last_ = 0;
};

inline plan::plan_ptr shop_plan() {
    auto plan = std::make_shared<plan::plan_document>();
    plan::document& d = plan->typed;
    const auto stage = [&](std::string id, plan::phase phase, double percent) {
        plan::stage s;
        s.id = std::move(id);
        s.phase = phase;
        s.percent = percent;
        s.min_dwell = "2d";
        d.rollout.stages.push_back(s);
    };
    stage("staff", plan::phase::pilot, 100);
    d.rollout.stages.back().groups = {"staff"};
    stage("p10", plan::phase::pilot, 10);
    stage("r30", plan::phase::rollout, 30);
    stage("r60", plan::phase::rollout, 60);
    stage("full", plan::phase::production, 100);
    d.rollout.rollback_on = {"harm", "error_rate"};
    d.rollout.pause_on = {"accuracy"};
    plan::metric harm;
    harm.id = "harm";
    harm.from = "desk.harm_rate";
    harm.unit = "share";
    harm.better = plan::direction::lower;
    harm.guardrail = true;
    plan::metric accuracy;
    accuracy.id = "accuracy";
    accuracy.from = "desk.answer_accuracy";
    accuracy.unit = "share";
    for (const auto* phase : {"pilot", "rollout", "production"}) {
        harm.targets[phase] = {.value = 0.03, .rule = plan::rule_kind::upper_bound};
        accuracy.targets[phase] = {.value = 0.8, .rule = plan::rule_kind::lower_bound};
    }
    d.metrics = {harm, accuracy};
    return plan;
}

// Everything around one service; `seen_by_visitors()` is what the data plane would do.
struct shop_floor {
    manual_clock time{parse_rfc3339("2026-03-02T09:00:00Z").value()};
    seeded_random random{5};
    events::memory_log log;
    policy::kill_board kills;
    gate_double gates{log, time};
    plan::plan_ptr plan = shop_plan();
    int published = 0;
    std::unique_ptr<rollout_service> service;
    std::vector<events::exchange> rows;
    std::int64_t row_seq = 1'000'000;

    shop_floor() {
        for (const auto& s : plan->typed.rollout.stages) {
            gates.ladder.push_back(s.id);
            gates.phase_of_stage[s.id] = std::string(plan::word(s.phase));
            gates.audience_of_stage[s.id] = {.basis = static_cast<std::int64_t>(s.percent * 100),
                                             .groups = s.groups};
        }
        service = make_service();
        log.add_fold([this](const events::event& e) {
            gates.apply(e);
            service->apply(e);
        });
    }

    std::unique_ptr<rollout_service> make_service() {
        return std::make_unique<rollout_service>(environment{
            .time = time,
            .random = random,
            .log = log,
            .kills = kills,
            .gates = gates.port(),
            .plan = [this](std::string_view) -> result<plan::plan_view> {
                return plan::plan_view{.revision = 1, .plan = plan};
            },
            .variant = [](std::string_view, std::string_view hex) -> std::optional<std::string> {
                for (std::uint8_t i = 1; i < 9; ++i)
                    if (variant_hex(i).starts_with(hex)) return variant_hex(i);
                return std::nullopt;
            },
            .salt_key = key32{1, 2, 3},
            .publish = [this] { ++published; }});
    }

    static act owner(std::string reason = "because") {
        return {{events::actor_kind::person, "anna"}, std::move(reason), "req"};
    }

    // A rollout whose first stage an owner signed; "" if it was refused.
    std::string begin(std::uint8_t variant = 1) {
        const auto made = service->create(shop, variant_hex(variant), "", owner());
        if (!made) return "";
        (void)gates.open("staff", variant_hex(variant), owner().by, "G1");
        service->react(shop);
        return std::string(made->at("id").as_string());
    }
    // Straight to a stage, as if every gate had been passed.
    std::string at_stage(const std::string& stage, std::uint8_t variant = 1) {
        const std::string id = begin(variant);
        for (const auto& s : gates.ladder) {
            if (s == "staff") continue;
            (void)gates.open(s, variant_hex(variant), owner().by, "S:" + s);
            service->react(shop);
            if (s == stage) break;
        }
        return id;
    }
    void tick(millis by = std::chrono::minutes(1)) {
        time.advance(by);
        service->on_tick(time.now());
    }
    void days(int n) {
        for (int hour = 0; hour < 24 * n; ++hour)
            tick(std::chrono::hours(1));
    }

    // Where the data plane would put this visitor now: the grant that serves him, if any.
    struct place {
        const policy::grant_view* grant = nullptr;    // serves him
        const policy::grant_view* compared = nullptr; // widest share
        policy::bucket at = 0;
    };
    static place place_of(const std::vector<policy::grant_view>& ladder, const hash16& visitor) {
        place out;
        for (const auto& g : ladder) {
            if (g.audience.kind == "group") continue;
            const auto at = policy::servery1_bucket(g.salt, policy::purpose::include,
                                                    policy::unit_kind::visitor, visitor);
            if (out.compared == nullptr || g.audience.hi > out.compared->audience.hi) {
                out.compared = &g;
                out.at = at;
            }
            if (out.grant == nullptr &&
                policy::within(at, static_cast<std::uint32_t>(g.audience.hi)))
                out.grant = &g;
        }
        return out;
    }
    static hash16 visitor(std::uint64_t i) {
        hash16 id{};
        std::memcpy(id.data(), &i, sizeof i);
        return id;
    }

    // One exchange of a visitor through the gateway; true if a variant answered.
    bool visit(std::uint64_t who, bool works = true,
               events::purpose purpose = events::purpose::visitor) {
        const auto ladder = service->ladder(shop);
        const hash16 id = visitor(who);
        const place at = place_of(ladder, id);
        events::exchange row;
        row.seq = ++row_seq;
        row.at = time.now();
        row.project = shop;
        row.env = events::environment::live;
        row.purpose = purpose;
        row.visitor = id;
        row.t_first_token = 900'000;
        if (at.compared != nullptr) {
            row.salt_id = at.compared->salt_id;
            row.assigned = events::assigned_by::hash;
            const auto& drawn = at.grant != nullptr ? *at.grant : *at.compared;
            row.eligible = drawn.audience.kind == "percent";
            row.probability_e6 = static_cast<std::uint32_t>(
                at.grant != nullptr ? drawn.probability_e6 : 1'000'000 - drawn.probability_e6);
            if (at.grant != nullptr) row.arm = at.grant->variant;
        }
        const bool by_variant = at.grant != nullptr;
        if (by_variant && !works) row.outcome = events::outcome::upstream_error;
        take(row);
        return by_variant;
    }
    void take(const events::exchange& row) {
        rows.push_back(row);
        service->on_exchange(row);
        service->react(shop);
    }
    void label(std::uint64_t who, bool harm, std::uint8_t variant = 1) {
        events::label_recorded l{.label = "lb",
                                 .verdict = harm ? events::label_verdict::wrong
                                                 : events::label_verdict::right,
                                 .harm = harm,
                                 .sampling = events::label_sampling::random,
                                 .q = 1,
                                 .variant = variant_hex(variant),
                                 .stage = "p10",
                                 .visitor = visitor(who),
                                 .eligible = true};
        (void)log.commit({events::make_event(l, {.at = time.now(), .project = shop})});
        service->react(shop);
    }

    // The share of the public that the snapshot serves with this variant.
    [[nodiscard]] std::int64_t share(std::uint8_t variant = 1) const {
        std::int64_t widest = 0;
        for (const auto& g : service->ladder(shop))
            if (to_hex(g.variant) == variant_hex(variant) && g.audience.kind != "group")
                widest = std::max(widest, g.audience.hi);
        return widest;
    }
    [[nodiscard]] json::object status(const std::string& id) const {
        return service->status(shop, id).value();
    }
    [[nodiscard]] std::string word(const std::string& id, std::string_view key) const {
        return json::text_or(status(id), key);
    }
    [[nodiscard]] int count(std::string_view kind) const {
        return static_cast<int>(std::ranges::count(log.all(), kind, &events::event::kind));
    }
};

} // namespace servery::rollout
