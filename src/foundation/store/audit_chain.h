// The audit chain: each row carries the hash of the one before, so that a flip, a gap or a reorder
// is found; details lie beside it, salted, so that they can be erased while the chain still holds.
//
//   hash   = BLAKE2b-256("servery-audit-1" | prev | fields), each field a u32 big-endian length and
//            its bytes, in the order: seq (u64 big-endian), at (int64 ms, big-endian), kind,
//            actor kind, actor id, project, object type, object id, phase, outcome (done, refused),
//            request id, digest
//   digest = BLAKE2b-256 keyed with the salt (32 bytes) over the detail's JSON text
//   first prev = BLAKE2b-256("servery-audit-1" | installation id)
//
// Thread: pure functions and values; verify_audit opens its own read-only connection.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/key_tree.h"
#include "foundation/base/result.h"
#include "foundation/events/event.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::store {

struct audit_row {
    std::int64_t seq = 0;     // number in the chain, gapless from 1
    std::int64_t log_seq = 0; // place in the log
    instant at;
    std::string kind;
    events::actor by;
    std::string project;
    std::string object_type;
    std::string object_id;
    std::string phase;
    std::string outcome; // done, refused
    std::string request_id;
    hash32 digest{};
    hash32 prev{};
    hash32 hash{};
    std::optional<json::object> detail; // none = erased
};
BOOST_DESCRIBE_STRUCT(audit_row, (),
                      (seq, log_seq, at, kind, by, project, object_type, object_id, phase, outcome,
                       request_id, digest, prev, hash, detail))

[[nodiscard]] hash32 first_prev(std::string_view installation);
[[nodiscard]] hash32 chain_hash(const audit_row& row);
[[nodiscard]] hash32 detail_digest(const hash32& salt, std::string_view json_text);
// The text the digest is taken over: {"log_seq":N,"body":{…}}.
[[nodiscard]] std::string detail_text(std::int64_t log_seq, const json::object& body);

// The kind of the row that names erased details: body {"seqs":[…]} of audit numbers.
inline constexpr std::string_view detail_erased_kind = "audit.detail_erased";

// A signed statement that the chain had this hash at this row.
struct checkpoint {
    std::int64_t seq = 0;
    std::string hash; // hex
    instant at;
    std::string key_id;    // first 12 hex digits of the public key's hash
    std::string signature; // Ed25519, hex
};
BOOST_DESCRIBE_STRUCT(checkpoint, (), (seq, hash, at, key_id, signature))

[[nodiscard]] checkpoint sign_checkpoint(const key_tree& keys, std::int64_t seq, const hash32& hash,
                                         instant at);
[[nodiscard]] bool signature_holds(const key_tree& keys, const checkpoint& point);

// changed: a row's own fields do not give its hash. gap: a number is missing. order: rows are
// there but not in their place. cut: rows that a checkpoint knew are missing at the end. detail: a
// detail is changed, or missing without an erasure. checkpoint: a checkpoint is not signed by this
// installation, or states another hash.
enum class audit_fault { none, changed, gap, order, cut, detail, checkpoint };
BOOST_DESCRIBE_ENUM(audit_fault, none, changed, gap, order, cut, detail, checkpoint)

struct audit_report {
    bool ok = true;
    std::int64_t rows = 0;
    std::int64_t checkpoints = 0;
    std::int64_t last_seq = 0;
    std::string last_hash;
    audit_fault fault = audit_fault::none;
    std::int64_t bad_seq = 0; // first bad number; 0 if ok
    std::string why;          // a sentence for people
};
BOOST_DESCRIBE_STRUCT(audit_report, (),
                      (ok, rows, checkpoints, last_seq, last_hash, fault, bad_seq, why))

struct verify_options {
    std::int64_t from = 1;
    // "" = audit/checkpoints.jsonl of the folder. A file kept elsewhere finds a cut tail.
    std::filesystem::path checkpoints;
};

// Works beside a running server and on a stopped one. keys may be null: then the signatures of the
// checkpoints are not checked, their hashes are. Errors: store.unreadable.
[[nodiscard]] result<audit_report> verify_audit(const std::filesystem::path& folder,
                                                const key_tree* keys, verify_options with = {});

} // namespace servery::store
