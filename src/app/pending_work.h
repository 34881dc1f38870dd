// Counts work that was begun on other threads and has not ended, so that a rehearsal can wait for
// all of it before it looks. Thread: any.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

namespace servery::app {

class pending_work {
  public:
    // The work ends when the last copy of the token is gone.
    [[nodiscard]] std::shared_ptr<void> begin();
    void wait_for_none();

  private:
    std::mutex mutex_;
    std::condition_variable ended_;
    int running_ = 0;
};

} // namespace servery::app
