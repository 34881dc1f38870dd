#include "foundation/store/reader.h"

#include "foundation/store/rows.h"

#include <algorithm>
#include <ranges>

namespace servery::store {
namespace {

// One table of the log, read in the order of seq.
class log_source {
  public:
    enum class table { event, audit, exchange };
    // Opens its own connection. Errors: store.unreadable.
    [[nodiscard]] static result<log_source> open(const std::filesystem::path& file, table which,
                                                 std::int64_t from_seq) {
        log_source out;
        out.which_ = which;
        auto db = database::open(file, access::read);
        if (!db) return std::unexpected(db.error());
        out.db_ = std::make_unique<database>(std::move(*db));
        auto rows = out.db_->prepare(sql(which));
        if (!rows) return std::unexpected(rows.error());
        out.rows_ = std::move(*rows);
        out.rows_.bind(1, from_seq);
        if (auto moved = out.advance(); !moved) return std::unexpected(moved.error());
        return out;
    }

    [[nodiscard]] bool at_end() const { return at_end_; }
    [[nodiscard]] std::int64_t seq() const { return seq_; }
    [[nodiscard]] table which() const { return which_; }
    [[nodiscard]] const statement& row() const { return rows_; }

    [[nodiscard]] status advance() {
        switch (rows_.step()) {
        case step_result::row:
            seq_ = rows_.integer(0);
            return {};
        case step_result::done:
            at_end_ = true;
            return {};
        case step_result::failed:
            break;
        }
        return std::unexpected(db_->fault("read the log"));
    }

  private:
    static std::string sql(table which) {
        switch (which) {
        case table::event:
            return std::string(select_event_sql);
        case table::audit:
            return std::string(select_audit_events_sql);
        case table::exchange:
            break;
        }
        return std::string(exchange_columns) + "WHERE seq >= ?1 ORDER BY seq";
    }

