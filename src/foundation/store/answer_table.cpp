#include "foundation/store/answer_table.h"

#include <algorithm>
#include <utility>

namespace servery::store {

result<answer_table> answer_table::open(const database& db) {
    answer_table out;
    auto put = db.prepare("INSERT OR REPLACE INTO answer VALUES (?1,?2,?3)");
    if (!put) return std::unexpected(put.error());
    auto drop = db.prepare("DELETE FROM answer WHERE at <= ?1");
    if (!drop) return std::unexpected(drop.error());
    out.put_ = std::move(*put);
    out.drop_expired_ = std::move(*drop);
    return out;
}

bool answer_table::put(const answer_row& row) {
    put_.bind(1, bytes_view(row.slot)).bind(2, row.at.ms).bind(3, bytes_view(row.sealed));
    return put_.run();
}

bool answer_table::drop_expired(instant now) {
    return drop_expired_.bind(1, (now - answers_kept).ms).run();
}

result<std::vector<answer_row>> read_answers(const std::filesystem::path& folder, instant now) {
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    auto rows = db->prepare("SELECT slot, at, sealed FROM answer WHERE at > ?1 ORDER BY at");
    if (!rows) return std::unexpected(rows.error());
    rows->bind(1, (now - answers_kept).ms);
    std::vector<answer_row> out;
    for (;;) {
        const auto step = rows->step();
        if (step == step_result::failed) return std::unexpected(db->fault("read kept answers"));
        if (step == step_result::done) return out;
        answer_row row;
        const auto slot = rows->blob(0);
        if (slot.size() == row.slot.size()) std::ranges::copy(slot, row.slot.begin());
        row.at = {rows->integer(1)};
        const auto sealed = rows->blob(2);
        row.sealed.assign(sealed.begin(), sealed.end());
        out.push_back(std::move(row));
    }
}

} // namespace servery::store
