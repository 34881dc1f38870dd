// A bounded queue of owned values, from many threads to one, without locks (the bounded queue of
// D. Vyukov: a sequence number a cell says whose turn it is). push() never waits.
// Thread: push from any; pop from one.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace servery::store {

template <typename T>
class row_ring {
  public:
    // size: a power of two, at least 2.
    explicit row_ring(std::size_t size) : cells_(size), mask_(size - 1) {
        for (std::size_t i = 0; i < size; ++i)
            cells_[i].turn.store(i, std::memory_order_relaxed);
    }

    // False when the ring is full; the value is left as it was.
    [[nodiscard]] bool push(std::unique_ptr<T>& value) {
        auto at = head_.load(std::memory_order_relaxed);
        for (;;) {
            cell& c = cells_[at & mask_];
            const auto turn = c.turn.load(std::memory_order_acquire);
            if (turn == at) {
                if (head_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
                    c.value = std::move(value);
                    c.turn.store(at + 1, std::memory_order_release);
                    return true;
                }
            } else if (turn < at) {
                return false; // the cell still holds the value of one round ago
            } else {
                at = head_.load(std::memory_order_relaxed);
            }
        }
    }

    // Null when there is nothing to take.
    [[nodiscard]] std::unique_ptr<T> pop() {
        cell& c = cells_[tail_ & mask_];
        if (c.turn.load(std::memory_order_acquire) != tail_ + 1) return nullptr;
        auto out = std::move(c.value);
        c.turn.store(tail_ + mask_ + 1, std::memory_order_release);
        ++tail_;
        return out;
    }

  private:
    struct alignas(64) cell {
        std::atomic<std::size_t> turn{0};
        std::unique_ptr<T> value;
    };
    std::vector<cell> cells_;
    std::size_t mask_;
    alignas(64) std::atomic<std::size_t> head_{0};
    alignas(64) std::size_t tail_ = 0;
};

} // namespace servery::store
