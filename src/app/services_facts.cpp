// The facts that gates read: gathered from every service, and emitted when they say something new.
#include "app/own_facts.h"
#include "app/services.h"
#include "control_plane/gate/value/measured.h"
#include "control_plane/gate/value/value_facts.h"
#include "foundation/base/log.h"

#include <fmt/format.h>

#include <iterator>

namespace servery::app {

namespace {

constexpr millis hour{3'600'000};
constexpr millis day{86'400'000};

} // namespace

std::vector<events::fact> services::economics_of(std::string_view project) {
    const auto now = on.now.now();
    const auto head = plans.head(project);
    if (!head) return {};
    auto stands = gate::measured_of(gates, project, now);
    const auto variant = rollouts.candidate(project).value_or(stands.variant);
    auto of = fmt::format("{} {} {}", head->revision,
                          stands.phase ? plan::word(*stands.phase) : "draft", variant);
    auto& known = value_[std::string(project)];
    if (known.of == of && now - known.at < day) return known.facts;
    gate::value_question asked;
    asked.phase = stands.phase;
    asked.measured = gate::to_measurements(stands.inputs);
    if (const auto cost = monitoring.cost_of_a_conversation(project)) {
        asked.cost_a_conversation = cost->a_conversation;
        asked.conversations = cost->n;
    }
    known = {std::move(of), now, gate::value_facts(*head->plan, asked, variant, now)};
    return known.facts;
}

// Plan, prompts and knowledge: what people write, and what may leave the house.
std::vector<events::fact> services::secrets_of(std::string_view project) {
    const auto now = on.now.now();
    const auto head = plans.head(project);
    auto of = fmt::format("{} {} {}", head ? head->revision : 0, registry.variants(project).size(),
                          knowledge.published(std::string(project)));
    auto& known = secrets_[std::string(project)];
    if (known.of == of && now - known.at < hour) return known.facts;
    std::vector<kept_text> texts;
    if (head) texts.push_back({"the plan", json::write(head->plan->tree)});
    for (const auto* v : registry.variants(project))
        texts.push_back({"variant " + v->view.label, json::write(v->content)});
    knowledge.each_text(std::string(project), [&](const std::string& key, std::string text) {
        texts.push_back({"entry " + key, std::move(text)});
    });
    known = {std::move(of), now, {secrets_fact(texts, now)}};
    return known.facts;
}

// A damaged record must not wait until somebody asks.
void services::check_chain(instant now) {
    if (chain_checked_.ms != 0 && now - chain_checked_ < day) return;
    chain_checked_ = now;
    on.in_background([this, now] {
        auto found = on.store.verify_audit();
        if (!found) {
            log::error("audit.not_read", {{"why", to_line(found.error())}});
            return;
        }
        if (!found->ok) log::error("audit.broken", {{"why", found->why}});
        on.control.post([this, now, said = std::move(*found)] { chain_ = audit_fact(said, now); });
    });
}

std::vector<events::fact> services::facts_of(std::string_view project) {
    const auto now = on.now.now();
    auto facts = monitoring.facts_of(project);
    const auto add = [&](std::vector<events::fact> more) {
        facts.insert(facts.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    };
    add(knowledge.facts(std::string(project)));
    add(desk.label_facts(project));
    add(drills.facts(project, now));
    add(access_facts(people, registry, project, on.behind_tls, now));
    add(secrets_of(project));
    add(economics_of(project));
    if (chain_) facts.push_back(*chain_);
    using events::environment;
    add(guard_tally.facts(project, environment::sandbox, now));
    auto tried = label_coverage.fact(project, environment::sandbox, now - day, now);
    if (tried.n > 0) facts.push_back(std::move(tried));
    if (const auto phase = phase_of(project); !phase.empty() && phase != "sandbox") {
        auto served = label_coverage.fact(project, environment::live, now - day, now);
        served.phase = phase;
        facts.push_back(std::move(served));
        auto live = guard_tally.facts(project, environment::live, now);
        live.push_back(desk.wait_fact(project));
        for (auto& f : live)
            f.phase = phase;
        add(std::move(live));
    }
    return facts;
}

void services::emit_facts() {
    const auto now = on.now.now();
    facts_at_ = now;
    happened_ = false;
    std::vector<events::event> batch;
    for (const auto* p : registry.projects()) {
        auto facts = facts_of(p->id);
        const auto ahead = gates.gate_ahead(p->id);
        auto own = plans.own_facts(p->id, ahead ? *ahead : "");
        std::vector<events::event> rows;
        for (auto& f : facts) {
            rows.push_back(events::make_event(
                f, {.at = now, .project = p->id, .object_type = "fact", .object_id = f.key}));
        }
        for (auto& e : own)
            rows.push_back(std::move(e));
        for (auto& row : rows) {
            const auto f = events::read<events::fact>(row);
            auto said = row.body;
            said.erase("as_of");
            said.erase("window_from");
            said.erase("window_to");
            const auto text = json::write(said);
            auto& last = emitted_[p->id + "|" + f.key + "|" + f.filter + "|" + f.variant + "|" +
                                  f.stage + "|" + f.phase];
            if (last.first == text && now - last.second < hour) continue;
            last = {text, now};
            batch.push_back(std::move(row));
        }
    }
    if (batch.empty()) return;
    if (auto written = log.commit(std::move(batch)); !written)
        log::warn("facts.not_written", {{"why", to_line(written.error())}});
}

} // namespace servery::app
