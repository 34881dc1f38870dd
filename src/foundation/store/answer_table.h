// The table `answer` of servery.db. Inside this module only.
// Thread: the writer thread, except read_answers (any).
#pragma once

#include "foundation/store/answer_row.h"
#include "foundation/store/sqlite.h"

#include <filesystem>
#include <vector>

namespace servery::store {

class answer_table {
  public:
    // `db` must outlive the statements. Errors: store.unreadable.
    [[nodiscard]] static result<answer_table> open(const database& db);
    // False: the database refused it.
    [[nodiscard]] bool put(const answer_row& row);
    [[nodiscard]] bool drop_expired(instant now);

  private:
    statement put_;
    statement drop_expired_;
};

// Those that are live at `now`, the oldest first. Errors: store.unreadable.
[[nodiscard]] result<std::vector<answer_row>> read_answers(const std::filesystem::path& folder,
                                                           instant now);

} // namespace servery::store
