#include "foundation/events/log.h"

namespace servery::events {

result<std::int64_t> memory_log::commit(std::vector<event> batch) {
    if (down_)
        return fail(error_code::unavailable, "audit.store.down", "the record cannot be written", {},
                    "check the disk of the data folder; nothing was changed");
    const auto first = events_.size();
    for (auto& e : batch) {
        e.seq = static_cast<std::int64_t>(events_.size()) + 1;
        events_.push_back(std::move(e));
    }
    const auto last = events_.size();
    for (auto i = first; i < last; ++i) {
        // A copy: a fold may commit more events and so move the vector.
        const event e = events_[i];
        for (const auto& fold : folds_)
            fold(e);
    }
    return static_cast<std::int64_t>(last);
}

} // namespace servery::events
