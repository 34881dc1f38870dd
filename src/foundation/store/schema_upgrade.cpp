#include "foundation/store/event_writer.h"

namespace servery::store {
namespace {

status keep_copy(const database& db, const std::filesystem::path& folder, std::int64_t version,
                 instant now) {
    const auto backups = folder / "backups";
    std::error_code ec;
    std::filesystem::create_directories(backups, ec);
    const auto copy =
        backups / ("schema-" + std::to_string(version) + "-" + std::to_string(now.ms) + ".db");
    auto vacuum = db.prepare("VACUUM INTO ?1");
    if (!vacuum) return std::unexpected(vacuum.error());
    if (!vacuum->bind(1, copy.string()).run())
        return std::unexpected(db.fault("keep a copy before the upgrade"));
    return {};
}

} // namespace

status bring_up_to_date(database& db, const std::filesystem::path& folder,
                        std::span<const schema_step> steps, instant now) {
    const auto stored = db.integer("PRAGMA user_version");
    if (!stored) return std::unexpected(stored.error());
    const auto version = stored->value_or(0);
    const auto newest = steps.empty() ? 0 : steps.back().to;
    if (version == newest) return {};
    if (version > newest)
        return fail(error_code::unavailable, "store.schema.newer",
                    "the data folder was written by a newer Servery (schema " +
                        std::to_string(version) + ", this program knows " + std::to_string(newest) +
                        ")",
                    db.file().string(), "start the newer version, or restore an older backup");
    if (version > 0)
        if (auto kept = keep_copy(db, folder, version, now); !kept) return kept;
    if (auto begun = db.exec("BEGIN IMMEDIATE"); !begun) return begun;
    for (const auto& step : steps) {
        if (step.to <= version) continue;
        auto done = db.exec(step.sql);
        if (done) done = db.exec("PRAGMA user_version=" + std::to_string(step.to));
        if (done) continue;
        if (auto undone = db.exec("ROLLBACK"); !undone) return undone;
        return done;
    }
    return db.exec("COMMIT");
}

} // namespace servery::store
