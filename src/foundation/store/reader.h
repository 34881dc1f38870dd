// The reading side: replay and lists, each over its own read-only connections. Inside this module
// only. Thread: any.
#pragma once

#include "foundation/store/store.h"

namespace servery::store {

// The records are the callee's to keep.
[[nodiscard]] status replay_log(const std::filesystem::path& folder, std::int64_t from_seq,
                                const std::function<void(events::event&&)>& on_event,
                                const std::function<void(events::exchange&&)>& on_exchange);

[[nodiscard]] result<std::vector<audit_row>> list_audit(const std::filesystem::path& folder,
                                                        const audit_filter& filter);
[[nodiscard]] result<std::vector<events::exchange>>
list_exchanges(const std::filesystem::path& folder, const exchange_filter& filter);
[[nodiscard]] result<std::optional<events::exchange>>
find_exchange(const std::filesystem::path& folder, std::string_view exchange_id);

} // namespace servery::store
