// The table `vault` of servery.db. Inside this module only.
// Thread: the writer thread, except read_vault (any).
#pragma once

#include "foundation/store/sqlite.h"
#include "foundation/store/vault_row.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace servery::store {

class vault_table {
  public:
    // `db` must outlive the statements. Errors: store.unreadable.
    [[nodiscard]] static result<vault_table> open(const database& db);
    // Inside a transaction of the caller. False: the database refused it.
    [[nodiscard]] bool write(const vault_row& row);
    [[nodiscard]] bool drop_expired(instant now);

  private:
    statement put_;
    statement prolong_;
    statement forget_;
    statement drop_expired_;
};

// Rows that are live at `now` of the conversations used last, at most `most` of these: conversation
// by conversation, its key first. Errors: store.unreadable.
[[nodiscard]] result<std::vector<vault_row>> read_vault(const std::filesystem::path& folder,
                                                        instant now, std::int64_t most);

} // namespace servery::store
