#include "data_plane/gateway/ledger.h"

#include <mutex>
#include <utility>

namespace servery::gateway {

reservation::reservation(reservation&& other) noexcept
    : from_(std::exchange(other.from_, nullptr)), nano_(other.nano_) {}

reservation& reservation::operator=(reservation&& other) noexcept {
    if (this != &other) {
        release();
        from_ = std::exchange(other.from_, nullptr);
        nano_ = other.nano_;
    }
    return *this;
}

reservation::~reservation() {
    release();
}

// What was spent is counted before the reserve goes, so that room never looks larger than it is.
void reservation::end(std::int64_t counted) {
    if (!from_) return;
    from_->counted.fetch_add(counted, std::memory_order_acq_rel);
    from_->reserved.fetch_sub(nano_, std::memory_order_acq_rel);
    from_.reset();
}

void reservation::settle(std::int64_t cost) {
    end(cost);
}
void reservation::estimate(std::int64_t cost) {
    end(cost);
}
void reservation::unpriced() {
    end(nano_);
}
void reservation::release() {
    end(0);
}

std::shared_ptr<account> ledger::find(std::string_view project, std::string_view phase) {
    const auto key = std::string(project) + "\n" + std::string(phase);
    {
        const std::shared_lock lock(mutex_);
        if (const auto it = accounts_.find(key); it != accounts_.end()) return it->second;
    }
    const std::unique_lock lock(mutex_);
    auto& slot = accounts_[key];
    if (!slot) slot = std::make_shared<account>();
    return slot;
}

result<reservation> ledger::reserve(std::string_view project, std::string_view phase,
                                    const budget& within, std::int64_t nano) {
    auto from = find(project, phase);
    auto reserved = from->reserved.load(std::memory_order_acquire);
    do {
        const auto counted = from->counted.load(std::memory_order_acquire);
        // A free call always has room, also under a cap of nothing.
        if (nano > 0 && within.hard_stop && counted + reserved + nano > within.cap_nano)
            return fail(error_code::budget_exhausted, "budget.exhausted",
                        "the budget of phase " + std::string(phase) + " has no room for this call",
                        "project " + std::string(project),
                        "raise the phase's budget in the plan, or wait for the next phase");
    } while (!from->reserved.compare_exchange_weak(reserved, reserved + nano,
                                                   std::memory_order_acq_rel));
    return reservation(std::move(from), nano);
}

void ledger::book(const events::exchange& row) {
    std::int64_t counted = row.cost_nano.value_or(0);
    if (row.spend == events::spend_state::unpriced) counted = row.reserve_nano;
    if (counted > 0)
        find(row.project, row.phase)->counted.fetch_add(counted, std::memory_order_acq_rel);
}

ledger::standing ledger::of(std::string_view project, std::string_view phase) const {
    const std::shared_lock lock(mutex_);
    const auto it = accounts_.find(std::string(project) + "\n" + std::string(phase));
    if (it == accounts_.end()) return {};
    return {it->second->counted.load(std::memory_order_acquire),
            it->second->reserved.load(std::memory_order_acquire)};
}

} // namespace servery::gateway