    std::unique_ptr<database> db_;
    statement rows_;
    table which_ = table::event;
    std::int64_t seq_ = 0;
    bool at_end_ = false;
};

bool has_table(const database& db, std::string_view name) {
    const auto n =
        db.integer("SELECT count(*) FROM sqlite_schema WHERE name = '" + std::string(name) + "'");
    return n && n->value_or(0) > 0;
}

result<std::vector<log_source>> open_sources(const std::filesystem::path& folder,
                                             std::int64_t from_seq, bool with_exchanges) {
    std::vector<log_source> out;
    using enum log_source::table;
    for (const auto which : {event, audit}) {
        auto source = log_source::open(folder / "servery.db", which, from_seq);
        if (!source) return std::unexpected(source.error());
        out.push_back(std::move(*source));
    }
    if (!with_exchanges) return out;
    for (const auto& file : exchange_files(folder)) {
        auto db = database::open(file, access::read);
        if (!db) return std::unexpected(db.error());
        if (!has_table(*db, "exchange")) continue; // a crash came before its first row
        auto source = log_source::open(file, exchange, from_seq);
        if (!source) return std::unexpected(source.error());
        out.push_back(std::move(*source));
    }
    return out;
}

// The smallest text that is larger than every text that begins with `prefix`.
std::string after_prefix(std::string prefix) {
    prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

} // namespace

status replay_log(const std::filesystem::path& folder, std::int64_t from_seq,
                  const std::function<void(events::event&&)>& on_event,
                  const std::function<void(events::exchange&&)>& on_exchange) {
    auto sources = open_sources(folder, from_seq, static_cast<bool>(on_exchange));
    if (!sources) return std::unexpected(sources.error());
    std::erase_if(*sources, [](const log_source& s) { return s.at_end(); });
    body_reader bodies;
    exchange_body_reader exchange_bodies;
    while (!sources->empty()) {
        auto& next = *std::ranges::min_element(*sources, {}, &log_source::seq);
        switch (next.which()) {
        case log_source::table::event:
            on_event(read_event(next.row(), bodies));
            break;
        case log_source::table::audit:
            on_event(read_audit_event(next.row(), bodies));
            break;
        case log_source::table::exchange:
            on_exchange(read_exchange(next.row(), exchange_bodies));
            break;
        }
        if (auto moved = next.advance(); !moved) return moved;
        if (next.at_end()) std::erase_if(*sources, [](const log_source& s) { return s.at_end(); });
    }
    return {};
}

result<std::vector<audit_row>> list_audit(const std::filesystem::path& folder,
                                          const audit_filter& filter) {
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    const bool prefix = filter.kind.ends_with('.');
    auto query = db->prepare(
        std::string(audit_columns) +
        "WHERE (?1 = '' OR a.project = ?1) AND (?2 = '' OR (a.kind >= ?2 AND a.kind < ?3)) "
        "AND (?4 = '' OR a.actor_id = ?4) AND (?5 = '' OR a.object_type = ?5) "
        "AND (?6 = '' OR a.object_id = ?6) AND a.at >= ?7 AND (?8 = 0 OR a.seq < ?8) "
        "ORDER BY a.seq DESC LIMIT ?9");
    if (!query) return std::unexpected(query.error());
    const auto kind_end = filter.kind.empty() ? std::string()
                          : prefix            ? after_prefix(filter.kind)
                                              : filter.kind + '\x01';
    query->bind(1, filter.project).bind(2, filter.kind).bind(3, kind_end).bind(4, filter.actor);
    query->bind(5, filter.object_type).bind(6, filter.object_id);
    query->bind(7, filter.from ? filter.from->ms : std::numeric_limits<std::int64_t>::min());
    query->bind(8, filter.before).bind(9, filter.limit);
    std::vector<audit_row> out;
    body_reader bodies;
    for (;;) {
        const auto step = query->step();
        if (step == step_result::failed) return std::unexpected(db->fault("list audit rows"));
        if (step == step_result::done) return out;
        auto row = read_audit(*query);
        if (!query->is_null(column_json))
            row.detail = body_of_detail(query->text(column_json), bodies);
        out.push_back(std::move(row));
    }
}

result<std::vector<events::exchange>> list_exchanges(const std::filesystem::path& folder,
                                                     const exchange_filter& filter) {
    std::vector<events::exchange> out;
    exchange_body_reader bodies;
    for (const auto& file : exchange_files(folder) | std::views::reverse) {
        const auto missing = filter.limit - static_cast<std::int64_t>(out.size());
        if (missing <= 0) break;
        auto db = database::open(file, access::read);
        if (!db) return std::unexpected(db.error());
        if (!has_table(*db, "exchange")) continue;
        auto query =
            db->prepare(std::string(exchange_columns) +
                        "WHERE (?1 = '' OR project = ?1) AND (?2 IS NULL OR conversation = ?2) "
                        "AND (?3 = '' OR environment = ?3) AND (?4 = 0 OR seq < ?4) "
                        "ORDER BY seq DESC LIMIT ?5");
        if (!query) return std::unexpected(query.error());
        query->bind(1, filter.project);
        if (filter.conversation) query->bind(2, bytes_view(*filter.conversation));
        query->bind(3, filter.env ? json::enum_word(*filter.env) : std::string_view{});
        query->bind(4, filter.before).bind(5, missing);
        for (;;) {
            const auto step = query->step();
            if (step == step_result::failed) return std::unexpected(db->fault("list exchanges"));
            if (step == step_result::done) break;
            out.push_back(read_exchange(*query, bodies));
        }
    }
    return out;
}

result<std::optional<events::exchange>> find_exchange(const std::filesystem::path& folder,
                                                      std::string_view exchange_id) {
    exchange_body_reader bodies;
    for (const auto& file : exchange_files(folder) | std::views::reverse) {
        auto db = database::open(file, access::read);
        if (!db) return std::unexpected(db.error());
        if (!has_table(*db, "exchange")) continue;
        auto query = db->prepare(std::string(exchange_columns) +
                                 "WHERE exchange_id = ?1 AND exchange_id <> ''");
        if (!query) return std::unexpected(query.error());
        query->bind(1, exchange_id);
        switch (query->step()) {
        case step_result::row:
            return read_exchange(*query, bodies);
        case step_result::done:
            continue;
        case step_result::failed:
            return std::unexpected(db->fault("find an exchange"));
        }
    }
    return std::nullopt;
}

} // namespace servery::store
