// Every service of the process and how they hang together: the folds, in their order, and the
// callables that modules may not get by including each other. Thread: the control thread, except
// where a service says otherwise.
#pragma once

#include "api/access/people.h"
#include "api/events_stream.h"
#include "api/ports.h"
#include "app/contact_values.h"
#include "app/control_thread.h"
#include "app/credential_board.h"
#include "app/live_log.h"
#include "app/pending_work.h"
#include "app/publisher.h"
#include "control_plane/desk/desk_service.h"
#include "control_plane/evaluation/evaluation_service.h"
#include "control_plane/gate/gate_service.h"
#include "control_plane/monitoring/alert_service.h"
#include "control_plane/monitoring/monitoring_service.h"
#include "control_plane/plan/plan_service.h"
#include "control_plane/privacy/privacy_service.h"
#include "control_plane/registry/registry_service.h"
#include "control_plane/rollout/rollout_service.h"
#include "data_plane/assistant/knowledge/knowledge_service.h"
#include "data_plane/gateway/facts.h"
#include "data_plane/gateway/ledger.h"
#include "data_plane/gateway/text_guard.h"
#include "data_plane/policy/kill_board.h"
#include "data_plane/policy/snapshot.h"
#include "foundation/base/key_tree.h"
#include "foundation/store/store.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace servery::app {

// What services are built from.
struct ground {
    const clock& now;
    random_source& random;
    const key_tree& keys;
    store::store& store;
    control_thread& control;
    pending_work& pending;
    std::filesystem::path folder;
    // Set once the network is up; empty before.
    evaluation::answer_function answer;
    monitoring::probe probe;
    std::function<void(std::function<void()>)> in_background;
    bool behind_tls = true; // plain HTTP reaches this machine alone
    // Texts whose time is over are let go by themselves; a rehearsal moves time too fast for that.
    bool lets_texts_go = true;
};

class services {
  public:
    explicit services(ground& on);
    services(const services&) = delete;
    services& operator=(const services&) = delete;

    // Replays the log into every fold and publishes the first snapshot. Control thread, once.
    [[nodiscard]] status start();
    // What time has made due: watchdog, expiries, heartbeats, calibration, facts. Control thread.
    void tick();
    // Facts of every project that changed or are an hour old. Control thread.
    void emit_facts();

    [[nodiscard]] const plan::document* plan_of(std::string_view project) const;
    [[nodiscard]] std::string phase_of(std::string_view project) const;

    ground& on;
    policy::snapshot_board board;
    policy::kill_board kills;
    credential_board credentials;
    live_log log;
    registry::registry_service registry;
    api::access::people people;
    plan::plan_service plans;
    gate::gate_service gates;
    rollout::rollout_service rollouts;
    desk::desk_service desk;
    assistant::serving_board serving;
    assistant::knowledge_service knowledge;
    evaluation::evaluation_service evaluation;
    monitoring::monitoring_service monitoring;
    monitoring::alert_service alerts;
    privacy::privacy_service privacy;
    gateway::ledger ledger;
    gateway::label_coverage label_coverage;
    gateway::fallback_drills drills;
    gateway::guard_tally guard_tally;
    gateway::text_guard guard; // copies share its vaults
    contact_values contacts;   // of what is published: never hidden
    publisher publishing;
    api::event_hub changes; // what open consoles are told

  private:
    [[nodiscard]] registry::crafts registry_crafts();
    [[nodiscard]] api::access::seals people_seals();
    [[nodiscard]] gate::environment gate_environment();
    [[nodiscard]] rollout::environment rollout_environment();
    [[nodiscard]] desk::surroundings desk_surroundings();
    [[nodiscard]] evaluation::evaluation_seams evaluation_seams();
    [[nodiscard]] privacy::privacy_seams privacy_seams();
    void wire_folds();
    void publish_if_needed(const events::event& e);
    void unseal_credentials();
    [[nodiscard]] status load_vault();
    void write_kill_board() const;
    [[nodiscard]] std::vector<events::fact> facts_of(std::string_view project);
    // What the value case says; computed once a day, and when plan, phase or variant change.
    [[nodiscard]] std::vector<events::fact> economics_of(std::string_view project);
    [[nodiscard]] std::vector<events::fact> secrets_of(std::string_view project);
    // Once a day, in the background.
    void check_chain(instant now);
    [[nodiscard]] std::map<std::string, monitoring::target>
    board_targets(std::string_view project) const;
    [[nodiscard]] monitoring::plan_limits alert_limits(std::string_view project) const;

    bool live_ = false;
    instant last_minute_;
    instant facts_at_;
    instant alerts_at_;
    bool happened_ = false; // something worth new facts since facts_at_
    // What was emitted last, by project, key, filter, variant and stage.
    std::map<std::string, std::pair<std::string, instant>> emitted_;
    struct computed_value {
        std::string of; // plan revision, phase, variant
        instant at;
        std::vector<events::fact> facts;
    };
    std::map<std::string, computed_value, std::less<>> value_;
    std::map<std::string, computed_value, std::less<>> secrets_; // of: plan revision and release
    instant chain_checked_;
    std::optional<events::fact> chain_;
};

} // namespace servery::app
