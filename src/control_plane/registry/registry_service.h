// The stored documents that the policy snapshot is built from: projects, API keys, providers with
// their sealed credentials, prices, variants and widgets. A fold of the events in records.h with
// the commands that write them. Knows no HTTP and no secret in the clear: key texts and credentials
// pass through callables and are not kept.
// Thread: the control thread.
#pragma once

#include "control_plane/registry/records.h"
#include "data_plane/policy/snapshot.h"
#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/events/log.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace servery::registry {

// Who acts, and for which request.
struct act {
    events::actor by;
    std::string request_id;
};

// What lives in other modules and is passed in by the composition root.
struct crafts {
    // The text of a new key (its format belongs to the gateway): shown once, never stored.
    std::function<std::string(policy::key_kind)> make_key;
    // The keyed hash of a key's text, as the data plane computes it.
    std::function<hash32(std::string_view text)> hash_key;
    // Seals a secret for the row "provider|credential|<id>"; the answer is text.
    std::function<result<std::string>(std::string_view row, std::string_view secret)> seal;
    // Compiles a guard policy for the project's phase and says what it does less than the one
    // before ("" = the shipped rules); live: visitors are served under it.
    struct guard_effect {
        std::string hash;
        std::vector<std::string> loosens;
        bool live = false;
    };
    std::function<result<guard_effect>(std::string_view project, std::string_view before,
                                       std::string_view after)>
        try_guard_policy;
    // Ids of the knowledge releases a variant of this project may name; unset = not checked.
    std::function<bool(std::string_view project, std::string_view release)> release_exists;
};

struct project {
    std::string id;
    std::string title;
    bool demo = false;
    instant created_at;
    std::string created_by;
    std::string identity_salt; // hex
};

struct key {
    std::string id;
    std::string project;
    policy::key_kind kind = policy::key_kind::sandbox;
    std::string name;
    hash32 hash{};
    std::string last4;
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    policy::on_failure failure = policy::on_failure::fallback;
    std::string created_by;
    instant created_at;
    std::optional<instant> expires_at;
    std::optional<instant> revoked_at;
};

// scopes empty = the kind's default: sandbox every scope but purpose:assert, live likewise, public
// chat. failure empty = sandbox error, live and public fallback. lifetime empty = 30 days sandbox,
// 365 days live, none for public.
struct key_request {
    policy::key_kind kind = policy::key_kind::sandbox;
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    std::optional<policy::on_failure> failure;
    std::optional<millis> lifetime;
};

// The only place where the text of a key is seen.
struct new_key {
    registry::key key;
    std::string text;
};

struct credential_state {
    bool set = false;
    std::string last4;
    std::string set_by;
    instant set_at;
};

struct provider {
    policy::provider_view view;
    json::object document; // as exported
    std::int64_t version = 1;
    credential_state credential;
    std::string sealed; // "" = none
};

struct variant {
    policy::variant_view view;
    json::object content; // canonical: what the hash is taken over
    std::string project;
    std::string author;
    instant created_at;
};

// version 0: never changed, the shipped limits hold.
struct project_limits {
    policy::limits_view limits;
    std::int64_t version = 0;
};

// version 0: never changed, the shipped rules of the phase hold.
struct guard_revision {
    std::int64_t version = 0;
    std::string document; // JSON; "" = the shipped rules
    std::string hash;
    std::vector<std::string> loosens; // what it does less than the one before
    std::string reason;
    std::string by;
    instant at;
};

struct price_request {
    std::string provider;
    std::string model;
    std::string currency; // ISO 4217
    std::string in;       // decimals per million tokens
    std::string out;      //
    std::string cached;   // "" = as `in`
};

class registry_service {
  public:
    registry_service(const clock& now, random_source& random, events::log& log, crafts with);

    void apply(const events::event& e);

    // --- projects ------------------------------------------------------------------------------
    // Errors: project.id.invalid, project.title.missing, project.exists (conflict).
    [[nodiscard]] result<project> create_project(const act& who, const std::string& id,
                                                 const std::string& title, bool demo = false);
    [[nodiscard]] const project* find_project(std::string_view id) const;
    [[nodiscard]] std::vector<const project*> projects() const; // in order of creation

    // --- keys ----------------------------------------------------------------------------------
    // Errors: key.scope.unknown, key.scope.not_for_kind, key.origins.missing (public),
    // key.origin.invalid, key.name.missing, key.expiry.invalid; project.unknown.
    [[nodiscard]] result<new_key> create_key(const act& who, const std::string& project,
                                             const key_request& wanted);
    [[nodiscard]] std::vector<const key*> keys(std::string_view project) const;
    // Errors: key.unknown (not_found; also a key of another project). Revoking twice is done once.
    [[nodiscard]] result<key> revoke_key(const act& who, std::string_view project,
                                         std::string_view id, const std::string& reason);
    // Live keys only: neither revoked nor expired.
    [[nodiscard]] const key* find_key(const hash32& hash) const;

    // --- providers -----------------------------------------------------------------------------
    // A YAML document `providers: [...]`; each named provider is made or replaced, others stay.
    // Returns the ids that changed. Nothing changes on a fault.
    // Errors: provider.invalid with every fault in `more`, each `file:line` and path.
    [[nodiscard]] result<std::vector<std::string>>
    import_providers(const act& who, std::string_view yaml, std::string_view file);
    // What import_providers reads, without secrets; `id` empty = all.
    [[nodiscard]] result<std::string> export_providers(std::string_view id = {}) const;
    [[nodiscard]] std::vector<const provider*> providers() const;
    [[nodiscard]] const provider* find_provider(std::string_view id) const;
    // Write-only. Errors: provider.unknown, provider.credential.empty.
    [[nodiscard]] result<credential_state> set_credential(const act& who, std::string_view id,
                                                          std::string_view secret);
    // The sealed text, for whoever can open it; none if not set.
    [[nodiscard]] std::optional<std::string> sealed_credential(std::string_view id) const;

