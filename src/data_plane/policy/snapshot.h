// The policy snapshot: everything the data plane needs to decide, immutable. The control plane
// builds one, validates it, publishes it; every core reads it without a lock. It goes to a file
// (policy.snapshot) with a MAC, so that a process can serve before, and without, its database.
//
// Small-business sizes: tens of keys, variants and grants. A lookup is a scan or a hash of 32
// bytes. Thread: immutable values; `snapshot_board` may be read from any thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/json/describe.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servery::policy {

enum class key_kind { sandbox, live, public_ };
BOOST_DESCRIBE_ENUM(key_kind, sandbox, live, public_)

enum class on_failure { fallback, error };
BOOST_DESCRIBE_ENUM(on_failure, fallback, error)

// A key as the data plane sees it; `hash` is the whole keyed BLAKE2b-256 of its text.
struct key_view {
    hash32 hash{};
    std::string id; // key_…
    std::string project;
    key_kind kind = key_kind::sandbox;
    std::vector<std::string> scopes; // chat, embeddings, models, visitor:assert, purpose:assert …
    std::vector<std::string> origins;
    on_failure failure = on_failure::fallback;
    std::optional<instant> expires_at;
    [[nodiscard]] bool may(std::string_view scope) const;
};
BOOST_DESCRIBE_STRUCT(key_view, (), (hash, id, project, kind, scopes, origins, failure, expires_at))

// One upstream. `credential` never stands here: it is looked up by id, unsealed in memory.
struct provider_view {
    std::string id;
    std::string kind; // openai, assistant, rehearsal
    std::string base_url;
    std::string region;
    std::vector<std::string> models;         // empty = any
    std::vector<std::string> sandbox_models; // may be named by sandbox keys as provider/model
    std::string usage_in_stream = "inject";  // inject, native, none
    std::map<std::string, std::string> extra_headers;
    bool allow_private = false;
    std::string ca_file;
    std::int64_t max_in_flight = 256;
    std::int64_t connect_ms = 2000;
    std::int64_t head_ms = 60'000;
    std::int64_t first_token_ms = 60'000;
    std::int64_t idle_gap_ms = 60'000;
    std::int64_t total_ms = 600'000;
    std::string script; // rehearsal: the YAML text of its script
};
BOOST_DESCRIBE_STRUCT(provider_view, (),
                      (id, kind, base_url, region, models, sandbox_models, usage_in_stream,
                       extra_headers, allow_private, ca_file, max_in_flight, connect_ms, head_ms,
                       first_token_ms, idle_gap_ms, total_ms, script))

struct variant_target {
    std::string provider;
    std::string model;
};
BOOST_DESCRIBE_STRUCT(variant_target, (), (provider, model))

// A frozen thing that answers, named by the hash of this content.
struct variant_view {
    hash32 hash{};
    std::string label;
    std::vector<std::string> dialects; // openai
    std::vector<variant_target> targets;
    std::string prompt;
    json::object parameters;            // inserted or replaced in the request
    std::int64_t max_output_tokens = 0; // 0 = no cap of its own
    std::string caller_system = "keep"; // keep, replace, reject
    std::string knowledge_release;      // kr_…, for the built-in assistant
    std::string calibration;            // promised accuracy and delta, never the threshold found
};
BOOST_DESCRIBE_STRUCT(variant_view, (),
                      (hash, label, dialects, targets, prompt, parameters, max_output_tokens,
                       caller_system, knowledge_release, calibration))

// Who a grant is for. Percent and groups are the kinds of the thin ladder.
//   group    visitors whose attribute `group` is one of `groups` (staff)
//   percent  unit bucket in [lo, hi), buckets 0..9999
struct audience {
    std::string kind = "percent"; // group, percent, all
    std::int64_t lo = 0;
    std::int64_t hi = 0;
    std::vector<std::string> groups;
};
BOOST_DESCRIBE_STRUCT(audience, (), (kind, lo, hi, groups))

struct grant_view {
    std::string id; // gr_…
    std::string stage;
    std::int64_t stage_index = 0; // its rung: higher = larger audience
    std::string phase;
    std::string mode = "answer"; // answer, draft
    hash32 variant{};
    policy::audience audience;
    std::int64_t salt_id = 0;
    hash16 salt{};
    std::string unit_kind = "visitor";
    std::int64_t probability_e6 = 1'000'000;
    bool open_now = true; // staffing or hours
    instant not_before;
    instant expires_at;
};
BOOST_DESCRIBE_STRUCT(grant_view, (),
                      (id, stage, stage_index, phase, mode, variant, audience, salt_id, salt,
                       unit_kind, probability_e6, open_now, not_before, expires_at))

// A fallback cause and its steps, in order: knowledge, person, fixed (always last).
struct fallback_chain {
    std::string cause;
    std::vector<std::string> steps;
    std::string text; // key of texts for the fixed and person steps, or ""
};
BOOST_DESCRIBE_STRUCT(fallback_chain, (), (cause, steps, text))

// A text that visitors read, per language, with the version that rides on answers.
struct text_view {
    std::string key; // label, limits, consent, handoff, out_of_hours, greeting, fixed …
    std::string lang;
    std::string text;
    std::string version; // first 12 hex digits of its hash
};
BOOST_DESCRIBE_STRUCT(text_view, (), (key, lang, text, version))

// A provider made to fail on purpose, for whoever carries purpose `drill`.
struct drill_view {
    std::string id;
    std::string cause;    // provider_down, timeout …
    std::string provider; // "" = whatever the variant targets
    instant until;
};
BOOST_DESCRIBE_STRUCT(drill_view, (), (id, cause, provider, until))

