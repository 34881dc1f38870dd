#include "foundation/store/backup.h"

#include "foundation/store/audit_chain.h"
#include "foundation/store/rows.h"
#include "foundation/store/schema.h"
#include "foundation/store/sqlite.h"

#include <sodium.h>
#include <sqlite3.h>

#include <array>
#include <fstream>

namespace servery::store {
namespace {

namespace fs = std::filesystem;

// What belongs to a backup besides the databases, if it is there.
constexpr std::array<std::string_view, 4> other_files = {"keys.sealed", "policy.snapshot",
                                                         "kill_board", "audit/checkpoints.jsonl"};

status empty_target(const fs::path& to) {
    std::error_code ec;
    if (fs::exists(to, ec) && !fs::is_empty(to, ec))
        return fail(error_code::conflict, "backup.target.not_empty", "the folder is not empty",
                    to.string(), "name an empty or a new folder");
    fs::create_directories(to, ec);
    if (ec)
        return fail(error_code::unavailable, "backup.target.unwritable",
                    "the folder cannot be made: " + ec.message(), to.string(),
                    "check the path and its permissions");
    return {};
}

status unwritable(const fs::path& file, std::string why) {
    return fail(error_code::unavailable, "backup.target.unwritable",
                "the file cannot be written: " + std::move(why), file.string(),
                "check the folder's permissions and free space");
}

result<backup_file> describe(const fs::path& folder, const std::string& name) {
    std::ifstream in(folder / name, std::ios::binary);
    if (!in)
        return fail(error_code::not_found, "backup.file.missing", "a file of the backup is missing",
                    (folder / name).string(), "take another backup");
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, 32);
    backup_file out{.name = name, .bytes = 0, .hash = {}};
    std::vector<char> block(1 << 16);
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
        crypto_generichash_update(&state, reinterpret_cast<const std::uint8_t*>(block.data()),
                                  static_cast<std::uint64_t>(in.gcount()));
        out.bytes += in.gcount();
    }
    hash32 digest{};
    crypto_generichash_final(&state, digest.data(), digest.size());
    out.hash = to_hex(digest);
    return out;
}

