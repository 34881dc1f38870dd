// How an erasure is carried out in one database file. Inside this module only.
// Thread: the writer thread.
#pragma once

#include "foundation/store/erasure.h"
#include "foundation/store/sqlite.h"

namespace servery::store {

// One transaction over servery.db. Errors: store.unreadable; nothing was changed.
[[nodiscard]] status erase_rows(database& db, const erasure& what, erasure_counts& counts);
// One transaction over a month's exchanges.
[[nodiscard]] status erase_exchanges(database& db, const erasure& what, erasure_counts& counts);
// Writes the file anew, so that no free page holds what was there, and empties its write-ahead log.
// `emptied` is left alone when that worked.
[[nodiscard]] status compact(database& db, bool& emptied);

} // namespace servery::store