// How much may be asked; 0 = no such limit. The visitor's and the address's are those of public
// keys; the key's is of every key.
struct limits_view {
    std::int64_t visitor_a_minute = 20;
    std::int64_t address_a_minute = 60;
    std::int64_t key_a_minute = 0;
    std::int64_t visitor_in_flight = 2;
    std::int64_t turns_a_day = 200; // of a conversation
};
BOOST_DESCRIBE_STRUCT(limits_view, (),
                      (visitor_a_minute, address_a_minute, key_a_minute, visitor_in_flight,
                       turns_a_day))

struct project_view {
    std::string id;
    std::string title;
    bool demo = false;
    std::string phase = "draft"; // draft, sandbox, pilot, rollout, production, stopped
    std::string currency = "EUR";
    std::string language = "en";
    std::vector<std::string> languages;
    std::string autonomy = "auto"; // auto, approve, draft
    std::vector<std::string> aliases;
    bool accept_any_model = true;
    hash32 default_variant{};     // what sandbox keys get when they name none; all zero = none
    std::vector<hash32> variants; // its own; a sandbox key can name no other project's
    std::optional<variant_target> embeddings;
    std::vector<grant_view> grants; // live ladder, highest rung first
    std::vector<fallback_chain> fallbacks;
    std::vector<text_view> texts;
    std::vector<drill_view> drills;
    bool consent_required = false;
    bool store_content = true;              // in redacted form
    std::vector<std::string> redact;        // classes the plan names: email, phone, iban, card
    std::vector<std::string> public_values; // contact values that are never hidden
    std::string guard_policy;               // its document as JSON; "" = the shipped rules
    std::int64_t budget_cap_nano = 0;       // of the phase; 0 with hard_stop: only free calls
    bool hard_stop = true;
    limits_view limits;
    key32 identity_key{}; // visitor and conversation hashes
    [[nodiscard]] const text_view* text(std::string_view key, std::string_view lang) const;
    [[nodiscard]] const fallback_chain* fallback(std::string_view cause) const;
};
BOOST_DESCRIBE_STRUCT(project_view, (),
                      (id, title, demo, phase, currency, language, languages, autonomy, aliases,
                       accept_any_model, default_variant, variants, embeddings, grants, fallbacks,
                       texts, drills, consent_required, store_content, redact, public_values,
                       guard_policy, budget_cap_nano, hard_stop, limits, identity_key))

// Prices per million tokens in micro-units; `free` rows cost nothing and are not unpriced.
struct price_row {
    std::string id;
    std::string provider;
    std::string model;
    std::string currency;
    std::int64_t in = 0;
    std::int64_t cached = 0;
    std::int64_t out = 0;
};
BOOST_DESCRIBE_STRUCT(price_row, (), (id, provider, model, currency, in, cached, out))

struct widget_view {
    std::string id; // wgt_…
    std::string project;
    std::string public_key; // text of the key: public by nature
};
BOOST_DESCRIBE_STRUCT(widget_view, (), (id, project, public_key))

struct snapshot {
    std::uint64_t version = 0;
    instant built_at;
    std::vector<project_view> projects;
    std::vector<key_view> keys;
    std::vector<provider_view> providers;
    std::vector<variant_view> variants;
    std::vector<price_row> prices;
    std::vector<widget_view> widgets;

    [[nodiscard]] const project_view* project(std::string_view id) const;
    [[nodiscard]] const key_view* key(const hash32& hash) const;
    [[nodiscard]] const provider_view* provider(std::string_view id) const;
    [[nodiscard]] const variant_view* variant(const hash32& hash) const;
    // By at least 12 leading hex digits; none if unknown or ambiguous.
    [[nodiscard]] const variant_view* variant_by_prefix(std::string_view hex) const;
    [[nodiscard]] const price_row* price(std::string_view provider, std::string_view model) const;
    [[nodiscard]] const widget_view* widget(std::string_view id) const;
};
BOOST_DESCRIBE_STRUCT(snapshot, (),
                      (version, built_at, projects, keys, providers, variants, prices, widgets))

// What must hold of every snapshot: audiences within the cap of their phase (sandbox: none to the
// public; pilot: groups, and at most 30 % of visitors; rollout: below 100 %; production: all),
// known variants and providers, buckets in range. A snapshot that fails is refused whole; the old
// one stays. Errors: policy.snapshot.invalid with all faults.
[[nodiscard]] status validate(const snapshot& s);

// The cap itself, in 0.01 % steps of the public; also asked when a grant is made.
[[nodiscard]] std::int64_t public_cap_basis(std::string_view phase);

// File form: one line of MAC, then JSON. A file with a wrong MAC is not read.
// Errors: policy.snapshot.mac, policy.snapshot.unreadable.
[[nodiscard]] std::string to_file(const snapshot& s, const key32& mac_key);
[[nodiscard]] result<snapshot> from_file(std::string_view bytes, const key32& mac_key);

// The current snapshot. publish() returns once every later current() sees the new one.
class snapshot_board {
  public:
    [[nodiscard]] std::shared_ptr<const snapshot> current() const {
        return current_.load(std::memory_order_acquire);
    }
    void publish(std::shared_ptr<const snapshot> next) {
        current_.store(std::move(next), std::memory_order_release);
    }

  private:
    std::atomic<std::shared_ptr<const snapshot>> current_;
};

} // namespace servery::policy
