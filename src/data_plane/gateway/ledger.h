// Spend of one process: a cap for each project and phase, taken from the snapshot at each reserve.
// Every exchange ends in exactly one state: settled, estimated, unpriced or void. Amounts are
// nano-units of the project's currency. Leases from the store, and the in-flight file, join this
// class later; what was spent before a restart comes back through book().
// Thread: any; one atomic compare-and-swap a reserve.
#pragma once

#include "foundation/base/result.h"
#include "foundation/events/exchange.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace servery::gateway {

struct account {
    std::atomic<std::int64_t> counted{0};  // settled, estimated, and unpriced at their reserve
    std::atomic<std::int64_t> reserved{0}; // in flight
};

// Money set aside for one exchange. Released exactly once: by one of its ends, or as void when it
// dies unended. Move-only.
class reservation {
  public:
    reservation() = default;
    reservation(std::shared_ptr<account> from, std::int64_t nano)
        : from_(std::move(from)), nano_(nano) {}
    reservation(reservation&& other) noexcept;
    reservation& operator=(reservation&& other) noexcept;
    ~reservation();

    [[nodiscard]] bool open() const { return from_ != nullptr; }
    [[nodiscard]] std::int64_t nano() const { return nano_; }
    // The provider's usage at a known price. More than was reserved is counted in full.
    void settle(std::int64_t cost);
    // Work was done, usage did not arrive.
    void estimate(std::int64_t cost);
    // Tokens known, no price: the reserve stays counted.
    void unpriced();
    // Nothing was dispatched, or it was refused before any work.
    void release();

  private:
    void end(std::int64_t counted);
    std::shared_ptr<account> from_;
    std::int64_t nano_ = 0;
};

struct budget {
    std::int64_t cap_nano = 0;
    bool hard_stop = true;
};

// What an exchange without any price sets aside: a hundredth of the currency.
constexpr std::int64_t unpriced_reserve_nano = 10'000'000;

class ledger {
  public:
    // Errors: budget.exhausted (the cap has no room; without hard_stop there is always room).
    [[nodiscard]] result<reservation> reserve(std::string_view project, std::string_view phase,
                                              const budget& within, std::int64_t nano);
    // A row of the log, at start: what it counted is counted again.
    void book(const events::exchange& row);

    struct standing {
        std::int64_t counted_nano = 0;
        std::int64_t reserved_nano = 0;
    };
    [[nodiscard]] standing of(std::string_view project, std::string_view phase) const;

  private:
    [[nodiscard]] std::shared_ptr<account> find(std::string_view project, std::string_view phase);
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::shared_ptr<account>, std::less<>> accounts_;
};

} // namespace servery::gateway
