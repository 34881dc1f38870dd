#include "app/services.h"

#include "data_plane/guardrails/detect/secrets.h"
#include "data_plane/guardrails/policy_change.h"
#include "data_plane/guardrails/screen.h"
#include "data_plane/policy/keys.h"
#include "foundation/base/log.h"
#include "foundation/base/text.h"
#include "foundation/events/plan_revised.h"
#include "foundation/events/rollout_created.h"

#include <algorithm>
#include <fstream>

namespace servery::app {

namespace {

constexpr millis minute{60'000};
constexpr millis facts_after{900'000};
constexpr millis alerts_after{5'000};
constexpr millis hour{3'600'000};

// What an import's findings call a text that holds somebody's data or a credential.
std::vector<std::string> scan_imported(std::string_view text) {
    std::vector<std::string> out;
    if (!guardrails::screen(text, guardrails::default_policy()).spans.empty())
        out.emplace_back("personal_data");
    if (!guardrails::find_secrets(text).empty()) out.emplace_back("secret");
    return out;
}

result<registry::crafts::guard_effect>
try_guard_policy(const std::string& phase, std::string_view before, std::string_view after) {
    auto next = guardrails::policy_of(after, phase);
    if (!next) return std::unexpected(next.error());
    const auto now =
        guardrails::policy_of(before, phase).value_or(guardrails::default_policy(phase));
    return registry::crafts::guard_effect{.hash = next->hash,
                                          .loosens = guardrails::loosened(now, *next),
                                          .live = !phase.empty() && phase != "sandbox"};
}

// Sealed bytes differ from run to run also where everything else is seeded.
guardrails::vault_keeping_ptr vault_keeping(ground& on) {
    static system_random random;
    return std::make_shared<const guardrails::vault_keeping>(guardrails::vault_keeping{
        .key = on.keys.plain_subkey(key_use::vault),
        .key_id = on.keys.root_number(),
        .random = &random,
        .keep = [&to = on.store](store::vault_row row) { return to.post(std::move(row)); }});
}

} // namespace

services::services(ground& base)
    : on(base), log(base.store, base.control),
      registry(base.now, base.random, log, registry_crafts()),
      people(base.now, base.random, log, people_seals()), plans(base.now, log),
      gates(gate_environment()), rollouts(rollout_environment()),
      desk(base.now, base.random, log, desk_surroundings()),
      knowledge(base.now, base.random, log, serving, scan_imported),
      evaluation(base.now, base.random, log, evaluation_seams()),
      monitoring(
          base.now, log, [this](std::string_view project) { return board_targets(project); },
          [this](std::string_view project) {
              return on.probe ? on.probe(project) : monitoring::probe_result::nothing;
          }),
      alerts(base.now, base.random, log,
             [this](std::string_view project) { return alert_limits(project); }),
      privacy(base.now, base.random, log, base.store, privacy_seams()),
      guard(base.now, vault_keeping(base)), contacts(serving),
      publishing({base.now, base.keys, registry, plans, gates, rollouts}, board, base.folder) {
    publishing.public_values = [this](std::string_view project) { return contacts.of(project); };
    wire_folds();
}

const plan::document* services::plan_of(std::string_view project) const {
    const auto head = plans.head(project);
    return head ? &head->plan->typed : nullptr;
}

std::string services::phase_of(std::string_view project) const {
    const auto standing = gates.standing_of(project);
    return standing.phase ? std::string(plan::word(*standing.phase)) : std::string{};
}

registry::crafts services::registry_crafts() {
    return {.make_key =
                [this](policy::key_kind kind) { return policy::make_key_text(kind, on.random); },
            .hash_key =
                [this](std::string_view text) {
                    return policy::hash_key(on.keys.plain_subkey(key_use::api_key), text);
                },
            .seal = [this](std::string_view row, std::string_view secret) -> result<std::string> {
                return to_hex(on.keys.seal_value(secret, row, on.random));
            },
            .try_guard_policy =
                [this](std::string_view project, std::string_view before, std::string_view after) {
                    return try_guard_policy(phase_of(project), before, after);
                },
            .release_exists =
                [this](std::string_view project, std::string_view release) {
                    return knowledge.release_state(std::string(project), std::string(release))
                        .has_value();
                }};
}

api::access::seals services::people_seals() {
    return {.seal = [this](std::string_view place, std::string_view secret) -> result<std::string> {
                return to_hex(on.keys.seal_value(secret, place, on.random));
            },
            .open = [this](std::string_view place, std::string_view sealed) -> result<std::string> {
                const auto bytes = from_hex(sealed);
                if (!bytes)
                    return fail(error_code::internal, "secret.sealed.broken",
                                "a sealed value is not hex");
                auto opened = on.keys.unseal_value(*bytes, place);
                if (!opened) return std::unexpected(opened.error());
                return std::string(opened->text());
            }};
}

gate::environment services::gate_environment() {
    return {
        .time = on.now,
        .random = on.random,
        .log = log,
        .plans = plans,
        .mac_key = on.keys.plain_subkey(key_use::grant),
        .candidate = [this](std::string_view project) { return rollouts.candidate(project); },
        .variant = [this](std::string_view project,
                          std::string_view hash) -> std::optional<gate::variant_info> {
            const auto* v = registry.find_variant(project, hash);
            if (v == nullptr) return std::nullopt;
            return gate::variant_info{.frozen = true,
                                      .label = v->view.label,
                                      .author = v->author,
                                      .release = v->view.knowledge_release};
        },
        .holds =
            [this](std::string_view person, std::string_view capability, std::string_view project) {
                return people.holds(person, capability, project);
            },
        .same_person = {},
        .has_account = [this](std::string_view id) { return people.find(id) != nullptr; }};
}

rollout::environment services::rollout_environment() {
    return {.time = on.now,
            .random = on.random,
            .log = log,
            .kills = kills,
            .gates = rollout::port_to(gates),
            .plan = [this](std::string_view project) { return plans.head(project); },
            .variant = [this](std::string_view project,
                              std::string_view hex) -> std::optional<std::string> {
                const auto* v = registry.find_variant(project, hex);
                if (v == nullptr) return std::nullopt;
                return to_hex(v->view.hash);
            },
            .salt_key = blake2b_256_keyed(on.keys.plain_subkey(key_use::visitor),
                                          as_bytes("rollout-salts")),
            .kills_changed = [this] { write_kill_board(); },
            .publish = [this] { (void)publishing.publish(); },
            .on_shift = {}};
}

void services::write_kill_board() const {
    std::ofstream out(on.folder / "kill_board", std::ios::trunc);
    out << kills.to_text();
    if (!out.flush()) log::error("kill_board.not_written", {{"folder", on.folder.string()}});
}

desk::surroundings services::desk_surroundings() {
    return {
        .settings =
            [this](std::string_view project) {
                desk::project_settings s;
                s.phase = phase_of(project);
                const auto now_serving = board.current();
                const auto* p = now_serving ? now_serving->project(project) : nullptr;
                if (p == nullptr) return s;
                s.autonomy = p->autonomy;
                s.language = p->language;
                s.consent_required = p->consent_required;
                if (const auto* text = p->text("consent", p->language))
                    s.consent_version = text->version;
                s.sampling_seed = blake2b_256_keyed(p->identity_key, as_bytes("label-sampling"));
                return s;
            },
        .text =
            [this](std::string_view project, std::string_view key, std::string_view lang) {
                const auto now_serving = board.current();
                const auto* p = now_serving ? now_serving->project(project) : nullptr;
                const auto* text = p != nullptr ? p->text(key, lang) : nullptr;
                return text == nullptr ? desk::visitor_text{}
                                       : desk::visitor_text{text->text, text->version};
            },
        .person_name =
            [this](std::string_view person) {
                const auto* p = people.find(person);
                return p == nullptr ? std::string{} : p->name;
            },
        .post = [this](std::function<void()> work) { on.control.post(std::move(work)); },
    };
}

evaluation::evaluation_seams services::evaluation_seams() {
    return {
        .answer =
            [this](evaluation::answer_request asked, evaluation::answer_done done) {
                on.answer(std::move(asked), std::move(done));
            },
        .card = [this](std::string_view project,
                       std::string_view hash) -> std::optional<evaluation::variant_card> {
            const auto* v = registry.find_variant(project, hash);
            if (v == nullptr || v->view.targets.empty()) return std::nullopt;
            const auto& target = v->view.targets.front();
            evaluation::variant_card card;
            card.hash = to_hex(v->view.hash);
            card.label = v->view.label;
            card.provider = target.provider;
            const auto* provider = registry.find_provider(target.provider);
            if (provider != nullptr) {
                card.region = provider->view.region;
                card.in_process =
                    provider->view.kind == "assistant" || provider->view.kind == "rehearsal";
            }
            for (const auto& row : registry.price_rows()) {
                // Micro-units per million tokens; the run counts in nano-units.
                if (row.provider == target.provider && row.model == target.model)
                    card.price =
                        evaluation::variant_price{row.in * 1000, row.out * 1000, row.currency};
            }
            if (v->view.max_output_tokens > 0) card.max_output_tokens = v->view.max_output_tokens;
            return card;
        },
        .about =
            [this](std::string_view project) {
                evaluation::report_context about;
                const auto* stored = registry.find_project(project);
                if (stored != nullptr) about.title = stored->title;
                about.question = "May this variant go into the pilot?";
                if (const auto* plan = plan_of(project)) {
                    about.plan_topics = plan->use_case.topics;
                    about.plan_langs = plan->use_case.languages;
                    about.limits = plan->problem.out_of_scope;
                }
                return about;
            },
        .in_background = [this](std::function<void()> work) { on.in_background(std::move(work)); },
        .on_control = [this](std::function<void()> work) { on.control.post(std::move(work)); },
        .folder = on.folder / "eval",
    };
}

// The order matters: a service comes after those whose state it reads while folding.
void services::wire_folds() {
    log.add_fold([this](const events::event& e) { people.apply(e); });
    log.add_fold([this](const events::event& e) { registry.apply(e); });
    log.add_fold([this](const events::event& e) { plans.apply(e); });
    log.add_fold([this](const events::event& e) { gates.apply(e); });
    log.add_fold([this](const events::event& e) { knowledge.apply(e); });
    log.add_fold([this](const events::event& e) { desk.apply(e); });
    log.add_fold([this](const events::event& e) { evaluation.apply(e); });
    log.add_fold([this](const events::event& e) { privacy.apply(e); });
    log.add_fold([this](const events::event& e) { rollouts.apply(e); },
                 [this](const events::exchange& x) { rollouts.apply(x); });
    log.add_fold([this](const events::event& e) { monitoring.apply(e); },
                 [this](const events::exchange& x) { monitoring.apply(x); });
    log.add_fold([this](const events::event& e) { alerts.apply(e); },
                 [this](const events::exchange& x) { alerts.apply(x); });
    log.add_fold(
        [this](const events::event& e) {
            label_coverage.apply(e);
            guard_tally.apply(e);
        },
        [this](const events::exchange& x) {
            label_coverage.apply(x);
            drills.apply(x);
            guard_tally.apply(x);
            if (!live_) ledger.book(x);
        });
    log.add_reaction([this](const events::event& e) { changes.add(e); });
    log.add_reaction(
        [this](const events::event& e) {
            happened_ = happened_ || (e.kind != "heartbeat" && e.kind != "fact");
            // A new plan or candidate asks for facts of its own: with the next minute.
            if (events::is<events::plan_revised>(e) || events::is<events::rollout_created>(e))
                facts_at_ = {};
            publish_if_needed(e);
        },
        [this](const events::exchange& x) {
            happened_ = happened_ || x.purpose == events::purpose::visitor;
        });
    log.add_reaction(
        [this](const events::event& e) {
            if (!e.project.empty()) rollouts.react(e.project);
        },
        [this](const events::exchange& x) { rollouts.react(x.project); });
}

void services::publish_if_needed(const events::event& e) {
    if (!publisher::concerns(e)) return;
    if (e.kind.starts_with("credential.") || e.kind.starts_with("provider.")) unseal_credentials();
    // A snapshot that is refused is logged there; the old one serves on.
    (void)publishing.publish();
}

void services::unseal_credentials() {
    credential_board::table table;
    for (const auto* p : registry.providers()) {
        if (p->sealed.empty()) continue;
        const auto sealed = from_hex(p->sealed);
        const auto secret = sealed
                                ? on.keys.unseal_value(*sealed, "provider|credential|" + p->view.id)
                                : fail(error_code::internal, "secret.sealed.broken", "");
        if (!secret) {
            log::error("provider.credential.unreadable", {{"provider", p->view.id}});
            continue;
        }
        table[p->view.id] = {std::string(as_text(secret->view())),
                             static_cast<std::uint64_t>(p->credential.set_at.ms)};
    }
    credentials.set(std::move(table));
}

status services::start() {
    if (auto replayed = log.start(); !replayed) return replayed;
    live_ = true;
    changes.begin_at(log.last_seq());
    unseal_credentials();
    if (auto kept = load_vault(); !kept) return kept;
    knowledge.start();
    last_minute_ = on.now.now();
    if (auto published = publishing.publish(); !published) return published;
    desk.recover();
    privacy.recover();
    return evaluation.after_replay();
}

// What visitors' placeholders stood for before the start.
status services::load_vault() {
    const auto now = on.now.now();
    const auto rows = on.store.vault_rows(now, guardrails::vault_board::most_vaults);
    if (!rows) return std::unexpected(rows.error());
    const auto done = guard.vaults().load(*rows, now);
    if (done.conversations > 0)
        log::info("guard.vault.loaded",
                  {{"conversations", done.conversations}, {"placeholders", done.placeholders}});
    if (done.unreadable > 0) log::warn("guard.vault.unreadable", {{"rows", done.unreadable}});
    return {};
}

void services::tick() {
    const auto now = on.now.now();
    desk.on_tick(now);
    if (!gates.on_tick(now).empty()) (void)publishing.publish();
    rollouts.on_tick(now);
    if (on.lets_texts_go) privacy.on_tick(now);
    if (now - alerts_at_ >= alerts_after) {
        alerts_at_ = now;
        alerts.on_tick(now);
    }
    if (now - last_minute_ < minute) return;
    last_minute_ = now;
    monitoring.on_tick(now);
    knowledge.tick();
    if (on.lets_texts_go) check_chain(now);
    // Facts follow what happened within a quarter of an hour and are renewed hourly in any case.
    if (now - facts_at_ < (happened_ ? facts_after : hour)) return;
    emit_facts();
}

} // namespace servery::app