    // --- prices --------------------------------------------------------------------------------
    // Errors: price.amount.invalid, price.currency.invalid, provider.unknown, price.model.missing.
    [[nodiscard]] result<policy::price_row> set_price(const act& who, const price_request& wanted);

    // --- limits --------------------------------------------------------------------------------
    [[nodiscard]] project_limits limits(std::string_view project) const;
    // `version`: the one that was read. Errors: limits.stale, limits.out_of_range (every fault in
    // `more`), project.unknown.
    [[nodiscard]] result<project_limits> set_limits(const act& who, const std::string& project,
                                                    std::int64_t version,
                                                    const policy::limits_view& wanted);

    // --- guard policy --------------------------------------------------------------------------
    [[nodiscard]] guard_revision guard_policy(std::string_view project) const;
    [[nodiscard]] const std::vector<guard_revision>&
    guard_revisions(std::string_view project) const;
    // A document that does not compile changes nothing. `version`: the one that was read. Errors:
    // guard.policy_stale, guard.policy_too_large, guard.policy_invalid (every fault in `more`),
    // guard.loosened_without_reason (conflict; where visitors are served), project.unknown.
    [[nodiscard]] result<guard_revision>
    set_guard_policy(const act& who, const std::string& project, std::int64_t version,
                     const json::object& document, std::string_view reason);

    // --- variants ------------------------------------------------------------------------------
    // fields: {label, dialects?, targets:[{provider, model}], prompt?, parameters?,
    // max_output_tokens?, caller_system?, knowledge_release?, calibration?}. The same content in
    // the same project gives the same variant, whatever its label; `made` says if it is new.
    // Errors: variant.invalid (all faults in `more`), variant.target.unknown,
    // variant.release.unknown.
    struct created_variant {
        registry::variant variant;
        bool made = true;
    };
    [[nodiscard]] result<created_variant> create_variant(const act& who, const std::string& project,
                                                         const json::object& fields);
    // By the whole hash or at least 12 leading hex digits, within the project.
    [[nodiscard]] const variant* find_variant(std::string_view project, std::string_view hex) const;
    [[nodiscard]] std::vector<const variant*> variants(std::string_view project) const;

    // --- widgets -------------------------------------------------------------------------------
    // The project's widget, made with its public key the first time; `origins` for that key. Other
    // origins than before: the widget keeps its id and gets a new key, the old one is revoked.
    [[nodiscard]] result<policy::widget_view>
    ensure_widget(const act& who, const std::string& project, std::vector<std::string> origins);
    [[nodiscard]] const policy::widget_view* widget(std::string_view project) const;
    // The websites that may carry it; empty: no widget, or its key was revoked.
    [[nodiscard]] std::vector<std::string> widget_origins(std::string_view project) const;

    // --- for the snapshot ----------------------------------------------------------------------
    // Keys that are neither revoked nor expired.
    [[nodiscard]] std::vector<policy::key_view> key_views() const;
    [[nodiscard]] std::vector<policy::provider_view> provider_views() const;
    [[nodiscard]] std::vector<policy::variant_view> variant_views() const;
    // The newest row of each provider and model; models of the built-in assistant cost zero.
    [[nodiscard]] std::vector<policy::price_row> price_rows() const;
    [[nodiscard]] std::vector<policy::widget_view> widget_views() const;
    // Rises with every folded event of the registry.
    [[nodiscard]] std::uint64_t version() const { return version_; }

  private:
    // A key before it is committed: its record and its text.
    struct drafted_key {
        key_created record;
        std::string text;
    };
    [[nodiscard]] result<drafted_key> draft_key(const std::string& project,
                                                const key_request& wanted);
    [[nodiscard]] events::context context(const act& who, std::string_view project,
                                          std::string_view type, std::string_view id) const;
    [[nodiscard]] status known_project(std::string_view id) const;
    [[nodiscard]] status check_variant(const std::string& project,
                                       const policy::variant_view& view) const;
    [[nodiscard]] static policy::variant_view view_of(const variant_created& made);
    void fold_project(const events::event& e);
    void fold_key(const events::event& e);
    void fold_provider(const events::event& e);
    void fold_price(const events::event& e);
    void fold_variant(const events::event& e);
    void fold_widget(const events::event& e);
    void fold_limits(const events::event& e);
    void fold_guard_policy(const events::event& e);

    const clock& now_;
    random_source& random_;
    events::log& log_;
    crafts with_;
    std::uint64_t version_ = 0;
    std::vector<std::string> project_order_;
    std::map<std::string, project, std::less<>> projects_;
    std::map<std::string, key, std::less<>> keys_; // by id, so in order of creation
    std::map<std::string, provider, std::less<>> providers_;
    std::map<std::pair<std::string, std::string>, policy::price_row> prices_;
    // by project, then by hash in hex
    std::map<std::string, std::map<std::string, variant, std::less<>>, std::less<>> variants_;
    std::map<std::string, policy::widget_view, std::less<>> widgets_;                // by project
    std::map<std::string, project_limits, std::less<>> limits_;                      // by project
    std::map<std::string, std::vector<guard_revision>, std::less<>> guard_policies_; // by project
};

// Canonical JSON: members sorted by name, no white space. What content hashes are taken over.
[[nodiscard]] std::string canonical(const json::value& of);

} // namespace servery::registry
