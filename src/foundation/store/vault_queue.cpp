#include "foundation/store/vault_queue.h"

#include "foundation/base/counters.h"

#include <limits>

namespace servery::store {

bool vault_queue::push(vault_row row) {
    auto owned = std::make_unique<vault_row>(std::move(row));
    // Counted before it can be taken, so that `settled` never runs ahead.
    accepted_.fetch_add(1, std::memory_order_acq_rel);
    if (ring_.push(owned)) return true;
    accepted_.fetch_sub(1, std::memory_order_acq_rel);
    lost_.fetch_add(1, std::memory_order_relaxed);
    static auto& total = counters::counter("servery_vault_rows_lost_total");
    total.fetch_add(1, std::memory_order_relaxed);
    return false;
}

void vault_queue::take(std::size_t most) {
    while (in_hand_.size() < most) {
        auto row = ring_.pop();
        if (!row) return;
        in_hand_.push_back(std::move(*row));
    }
}

void vault_queue::written() {
    settled_ += static_cast<std::int64_t>(in_hand_.size());
    in_hand_.clear();
}

void vault_queue::forget(const std::map<hash16, hash16>& conversations) {
    take(std::numeric_limits<std::size_t>::max());
    settled_ += static_cast<std::int64_t>(std::erase_if(
        in_hand_, [&](const vault_row& r) { return conversations.contains(r.conversation); }));
}

} // namespace servery::store
