#include "foundation/store/erasing.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <tuple>

namespace servery::store {
namespace {

// A reader that replays the log holds the write-ahead log for a moment.
constexpr int most_tries = 20;
constexpr std::chrono::milliseconds between_tries{100};

// In one transaction, rolled back when the work fails.
template <typename Work>
status in_transaction(database& db, Work work) {
    if (auto begun = db.exec("BEGIN IMMEDIATE"); !begun) return begun;
    status done = work();
    if (done) done = db.exec("COMMIT");
    if (!done) std::ignore = db.exec("ROLLBACK");
    return done;
}

struct exchange_row {
    std::int64_t seq = 0;
    hash16 conversation{};
    json::object body;
};

std::optional<hash16> hash_in(const json::object& body, std::string_view member) {
    const auto bytes = from_hex(json::text_or(body, member));
    hash16 out{};
    if (!bytes || bytes->size() != out.size()) return {};
    std::ranges::copy(*bytes, out.begin());
    return out;
}

void drop_texts(json::object& body) {
    body.erase("question");
    body.erase("answer");
}

// What an exchange row says afterwards; false: it is not concerned.
bool rewrite(exchange_row& row, const erasure& what) {
    bool concerned = false;
    if (const auto visitor = hash_in(row.body, "visitor"))
        if (const auto at = what.replaced.find(*visitor); at != what.replaced.end()) {
            row.body["visitor"] = to_hex(at->second);
            concerned = true;
        }
    if (const auto at = what.replaced.find(row.conversation); at != what.replaced.end()) {
        row.conversation = at->second;
        concerned = true;
    }
    if (!concerned) return false;
    if (row.body.contains("conversation")) row.body["conversation"] = to_hex(row.conversation);
    row.body.erase("conversation_id");
    drop_texts(row.body);
    return true;
}

exchange_row read_row(const statement& from) {
    exchange_row row{.seq = from.integer(0), .conversation = {}, .body = {}};
    const auto blob = from.blob(1);
    if (blob.size() == row.conversation.size()) std::ranges::copy(blob, row.conversation.begin());
    if (auto parsed = json::parse(from.text(2), {.bytes = 256'000'000, .depth = 128}))
        if (parsed->is_object()) row.body = std::move(parsed->get_object());
    return row;
}

result<std::vector<exchange_row>> concerned_rows(database& db, const erasure& what) {
    std::vector<exchange_row> out;
    auto all = db.prepare("SELECT seq, conversation, body FROM exchange");
    if (!all) return std::unexpected(all.error());
    auto step = step_result::done;
    while (!what.replaced.empty() && (step = all->step()) == step_result::row) {
        auto row = read_row(*all);
        if (rewrite(row, what)) out.push_back(std::move(row));
    }
    if (step == step_result::failed) return std::unexpected(db.fault("read exchanges"));
    for (const auto& cut : what.cuts) {
        auto old =
            db.prepare("SELECT seq, conversation, body FROM exchange "
                       "WHERE project = ?1 AND at < ?2 AND "
                       "(instr(body, '\"question\":') > 0 OR instr(body, '\"answer\":') > 0)");
        if (!old) return std::unexpected(old.error());
        old->bind(1, cut.project).bind(2, cut.before.ms);
        while ((step = old->step()) == step_result::row) {
            auto row = read_row(*old);
            const auto phase = json::text_or(row.body, "phase", "sandbox");
            if ((phase.empty() ? "sandbox" : phase) != cut.phase) continue;
            drop_texts(row.body);
            out.push_back(std::move(row));
        }
        if (step == step_result::failed) return std::unexpected(db.fault("read exchanges"));
    }
    return out;
}

} // namespace

status erase_rows(database& db, const erasure& what, erasure_counts& counts) {
    auto update = db.prepare("UPDATE event SET body = ?2, "
                             "actor_id = CASE actor_kind WHEN 'visitor' THEN '' ELSE actor_id END "
                             "WHERE seq = ?1");
    if (!update) return std::unexpected(update.error());
    auto remove = db.prepare("DELETE FROM audit_detail WHERE seq = ?1");
    if (!remove) return std::unexpected(remove.error());
    auto forget = db.prepare("DELETE FROM vault WHERE conversation = ?1");
    if (!forget) return std::unexpected(forget.error());
    erasure_counts done;
    auto written = in_transaction(db, [&]() -> status {
        for (const auto& [seq, body] : what.bodies) {
            const auto text = json::write(body);
            if (!update->bind(1, seq).bind(2, text).run())
                return std::unexpected(db.fault("blank a row"));
            done.events += db.changes();
        }
        for (const auto number : what.details) {
            if (!remove->bind(1, number).run()) return std::unexpected(db.fault("delete a detail"));
            done.details += db.changes();
        }
        for (const auto& [from, to] : what.replaced) {
            if (!forget->bind(1, bytes_view(from)).run())
                return std::unexpected(db.fault("forget placeholders"));
            done.vault += db.changes();
        }
        // Nobody can tell whose texts a kept answer holds: all of them go.
        if (!what.replaced.empty())
            if (auto gone = db.exec("DELETE FROM answer"); !gone) return gone;
        return {};
    });
    if (!written) return written;
    counts.events += done.events;
    counts.details += done.details;
    counts.vault += done.vault;
    return {};
}

status erase_exchanges(database& db, const erasure& what, erasure_counts& counts) {
    auto rows = concerned_rows(db, what);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return {};
    auto update = db.prepare("UPDATE exchange SET conversation = ?2, body = ?3 WHERE seq = ?1");
    if (!update) return std::unexpected(update.error());
    auto written = in_transaction(db, [&]() -> status {
        for (const auto& row : *rows) {
            const auto text = json::write(row.body);
            if (!update->bind(1, row.seq).bind(2, bytes_view(row.conversation)).bind(3, text).run())
                return std::unexpected(db.fault("blank an exchange"));
        }
        return {};
    });
    if (!written) return written;
    counts.exchanges += static_cast<std::int64_t>(rows->size());
    return {};
}

status compact(database& db, bool& emptied) {
    // Never into a temporary file: that would be one more copy on the disk.
    if (auto done = db.exec("PRAGMA temp_store=MEMORY; VACUUM"); !done) return done;
    for (int tries = 0; tries < most_tries; ++tries) {
        const auto busy = db.integer("PRAGMA wal_checkpoint(TRUNCATE)");
        if (busy && busy->value_or(1) == 0) return {};
        std::this_thread::sleep_for(between_tries);
    }
    emptied = false;
    return {};
}

} // namespace servery::store
