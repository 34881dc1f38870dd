#include "foundation/store/vault_table.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace servery::store {

result<vault_table> vault_table::open(const database& db) {
    vault_table out;
    const std::pair<statement*, std::string_view> statements[] = {
        {&out.put_, "INSERT OR REPLACE INTO vault VALUES (?1,?2,?3,?4,?5,?6)"},
        {&out.prolong_, "UPDATE vault SET expires = ?2 WHERE conversation = ?1"},
        {&out.forget_, "DELETE FROM vault WHERE conversation = ?1"},
        {&out.drop_expired_, "DELETE FROM vault WHERE expires <= ?1"},
    };
    for (const auto& [place, sql] : statements) {
        auto made = db.prepare(sql);
        if (!made) return std::unexpected(made.error());
        *place = std::move(*made);
    }
    return out;
}

bool vault_table::write(const vault_row& row) {
    const bytes_view conversation(row.conversation);
    if (row.what == vault_row::act::prolong)
        return prolong_.bind(1, conversation).bind(2, row.expires.ms).run();
    if (row.what == vault_row::act::begin && !forget_.bind(1, conversation).run()) return false;
    put_.bind(1, conversation).bind(2, row.placeholder).bind(3, row.class_name);
    put_.bind(4, bytes_view(row.sealed)).bind(5, row.created.ms).bind(6, row.expires.ms);
    return put_.run();
}

bool vault_table::drop_expired(instant now) {
    return drop_expired_.bind(1, now.ms).run();
}

result<std::vector<vault_row>> read_vault(const std::filesystem::path& folder, instant now,
                                          std::int64_t most) {
    auto db = database::open(folder / "servery.db", access::read);
    if (!db) return std::unexpected(db.error());
    auto rows =
        db->prepare("SELECT conversation, placeholder, class, sealed, created, expires FROM vault "
                    "WHERE expires > ?1 AND conversation IN (SELECT conversation FROM vault "
                    "WHERE placeholder = '' AND expires > ?1 ORDER BY expires DESC LIMIT ?2) "
                    "ORDER BY conversation, placeholder");
    if (!rows) return std::unexpected(rows.error());
    rows->bind(1, now.ms).bind(2, most);
    std::vector<vault_row> out;
    for (;;) {
        const auto step = rows->step();
        if (step == step_result::failed) return std::unexpected(db->fault("read the vault"));
        if (step == step_result::done) return out;
        vault_row row;
        const auto conversation = rows->blob(0);
        if (conversation.size() == row.conversation.size())
            std::ranges::copy(conversation, row.conversation.begin());
        row.placeholder = rows->text(1);
        row.what = row.placeholder.empty() ? vault_row::act::begin : vault_row::act::add;
        row.class_name = rows->text(2);
        const auto sealed = rows->blob(3);
        row.sealed.assign(sealed.begin(), sealed.end());
        row.created = {rows->integer(4)};
        row.expires = {rows->integer(5)};
        out.push_back(std::move(row));
    }
}

} // namespace servery::store
