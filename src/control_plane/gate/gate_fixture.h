// A project with the first plan, a manual clock and a log in memory, for the tests of gate.
// Thread: one at a time.
#pragma once

#include "control_plane/gate/gate_service.h"
#include "control_plane/plan/load.h"

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace servery::gate {

constexpr millis an_hour{3'600'000};
constexpr millis a_day = 24 * an_hour;

struct gate_fixture {
    manual_clock time{*plan::date_of("2026-11-25")};
    seeded_random random{7};
    events::memory_log log;
    plan::plan_service plans{time, log};
    std::string candidate = std::string(64, 'a');
    bool frozen = true;
    key32 key{1, 2, 3};
    gate_service gates{environment()};
    const std::string project = "first";
    events::actor controller{events::actor_kind::system, "rollout"};
    events::actor anna{events::actor_kind::person, "owner"};

    gate_fixture() {
        log.add_fold([this](const events::event& e) { plans.apply(e); });
        log.add_fold([this](const events::event& e) { gates.apply(e); });
        static const auto first = read_first_plan();
        must(plans.create(first, owner()));
    }

    static plan::plan_document read_first_plan() {
        std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/examples/first.plan.yaml");
        std::stringstream text;
        text << in.rdbuf();
        return *must(plan::load_yaml(text.str()));
    }

    static plan::editor owner(std::string reason = {}) {
        return {.person = "owner", .may_loosen = true, .source = "console", .reason = reason};
    }
    template <typename R>
    static R must(R r) {
        if (!r) {
            auto words = to_line(r.error());
            for (const auto& m : r.error().more)
                words += "\n  " + to_line(m);
            throw std::runtime_error(words);
        }
        return r;
    }

    gate::environment environment() {
        return {
            .time = time,
            .random = random,
            .log = log,
            .plans = plans,
            .mac_key = key,
            .candidate = [this](std::string_view) -> std::optional<std::string> {
                if (candidate.empty()) return std::nullopt;
                return candidate;
            },
            .variant = [this](std::string_view, std::string_view) -> std::optional<variant_info> {
                return variant_info{
                    .frozen = frozen, .label = "v", .author = "it-ops", .release = "rel_1"};
            },
            .holds = [](std::string_view person, std::string_view,
                        std::string_view) { return person == "owner"; },
            .same_person = [](std::string_view account,
                              std::string_view person) { return account == person; }};
    }

    void record(events::fact f) {
        if (f.as_of.ms == 0) f.as_of = time.now();
        must(log.commit({events::make_event(
            f,
            {.at = time.now(), .project = project, .object_type = "fact", .object_id = f.key})}));
    }
    void rate(const std::string& fact_key, std::int64_t good, std::int64_t n,
              const std::string& phase = "pilot") {
        record({.key = fact_key,
                .variant = candidate,
                .phase = phase,
                .n = n,
                .sum = static_cast<double>(good),
                .value = n == 0 ? 0 : static_cast<double>(good) / static_cast<double>(n)});
    }
    void poc(double passed = 5) {
        record({.key = "evaluation.poc_passed",
                .variant = candidate,
                .phase = "sandbox",
                .n = 5,
                .value = passed});
    }
    // What the server and its guard measure by themselves.
    void measured(const std::string& phase) {
        record({.key = "access.key_age_max_days", .n = 2, .value = 10});
        record({.key = "access.tls_ok", .n = 1, .value = 1});
        record({.key = "secrets.scan_ok", .n = 1, .value = 1});
        record({.key = "guardrails.pii_scan", .phase = phase, .n = 40, .value = 3});
        record({.key = "guardrails.injection_alerts", .phase = phase, .n = 40, .value = 0});
        record({.key = "economics.next_phase_forecast_p80",
                .variant = candidate,
                .phase = phase,
                .n = 20'000,
                .value = 60});
        if (phase == "sandbox") return;
        record({.key = "desk.median_wait_s", .phase = phase, .n = 7, .value = 240});
        record({.key = "monitoring.latency_p95",
                .variant = candidate,
                .phase = phase,
                .n = 40,
                .value = 900});
    }
    // Evidence of the label, and what comes with it.
    void labels(double share = 1, std::int64_t n = 40, const std::string& phase = "sandbox") {
        measured(phase);
        record({.key = "guardrails.label_coverage",
                .phase = phase,
                .n = n,
                .sum = share * static_cast<double>(n),
                .value = share});
    }
    void drill(double passed = 1) {
        record({.key = "gateway.fallback_drill",
                .filter = "provider_down",
                .variant = candidate,
                .phase = "sandbox",
                .n = 1,
                .value = passed});
    }
    void ratio(double fine = 1) {
        record({.key = "rollout.sample_ratio", .phase = "pilot", .n = 100, .value = fine});
    }
    void uptime(double share = 0.999) {
        record({.key = "monitoring.available",
                .phase = "rollout",
                .n = 40'000,
                .value = share,
                .window_from = time.now() - 30 * a_day,
                .window_to = time.now()});
    }

    void sign_row(const std::string& row, const std::string& person = "owner") {
        const auto what = "risk/" + row;
        must(gates.add_signature(project, what, *gates.object_hash(project, what), "Read.", person,
                                 "code"));
    }
    // One revision with everything that `change` does to the tree.
    void revise(const std::function<void(json::object&)>& change) {
        const auto head = *plans.head(project);
        auto tree = head.plan->tree;
        change(tree);
        if (json::value(tree) != json::value(head.plan->tree))
            must(plans.put(project, head.revision, *must(plan::load_tree(tree)), owner()));
    }
    void answer_and_sign_all() {
        revise([](json::object& tree) {
            for (auto& row : tree.at("risks").get_array())
                row.get_object()["answer"] = "yes";
        });
        const auto head = *plans.head(project);
        const auto phase = gates.standing_of(project).phase.value_or(plan::phase::sandbox);
        for (const auto& row : head.plan->typed.risks) {
            if (!row.signature || is_signed(row.id)) continue;
            const bool named = row.signature->by == "named_owner";
            sign_row(row.id, named ? head.plan->typed.in(phase).owner : "owner");
        }
    }
    bool is_signed(const std::string& row) const {
        const auto hash = *gates.object_hash(project, "risk/" + row);
        return std::ranges::any_of(gates.signatures(project), [&](const signature& s) {
            return !s.revoked && s.body.what == "risk/" + row && s.body.object_hash == hash &&
                   s.body.expires > time.now();
        });
    }
    void finish(plan::phase p) {
        revise([p](json::object& tree) {
            auto& row = tree.at("phases").get_array()[static_cast<std::size_t>(p)].get_object();
            for (auto& a : row.at("activities").get_array())
                a.get_object()["status"] = "done";
        });
    }
    result<signed_gate> sign(const std::string& gate_id, const std::string& person = "owner") {
        const auto page = gates.show(project, gate_id);
        if (!page) return std::unexpected(page.error());
        return gates.sign(project, gate_id,
                          {.run_hash = page->run_hash,
                           .statement = "Go.",
                           .comment = "",
                           .person = person,
                           .method = "code"});
    }

    // Each brings the project to the named place with evidence that holds.
    void to_sandbox() {
        measured("sandbox");
        answer_and_sign_all();
        must(sign("G0"));
    }
    void to_staff() {
        to_sandbox();
        finish(plan::phase::sandbox);
        poc();
        labels();
        drill();
        must(sign("G1"));
    }
    // Days in which the modules go on measuring.
    void serve_for(millis d) {
        for (const auto end = time.now() + d; time.now() < end;) {
            time.advance(std::min(12 * an_hour, end - time.now()));
            labels(1, 40, "pilot");
            gates.on_tick(time.now());
        }
    }
    void to_p10() {
        to_staff();
        time.advance(5 * a_day);
        labels(1, 40, "pilot");
        must(gates.issue(project, "p10", candidate, controller));
    }
    void pilot_evidence() {
        rate("desk.answer_accuracy", 190, 200);
        rate("desk.harm_rate", 0, 200);
        ratio();
        labels(1, 40, "pilot");
        drill();
        poc();
    }
    void to_r30() {
        to_p10();
        serve_for(14 * a_day);
        finish(plan::phase::pilot);
        pilot_evidence();
        must(sign("G2"));
    }
    void to_r60() {
        to_r30();
        serve_for(7 * a_day);
        rate("desk.answer_accuracy", 560, 600, "rollout");
        rate("desk.harm_rate", 0, 600, "rollout");
        uptime();
        ratio();
        labels(1, 40, "rollout");
        must(gates.issue(project, "r60", candidate, controller));
    }
    void to_full() {
        to_r60();
        serve_for(7 * a_day);
        finish(plan::phase::rollout);
        rate("desk.answer_accuracy", 560, 600, "rollout");
        rate("desk.harm_rate", 0, 600, "rollout");
        uptime();
        ratio();
        labels(1, 40, "rollout");
        drill();
        poc();
        must(sign("G3"));
    }

    condition of(const run& r, const std::string& id) const {
        for (const auto& c : r.conditions)
            if (c.id == id) return c;
        throw std::runtime_error("no condition " + id);
    }
    state state_of(const std::string& gate_id, const std::string& id) const {
        return of(*gates.evaluate(project, gate_id), gate_id + "/" + id).state;
    }
    std::string top() const { return gates.standing_of(project).stage; }
    std::int64_t count(std::string_view kind) const {
        return std::ranges::count_if(log.all(),
                                     [&](const events::event& e) { return e.kind == kind; });
    }
};

} // namespace servery::gate
