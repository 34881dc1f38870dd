#include "foundation/store/sqlite.h"

#include <sqlite3.h>

namespace servery::store {
namespace {

// Readers wait a moment for a checkpoint; the writer meets a lock only of a foreign program.
constexpr int busy_wait_ms = 200;

} // namespace

void statement::finalize::operator()(sqlite3_stmt* raw) const noexcept {
    sqlite3_finalize(raw);
}
void database::close::operator()(sqlite3* raw) const noexcept {
    sqlite3_close_v2(raw);
}

statement& statement::bind(int at, std::int64_t value) {
    sqlite3_bind_int64(raw_.get(), at, value);
    return *this;
}

statement& statement::bind(int at, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    sqlite3_bind_text64(raw_.get(), at, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

statement& statement::bind(int at, bytes_view blob) {
    sqlite3_bind_blob64(raw_.get(), at, blob.data(), blob.size(), SQLITE_TRANSIENT);
    return *this;
}

step_result statement::step() {
    switch (sqlite3_step(raw_.get())) {
    case SQLITE_ROW:
        return step_result::row;
    case SQLITE_DONE:
        return step_result::done;
    default:
        return step_result::failed;
    }
}

bool statement::run() {
    const bool good = step() == step_result::done;
    reset();
    return good;
}

void statement::reset() {
    sqlite3_reset(raw_.get());
    sqlite3_clear_bindings(raw_.get());
}

std::int64_t statement::integer(int column) const {
    return sqlite3_column_int64(raw_.get(), column);
}

std::string_view statement::text(int column) const {
    const auto* data = sqlite3_column_text(raw_.get(), column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column))};
}

bytes_view statement::blob(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw_.get(), column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column))};
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(raw_.get(), column) == SQLITE_NULL;
}

result<database> database::open(const std::filesystem::path& file, access how) {
    database out;
    out.file_ = file;
    sqlite3* raw = nullptr;
    const int flags =
        how == access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    out.raw_.reset(raw);
    if (code != SQLITE_OK) return std::unexpected(out.fault("open"));
    sqlite3_busy_timeout(raw, busy_wait_ms);
    if (auto set = out.exec("PRAGMA trusted_schema=OFF"); !set) return std::unexpected(set.error());
    if (how == access::read) return out;
    if (auto set = out.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "PRAGMA secure_delete=ON");
        !set)
        return std::unexpected(set.error());
    return out;
}

status database::exec(const std::string& sql) {
    if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(fault("run a statement"));
}

result<statement> database::prepare(std::string_view sql) const {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
        return std::unexpected(fault("prepare a statement"));
    return statement(made);
}

result<std::optional<std::int64_t>> database::integer(std::string_view sql) const {
    auto query = prepare(sql);
    if (!query) return std::unexpected(query.error());
    switch (query->step()) {
    case step_result::row:
        if (query->is_null(0)) return std::nullopt;
        return query->integer(0);
    case step_result::done:
        return std::nullopt;
    case step_result::failed:
        break;
    }
    return std::unexpected(fault("read"));
}

int database::changes() const {
    return sqlite3_changes(raw_.get());
}

std::string database::last_fault() const {
    return raw_ ? sqlite3_errmsg(raw_.get()) : "out of memory";
}

error database::fault(std::string_view doing) const {
    return error{.code = error_code::unavailable,
                 .id = "store.unreadable",
                 .message = "the database would not " + std::string(doing) + ": " + last_fault(),
                 .where = file_.string(),
                 .remedy = "check the disk and the file's permissions; restore a backup if the "
                           "file is damaged",
                 .origin = error_origin::internal,
                 .retry = true};
}

} // namespace servery::store
