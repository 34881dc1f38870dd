#include "foundation/store/event_writer.h"

#include "foundation/base/ids.h"
#include "foundation/store/erasing.h"
#include "foundation/store/rows.h"

#include <algorithm>
#include <charconv>

namespace servery::store {
namespace {

constexpr std::string_view key_installation = "installation";
constexpr std::string_view key_spool = "spool";
constexpr std::string_view key_restored = "restored";

std::string to_text(spool_mark mark) {
    return std::to_string(mark.generation) + ':' + std::to_string(mark.end);
}

spool_mark mark_from(std::string_view text) {
    spool_mark mark;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return mark;
    std::from_chars(text.data(), text.data() + colon, mark.generation);
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), mark.end);
    return mark;
}

} // namespace

result<event_writer> event_writer::open(const options& with, const key32& salt_key) {
    event_writer out;
    auto db = database::open(with.folder / "servery.db", access::write);
    if (!db) return std::unexpected(db.error());
    out.db_ = std::move(*db);
    out.salt_key_ = salt_key;
    if (auto good = bring_up_to_date(out.db_, with.folder, with.schema, with.now->now()); !good)
        return std::unexpected(good.error());
    const std::pair<statement*, std::string_view> statements[] = {
        {&out.insert_event_, insert_event_sql},
        {&out.insert_audit_row_, insert_audit_sql},
        {&out.insert_detail_, insert_detail_sql},
        {&out.put_meta_, "INSERT INTO meta VALUES (?1,?2) "
                         "ON CONFLICT (key) DO UPDATE SET value = excluded.value"},
    };
    for (const auto& [place, sql] : statements) {
        auto made = out.db_.prepare(sql);
        if (!made) return std::unexpected(made.error());
        *place = std::move(*made);
    }
    auto vault = vault_table::open(out.db_);
    if (!vault) return std::unexpected(vault.error());
    out.vault_ = std::move(*vault);
    auto answers = answer_table::open(out.db_);
    if (!answers) return std::unexpected(answers.error());
    out.answers_ = std::move(*answers);
    if (!out.drop_expired(with.now->now()))
        return std::unexpected(out.db_.fault("delete what is over"));
    if (auto good = out.load(with); !good) return std::unexpected(good.error());
    return out;
}

status event_writer::load(const options& with) {
    auto installation = meta(key_installation);
    if (!installation) return std::unexpected(installation.error());
    installation_ = std::move(*installation);
    if (installation_.empty()) {
        installation_ = with.installation.empty() ? make_id("in", with.now->now(), *with.random)
                                                  : with.installation;
        if (auto set = set_meta(key_installation, installation_); !set) return set;
    }
    const auto mark = meta(key_spool);
    if (!mark) return std::unexpected(mark.error());
    mark_ = mark_from(*mark);

    head_.hash = first_prev(installation_);
    auto last = db_.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (!last) return std::unexpected(last.error());
    switch (last->step()) {
    case step_result::done:
        return {};
    case step_result::failed:
        return std::unexpected(db_.fault("read the chain"));
    case step_result::row:
        break;
    }
    head_.seq = last->integer(0);
    const auto hash = last->blob(1);
    if (hash.size() == head_.hash.size()) std::ranges::copy(hash, head_.hash.begin());
    return {};
}

result<std::string> event_writer::meta(std::string_view key) const {
    auto query = db_.prepare("SELECT value FROM meta WHERE key = ?1");
    if (!query) return std::unexpected(query.error());
    query->bind(1, key);
    switch (query->step()) {
    case step_result::row:
        return std::string(query->text(0));
    case step_result::done:
        return std::string();
    case step_result::failed:
        break;
    }
    return std::unexpected(db_.fault("read its settings"));
}

status event_writer::set_meta(std::string_view key, std::string_view value) {
    if (put_meta_.bind(1, key).bind(2, value).run()) return {};
    return std::unexpected(db_.fault("write its settings"));
}

std::string event_writer::restored() const {
    return meta(key_restored).value_or("");
}

status event_writer::forget_restored() {
    return set_meta(key_restored, "");
}

result<std::int64_t> event_writer::last_seq() const {
    const auto events = db_.integer("SELECT max(seq) FROM event");
    if (!events) return std::unexpected(events.error());
    const auto audit = db_.integer("SELECT max(log_seq) FROM audit");
    if (!audit) return std::unexpected(audit.error());
    return std::max(events->value_or(0), audit->value_or(0));
}

bool event_writer::write(std::span<events::event* const> rows, std::span<const vault_row> vault,
                         std::optional<spool_mark> mark, const fault_seam& fault) {
    const auto head = head_;
    const auto refused = [&](std::string_view step) { return fault && fault(step); };
    bool good = !refused("events") && db_.exec("BEGIN IMMEDIATE").has_value();
    for (const auto* row : rows)
        good = good && insert(*row);
    for (const auto& row : vault)
        good = good && vault_.write(row);
    if (good && mark) good = set_meta(key_spool, to_text(*mark)).has_value();
    good = good && !refused("sync") && db_.exec("COMMIT").has_value();
    if (good) {
        if (mark) mark_ = *mark;
        why_.clear();
        return true;
    }
    why_ = db_.last_fault();
    head_ = head;
    // Fails when no transaction was begun, which is as good.
    std::ignore = db_.exec("ROLLBACK");
    return false;
}

bool event_writer::insert(const events::event& e) {
    if (e.cls == events::record_class::audit) return insert_audit(e);
    bind_event(insert_event_, e);
    return insert_event_.run();
}

bool event_writer::insert_audit(const events::event& e) {
    audit_row row;
    row.seq = head_.seq + 1;
    row.log_seq = e.seq;
    row.at = e.at;
    row.kind = e.kind;
    row.by = e.by;
    row.project = e.project;
    row.object_type = e.object_type;
    row.object_id = e.object_id;
    row.phase = e.phase;
    row.outcome = e.refused ? "refused" : "done";
    row.request_id = e.request_id;
    const auto salt = blake2b_256_keyed(
        salt_key_, field_bytes().add_u64(static_cast<std::uint64_t>(row.seq)).view());
    const auto detail = detail_text(e.seq, e.body);
    row.digest = detail_digest(salt, detail);
    row.prev = head_.hash;
    row.hash = chain_hash(row);
    bind_audit(insert_audit_row_, row);
    if (!insert_audit_row_.run()) return false;
    insert_detail_.bind(1, row.seq).bind(2, bytes_view(salt)).bind(3, detail);
    if (!insert_detail_.run()) return false;
    head_ = {row.seq, row.hash};
    return true;
}

status event_writer::keep(const answer_row& row) {
    if (answers_.put(row)) return {};
    return std::unexpected(db_.fault("keep an answer"));
}

status event_writer::erase(const erasure& what, erasure_counts& counts) {
    if (what.bodies.empty() && what.details.empty() && what.replaced.empty()) return {};
    if (auto done = erase_rows(db_, what, counts); !done) return done;
    return compact(db_, counts.logs_emptied);
}

void event_writer::checkpoint_log() {
    std::ignore = db_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace servery::store
