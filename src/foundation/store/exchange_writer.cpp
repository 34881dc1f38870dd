#include "foundation/store/exchange_writer.h"

#include "foundation/store/erasing.h"
#include "foundation/store/rows.h"

#include <algorithm>

namespace servery::store {
namespace {

constexpr std::size_t most_open = 3;

} // namespace

exchange_writer::month_file* exchange_writer::file_of(const std::string& month) {
    const auto found = std::ranges::find(open_, month, &month_file::month);
    if (found != open_.end()) {
        open_.splice(open_.begin(), open_, found);
        return &open_.front();
    }
    month_file made{.month = month, .db = {}, .insert = {}};
    auto db = database::open(exchange_file(folder_, month), access::write);
    if (!db) {
        why_ = db.error().message;
        return nullptr;
    }
    made.db = std::move(*db);
    // A row is small, so its pages are written over many times before they are copied from the log.
    constexpr std::string_view seldom_copied = "PRAGMA wal_autocheckpoint=4000";
    if (auto done = made.db.exec(std::string(seldom_copied)); !done) {
        why_ = done.error().message;
        return nullptr;
    }
    if (auto done = made.db.exec(exchange_schema()); !done) {
        why_ = done.error().message;
        return nullptr;
    }
    auto insert = made.db.prepare(insert_exchange_sql);
    if (!insert) {
        why_ = insert.error().message;
        return nullptr;
    }
    made.insert = std::move(*insert);
    open_.push_front(std::move(made));
    if (open_.size() > most_open) open_.pop_back();
    return &open_.front();
}

bool exchange_writer::write(std::span<exchange_slot> slots, const fault_seam& fault) {
    std::map<std::string, std::vector<exchange_slot*>> by_month;
    for (auto& slot : slots)
        by_month[month_of(slot.row->at)].push_back(&slot);
    bool all = true;
    for (auto& [month, rows] : by_month) {
        if (fault && fault("exchanges")) {
            why_ = "a fault was asked for";
            all = false;
            continue;
        }
        auto* file = file_of(month);
        all = file != nullptr && write_month(*file, rows, fault) && all;
    }
    return all;
}

bool exchange_writer::write_month(month_file& file, std::span<exchange_slot*> slots,
                                  const fault_seam& fault) {
    std::vector<row_fate> fates;
    bool good = file.db.exec("BEGIN IMMEDIATE").has_value();
    for (auto* slot : slots) {
        if (!good) break;
        bind_exchange(file.insert, *slot->row);
        good = file.insert.run();
        fates.push_back(file.db.changes() == 0 ? row_fate::repeated : row_fate::written);
    }
    good = good && !(fault && fault("sync")) && file.db.exec("COMMIT").has_value();
    if (!good) {
        why_ = file.db.last_fault();
        std::ignore = file.db.exec("ROLLBACK");
        return false;
    }
    for (std::size_t i = 0; i < slots.size(); ++i)
        slots[i]->fate = fates[i];
    return true;
}

result<std::int64_t> exchange_writer::last_seq() const {
    std::int64_t last = 0;
    for (const auto& file : exchange_files(folder_)) {
        auto db = database::open(file, access::read);
        if (!db) return std::unexpected(db.error());
        const auto seq = db->integer("SELECT max(seq) FROM exchange");
        // A file that was made and not yet filled has no table.
        if (seq) last = std::max(last, seq->value_or(0));
    }
    return last;
}

status exchange_writer::erase(const erasure& what, erasure_counts& counts) {
    if (what.replaced.empty() && what.cuts.empty()) return {};
    for (const auto& file : exchange_files(folder_)) {
        auto db = database::open(file, access::write);
        if (!db) return std::unexpected(db.error());
        const auto before = counts.exchanges;
        if (auto done = erase_exchanges(*db, what, counts); !done) return done;
        if (counts.exchanges == before) continue;
        if (auto done = compact(*db, counts.logs_emptied); !done) return done;
    }
    return {};
}

void exchange_writer::checkpoint_logs() {
    for (auto& file : open_)
        std::ignore = file.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace servery::store
