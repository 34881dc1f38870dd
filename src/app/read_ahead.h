// Reads the log on a thread of its own, a few batches ahead of the folds: reading and decoding a
// record costs about as much as folding it. Thread: made and drained by one thread.
#pragma once

#include "foundation/store/store.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace servery::app {

class read_ahead {
  public:
    read_ahead(const store::store& from, std::int64_t from_seq);
    // Waits for the reader, which reads to the end whether the records are wanted or not.
    ~read_ahead();
    read_ahead(const read_ahead&) = delete;
    read_ahead& operator=(const read_ahead&) = delete;

    // The next records in the order of seq; none at the end, or after a fault.
    [[nodiscard]] std::optional<store::batch> next();
    // What the reader met, once next() gave none. Errors: store.unreadable.
    [[nodiscard]] const status& ended() const { return ended_; }

  private:
    void read(const store::store& from, std::int64_t from_seq);
    void hand_on(store::batch& full);

    std::mutex mutex_;
    std::condition_variable moved_;
    std::deque<store::batch> ready_;
    bool at_end_ = false;
    bool unwanted_ = false;
    status ended_;
    std::thread reader_; // last: it uses all of the above
};

} // namespace servery::app
