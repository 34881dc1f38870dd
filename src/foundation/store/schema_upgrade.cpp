#include "foundation/base/log.h"
#include "foundation/store/event_writer.h"

#include <algorithm>

namespace servery::store {
namespace {

constexpr std::string_view copy_prefix = "schema-";

// The file that the copy is in.
result<std::filesystem::path> keep_copy(const database& db, const std::filesystem::path& folder,
                                        std::int64_t version, instant now) {
    const auto backups = folder / "backups";
    std::error_code ec;
    std::filesystem::create_directories(backups, ec);
    const auto copy = backups / (std::string(copy_prefix) + std::to_string(version) + "-" +
                                 std::to_string(now.ms) + ".db");
    auto vacuum = db.prepare("VACUUM INTO ?1");
    if (!vacuum) return std::unexpected(vacuum.error());
    if (!vacuum->bind(1, copy.string()).run())
        return std::unexpected(db.fault("keep a copy before the upgrade"));
    return copy;
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
    std::filesystem::path copy;
    if (version > 0) {
        auto kept = keep_copy(db, folder, version, now);
        if (!kept) return std::unexpected(kept.error());
        copy = std::move(*kept);
    }
    if (auto begun = db.exec("BEGIN IMMEDIATE"); !begun) return begun;
    for (const auto& step : steps) {
        if (step.to <= version) continue;
        auto done = db.exec(step.sql);
        if (done) done = db.exec("PRAGMA user_version=" + std::to_string(step.to));
        if (done) continue;
        if (auto undone = db.exec("ROLLBACK"); !undone) return undone;
        return done;
    }
    if (auto done = db.exec("COMMIT"); !done) return done;
    if (version > 0)
        log::info("store.schema.upgraded",
                  {{"from", version}, {"to", newest}, {"copy", copy.string()}});
    return {};
}

result<schema_state> read_schema(const std::filesystem::path& folder) {
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    const auto version = db->integer("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    schema_state out{
        .version = version->value_or(0), .newest = current_schema().back().to, .copies = {}};
    std::error_code ignored;
    for (const auto& file : std::filesystem::directory_iterator(folder / "backups", ignored))
        if (file.path().filename().string().starts_with(copy_prefix))
            out.copies.push_back(file.path());
    std::ranges::sort(out.copies);
    return out;
}

} // namespace servery::store
