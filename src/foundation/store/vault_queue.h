// Rows of the vault on their way to the writer thread. A ring of their own: they are no part of the
// log, and a flood of them must not cost a row of it. Thread: push and the counts, any; the rest,
// the writer thread.
#pragma once

#include "foundation/store/row_ring.h"
#include "foundation/store/vault_row.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace servery::store {

class vault_queue {
  public:
    // ring_rows: a power of two.
    explicit vault_queue(std::size_t ring_rows) : ring_(ring_rows) {}

    // Never waits. False: no room, the row is lost and counted.
    bool push(vault_row row);
    [[nodiscard]] std::int64_t accepted() const { return accepted_; }
    [[nodiscard]] std::int64_t settled() const { return settled_; } // written, or forgotten
    [[nodiscard]] std::int64_t lost() const { return lost_; }

    // Moves rows from the ring to those in hand, until these are `most`.
    void take(std::size_t most);
    [[nodiscard]] std::span<const vault_row> in_hand() const { return in_hand_; }
    // Those in hand are durable.
    void written();
    // Rows of these conversations, wherever they wait, are not written any more.
    void forget(const std::map<hash16, hash16>& conversations);

  private:
    row_ring<vault_row> ring_;
    std::vector<vault_row> in_hand_;
    std::atomic<std::int64_t> accepted_{0};
    std::atomic<std::int64_t> settled_{0};
    std::atomic<std::int64_t> lost_{0};
};

} // namespace servery::store
