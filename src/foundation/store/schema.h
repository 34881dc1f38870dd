// The schema of servery.db and of the exchange files, as numbered steps. A database with an older
// number is copied to backups/ first and then brought up step by step, in one transaction; one with
// a newer number is refused.
#pragma once

#include "foundation/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace servery::store {

// `sql` takes a database from version `to - 1` to `to`.
struct schema_step {
    int to = 1;
    std::string sql;
};

[[nodiscard]] std::vector<schema_step> current_schema();
// One exchange file a month; made, never changed.
[[nodiscard]] std::string exchange_schema();

// Where a data folder stands, read without changing it.
struct schema_state {
    std::int64_t version = 0;                  // of servery.db
    std::int64_t newest = 0;                   // what this program makes of it
    std::vector<std::filesystem::path> copies; // kept before upgrades, by name
};
// Errors: store.unreadable. Thread: any.
[[nodiscard]] result<schema_state> read_schema(const std::filesystem::path& folder);

} // namespace servery::store
