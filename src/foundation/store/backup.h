// Plain backups of a data folder: a directory with a copy of each database (made by SQLite's backup
// calls, never a file copy of a live one), the other files that belong to it, and manifest.json.
// The master key is never in a backup. Thread: any; they block.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/result.h"
#include "foundation/events/event.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace servery::store {

struct backup_file {
    std::string name; // path below the backup
    std::int64_t bytes = 0;
    std::string hash; // BLAKE2b-256, hex
};
BOOST_DESCRIBE_STRUCT(backup_file, (), (name, bytes, hash))

struct backup_manifest {
    std::int64_t version = 1;
    std::int64_t schema = 0;
    std::string installation;
    instant at;
    std::int64_t last_seq = 0;
    std::int64_t chain_seq = 0;
    std::string chain_hash;
    std::int64_t n_events = 0;
    std::int64_t n_audit = 0;
    std::int64_t n_exchanges = 0;
    std::vector<backup_file> files;
};
BOOST_DESCRIBE_STRUCT(backup_manifest, (),
                      (version, schema, installation, at, last_seq, chain_seq, chain_hash, n_events,
                       n_audit, n_exchanges, files))

// The first audit row after a restore; who issues grants suspends them when it sees it.
struct store_restored {
    static constexpr std::string_view kind = "store.restored";
    static constexpr events::record_class cls = events::record_class::audit;
    std::string backup; // time of the backup
    std::int64_t last_seq = 0;
};
BOOST_DESCRIBE_STRUCT(store_restored, (), (backup, last_seq))

// `to` must be empty or absent. Works beside a running server.
// Errors: backup.target.not_empty, backup.target.unwritable, store.unreadable.
[[nodiscard]] result<backup_manifest> make_backup(const std::filesystem::path& folder,
                                                  const std::filesystem::path& to, instant at);

// Hashes, SQLite's integrity check, and the audit chain against the manifest.
// Errors: backup.manifest.unreadable, backup.file.missing, backup.file.changed,
// backup.database.damaged, backup.chain.broken, backup.schema.newer.
[[nodiscard]] result<backup_manifest> verify_backup(const std::filesystem::path& from);

// `into` must be empty or absent; the backup is verified first. The next open() writes the audit
// row `store.restored`. Errors: backup.target.not_empty and those of verify_backup.
[[nodiscard]] result<backup_manifest> restore_backup(const std::filesystem::path& from,
                                                     const std::filesystem::path& into);

} // namespace servery::store
