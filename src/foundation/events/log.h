// The one way to make something happen: append events, durably and in order.
#pragma once

#include "foundation/base/result.h"
#include "foundation/events/event.h"
#include "foundation/events/exchange.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace servery::events {

class log {
  public:
    virtual ~log() = default;

    // Appends the whole batch in one transaction, or nothing. Returns the last seq once the batch
    // is durable and every fold has seen it. Audit-class events are hash-chained.
    // Thread: the control thread (the folds run on it, before commit returns).
    // Errors: audit.store.down (unavailable): nothing was written, so nothing may take effect.
    [[nodiscard]] virtual result<std::int64_t> commit(std::vector<event> batch) = 0;
};

// A log in memory: for tests, and for answering "what would happen if". Not durable.
class memory_log final : public log {
  public:
    // Folds are called in the order they were added.
    void add_fold(std::function<void(const event&)> fold) { folds_.push_back(std::move(fold)); }

    [[nodiscard]] result<std::int64_t> commit(std::vector<event> batch) override;

    // While set, commit fails with audit.store.down.
    void set_down(bool down) { down_ = down; }

    [[nodiscard]] const std::vector<event>& all() const { return events_; }
    [[nodiscard]] std::int64_t last_seq() const {
        return static_cast<std::int64_t>(events_.size());
    }

  private:
    std::vector<std::function<void(const event&)>> folds_;
    std::vector<event> events_;
    bool down_ = false;
};

} // namespace servery::events
