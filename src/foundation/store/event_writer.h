// The writing side of servery.db: events of both classes, the audit chain, and how far the spool is
// in. Thread: the writer thread (made by open() before that thread starts).
#pragma once

#include "foundation/store/answer_table.h"
#include "foundation/store/erasure.h"
#include "foundation/store/sqlite.h"
#include "foundation/store/store.h"
#include "foundation/store/vault_table.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace servery::store {

// Rows of the spool before `end` of filling `generation` are in the database.
struct spool_mark {
    std::uint64_t generation = 0;
    std::uint64_t end = 0;
};

struct chain_head {
    std::int64_t seq = 0;
    hash32 hash{};
};

class event_writer {
  public:
    // Brings the schema up to date. `salt_key` is fresh for each process and never stored: salts
    // are taken from it, so that they can be neither guessed nor repeated.
    // Errors: store.unreadable, store.schema.newer.
    [[nodiscard]] static result<event_writer> open(const options& with, const key32& salt_key);

    // One transaction over all rows and the mark; false and nothing written when it fails.
    [[nodiscard]] bool write(std::span<events::event* const> rows, std::span<const vault_row> vault,
                             std::optional<spool_mark> mark, const fault_seam& fault);
    // Placeholders and kept answers whose time is over; false: not now.
    [[nodiscard]] bool drop_expired(instant now) {
        return vault_.drop_expired(now) && answers_.drop_expired(now);
    }
    [[nodiscard]] status keep(const answer_row& row);

    [[nodiscard]] const chain_head& head() const { return head_; }
    [[nodiscard]] const std::string& installation() const { return installation_; }
    [[nodiscard]] spool_mark stored_mark() const { return mark_; }
    [[nodiscard]] result<std::int64_t> last_seq() const;
    [[nodiscard]] std::string why() const { return why_; }
    // The text that restore_backup left behind, until it is forgotten; "" = none.
    [[nodiscard]] std::string restored() const;
    [[nodiscard]] status forget_restored();
    // Blanks rows, deletes details and writes the file anew.
    [[nodiscard]] status erase(const erasure& what, erasure_counts& counts);
    // Brings the write-ahead log into the database file; at the end.
    void checkpoint_log();

  private:
    [[nodiscard]] bool insert(const events::event& e);
    [[nodiscard]] bool insert_audit(const events::event& e);
    [[nodiscard]] status load(const options& with);
    [[nodiscard]] result<std::string> meta(std::string_view key) const;
    [[nodiscard]] status set_meta(std::string_view key, std::string_view value);

    database db_;
    statement insert_event_;
    statement insert_audit_row_;
    statement insert_detail_;
    statement put_meta_;
    vault_table vault_;
    answer_table answers_;
    key32 salt_key_{};
    chain_head head_;
    spool_mark mark_;
    std::string installation_;
    std::string why_;
};

// user_version of an open database, brought up by `steps`; a copy of an older one is kept in
// `folder`/backups. Errors: store.schema.newer, store.unreadable.
[[nodiscard]] status bring_up_to_date(database& db, const std::filesystem::path& folder,
                                      std::span<const schema_step> steps, instant now);

} // namespace servery::store
