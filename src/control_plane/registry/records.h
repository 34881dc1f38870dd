// The events that the registry writes and folds: projects, keys, providers, prices, variants and
// widgets. All are audit class: each changes what the data plane may do. Thread: plain values.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/events/event.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servery::registry {

struct project_created {
    static constexpr std::string_view kind = "project.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id; // slug
    std::string title;
    bool demo = false;
    std::string identity_salt; // 32 random bytes, hex: keys the project's visitor hashes
};
BOOST_DESCRIBE_STRUCT(project_created, (), (id, title, demo, identity_salt))

struct key_created {
    static constexpr std::string_view kind = "key.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;       // key_…
    std::string key_kind; // sandbox, live, public
    std::string name;
    hash32 hash{};     // keyed BLAKE2b-256 of the whole text
    std::string last4; // of the text, for people
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    std::string on_failure; // fallback, error
    std::optional<instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(key_created, (),
                      (id, key_kind, name, hash, last4, scopes, origins, on_failure, expires_at))

struct key_revoked {
    static constexpr std::string_view kind = "key.revoked";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(key_revoked, (), (id, reason))

// One provider's document as a whole, in the form of the exported YAML.
struct provider_changed {
    static constexpr std::string_view kind = "provider.changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;
    std::int64_t version = 1; // rises by one with each change of this provider
    json::object document;
    bool credential_dropped = false; // the address changed, so the secret went with it
};
BOOST_DESCRIBE_STRUCT(provider_changed, (), (id, version, document, credential_dropped))

struct credential_set {
    static constexpr std::string_view kind = "credential.set";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string provider;
    std::string sealed; // never the secret itself
    std::string last4;  // "" when the secret is shorter than 12 characters
};
BOOST_DESCRIBE_STRUCT(credential_set, (), (provider, sealed, last4))

// Micro-units per million tokens. A row is superseded by the next of the same provider and model,
// never changed.
struct price_set {
    static constexpr std::string_view kind = "price.set";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id; // pr_…
    std::string provider;
    std::string model;
    std::string currency;
    micros in;
    micros cached;
    micros out;
};
BOOST_DESCRIBE_STRUCT(price_set, (), (id, provider, model, currency, in, cached, out))

struct variant_created {
    static constexpr std::string_view kind = "variant.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string hash;  // hex, of `content`
    std::string label; // for people; not part of the hash
    json::object content;
};
BOOST_DESCRIBE_STRUCT(variant_created, (), (hash, label, content))

struct widget_created {
    static constexpr std::string_view kind = "widget.created";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string id;         // wgt_…
    std::string public_key; // text: public by nature
    std::string key;        // key_… of it
};
BOOST_DESCRIBE_STRUCT(widget_created, (), (id, public_key, key))

// The project's limits as a whole.
struct limits_changed {
    static constexpr std::string_view kind = "limits.changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::int64_t version = 1; // rises by one with each change
    policy::limits_view limits;
};
BOOST_DESCRIBE_STRUCT(limits_changed, (), (version, limits))

// What the guard does for the project, as a whole.
struct guard_policy_changed {
    static constexpr std::string_view kind = "guard.policy_changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::int64_t version = 1;         // rises by one with each change
    std::string document;             // JSON
    std::string hash;                 // as verdicts name it
    std::vector<std::string> loosens; // what it does less than the one before
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(guard_policy_changed, (), (version, document, hash, loosens, reason))

} // namespace servery::registry