// A copy of a database that may be written to meanwhile.
status copy_database(const fs::path& from, const fs::path& to) {
    auto source = database::open(from, access::read);
    if (!source) return std::unexpected(source.error());
    sqlite3* target = nullptr;
    sqlite3_open_v2(to.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    auto* copying = sqlite3_backup_init(target, "main", source->raw(), "main");
    const int code = copying == nullptr ? SQLITE_ERROR : sqlite3_backup_step(copying, -1);
    sqlite3_backup_finish(copying);
    const std::string why = sqlite3_errmsg(target);
    // A backup is read on its own: no write-ahead log beside it.
    if (code == SQLITE_DONE)
        sqlite3_exec(target, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    sqlite3_close_v2(target);
    if (code != SQLITE_DONE) return unwritable(to, why);
    return {};
}

result<std::string> meta_value(const database& db, std::string_view key) {
    auto query = db.prepare("SELECT value FROM meta WHERE key = ?1");
    if (!query) return std::unexpected(query.error());
    query->bind(1, key);
    return query->step() == step_result::row ? std::string(query->text(0)) : std::string();
}

// Numbers of the copy itself, not of the live store.
result<backup_manifest> count(const fs::path& folder) {
    backup_manifest out;
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    const auto number = [&](const database& from, std::string_view sql) {
        const auto n = from.integer(sql);
        return n ? n->value_or(0) : std::int64_t{0};
    };
    out.schema = number(*db, "PRAGMA user_version");
    out.n_events = number(*db, "SELECT count(*) FROM event");
    out.n_audit = number(*db, "SELECT count(*) FROM audit");
    out.last_seq = std::max(number(*db, "SELECT max(seq) FROM event"),
                            number(*db, "SELECT max(log_seq) FROM audit"));
    auto installation = meta_value(*db, "installation");
    if (!installation) return std::unexpected(installation.error());
    out.installation = std::move(*installation);
    auto last = db->prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (!last) return std::unexpected(last.error());
    if (last->step() == step_result::row) {
        out.chain_seq = last->integer(0);
        out.chain_hash = to_hex(last->blob(1));
    }
    for (const auto& file : exchange_files(folder)) {
        auto month = database::open(file, access::read);
        if (!month) return std::unexpected(month.error());
        out.n_exchanges += number(*month, "SELECT count(*) FROM exchange");
        out.last_seq = std::max(out.last_seq, number(*month, "SELECT max(seq) FROM exchange"));
    }
    return out;
}

result<backup_manifest> read_manifest(const fs::path& from) {
    std::ifstream in(from / "manifest.json");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    auto parsed = json::parse(text);
    auto manifest = parsed ? json::from_json<backup_manifest>(*parsed, json::unknown::ignore)
                           : result<backup_manifest>(std::unexpected(parsed.error()));
    if (!in || !manifest)
        return fail(error_code::unprocessable, "backup.manifest.unreadable",
                    "this is not a backup of Servery: its manifest cannot be read",
                    (from / "manifest.json").string(), "name the folder that holds manifest.json");
    return manifest;
}

status check_integrity(const fs::path& file) {
    auto db = database::open(file, access::read);
    if (!db) return std::unexpected(db.error());
    auto check = db->prepare("PRAGMA integrity_check");
    if (check && check->step() == step_result::row && check->text(0) == "ok") return {};
    return fail(error_code::unprocessable, "backup.database.damaged",
                "the database of the backup is damaged: " +
                    (check ? std::string(check->text(0)) : check.error().message),
                file.string(), "take another backup");
}

status place_copy(const fs::path& from, const fs::path& to) {
    std::error_code ec;
    fs::create_directories(to.parent_path(), ec);
    fs::copy_file(from, to, ec);
    if (ec) return unwritable(to, ec.message());
    return {};
}

} // namespace

result<backup_manifest> make_backup(const fs::path& folder, const fs::path& to, instant at) {
    if (auto ready = empty_target(to); !ready) return std::unexpected(ready.error());
    std::vector<std::string> names;
    for (const auto& name : other_files) {
        std::error_code ec;
        if (!fs::exists(folder / name, ec)) continue;
        if (auto done = place_copy(folder / name, to / name); !done)
            return std::unexpected(done.error());
        names.emplace_back(name);
    }
    std::vector<fs::path> databases = exchange_files(folder);
    // Last, so that no exchange of the copy is newer than its events by more than a round.
    databases.push_back(folder / "servery.db");
    for (const auto& file : databases) {
        const auto name = file.filename().string();
        if (auto done = copy_database(file, to / name); !done) return std::unexpected(done.error());
        names.push_back(name);
    }
    auto manifest = count(to);
    if (!manifest) return manifest;
    manifest->at = at;
    for (const auto& name : names) {
        auto file = describe(to, name);
        if (!file) return std::unexpected(file.error());
        manifest->files.push_back(std::move(*file));
    }
    std::ofstream out(to / "manifest.json");
    out << json::write_pretty(json::to_json(*manifest)) << '\n';
    out.close();
    if (!out) return std::unexpected(unwritable(to / "manifest.json", "no space").error());
    return manifest;
}

result<backup_manifest> verify_backup(const fs::path& from) {
    auto manifest = read_manifest(from);
    if (!manifest) return manifest;
    if (manifest->schema > current_schema().back().to)
        return fail(error_code::unprocessable, "backup.schema.newer",
                    "the backup was made by a newer Servery (schema " +
                        std::to_string(manifest->schema) + ")",
                    from.string(), "restore it with that version");
    for (const auto& stated : manifest->files) {
        auto file = describe(from, stated.name);
        if (!file) return std::unexpected(file.error());
        if (file->hash != stated.hash)
            return fail(error_code::unprocessable, "backup.file.changed",
                        "a file of the backup is not the one that was written",
                        (from / stated.name).string(), "take another backup");
        if (!stated.name.ends_with(".db")) continue;
        if (auto good = check_integrity(from / stated.name); !good)
            return std::unexpected(good.error());
    }
    // The checkpoints were copied before the database, so the chain reaches at least as far.
    const auto chain = verify_audit(from, nullptr);
    if (!chain) return std::unexpected(chain.error());
    if (!chain->ok || chain->last_seq != manifest->chain_seq ||
        (chain->last_seq > 0 && chain->last_hash != manifest->chain_hash))
        return fail(error_code::unprocessable, "backup.chain.broken",
                    "the audit chain of the backup is broken: " +
                        (chain->ok ? "it is not the one of the manifest" : chain->why),
                    from.string() + ", audit row " + std::to_string(chain->bad_seq),
                    "take another backup");
    return manifest;
}

result<backup_manifest> restore_backup(const fs::path& from, const fs::path& into) {
    auto manifest = verify_backup(from);
    if (!manifest) return manifest;
    if (auto ready = empty_target(into); !ready) return std::unexpected(ready.error());
    for (const auto& file : manifest->files)
        if (auto done = place_copy(from / file.name, into / file.name); !done)
            return std::unexpected(done.error());
    auto db = database::open(into / "servery.db", access::write);
    if (!db) return std::unexpected(db.error());
    const store_restored what{.backup = to_rfc3339(manifest->at), .last_seq = manifest->last_seq};
    auto mark = db->prepare("INSERT INTO meta VALUES ('restored', ?1) "
                            "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    if (!mark) return std::unexpected(mark.error());
    if (!mark->bind(1, json::write(json::to_json(what))).run())
        return std::unexpected(db->fault("note the restore"));
    return manifest;
}

} // namespace servery::store
