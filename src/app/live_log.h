// The log as the control plane sees it: commits go to the store, and what the store has committed
// (our events and the gateway's rows alike) is folded on the control thread, in the order of seq.
// Thread: the control thread, but for attach() at start.
#pragma once

#include "foundation/events/log.h"
#include "foundation/store/store.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace servery::app {

class control_thread;

class live_log final : public events::log {
  public:
    live_log(store::store& store, control_thread& control) : store_(store), control_(control) {}

    // Folds change state and never commit. They are called in the order they were added.
    void add_fold(std::function<void(const events::event&)> on_event,
                  std::function<void(const events::exchange&)> on_exchange = {});
    // Reactions may commit. Called after all folds have seen the record.
    void add_reaction(std::function<void(const events::event&)> on_event,
                      std::function<void(const events::exchange&)> on_exchange = {});

    // Replays the store into the folds (no reactions), then follows it. Once, before serving.
    [[nodiscard]] status start();

    [[nodiscard]] result<std::int64_t> commit(std::vector<events::event> batch) override;
    // Which request the commits from now on belong to; "" = none. An event that names one keeps it.
    void set_request(std::string id) { request_ = std::move(id); }

    // Folds everything that is committed by now. `flush` first waits until what was posted is.
    void settle(bool flush);

    [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }

  private:
    struct follower {
        std::function<void(const events::event&)> on_event;
        std::function<void(const events::exchange&)> on_exchange;
    };
    void drain();
    void drain_all();
    void hand(const std::vector<follower>& to, const store::record& record);

    store::store& store_;
    control_thread& control_;
    std::vector<follower> folds_;
    std::vector<follower> reactions_;
    std::int64_t last_seq_ = 0;
    std::string request_;
    int draining_ = 0; // deep in the drains that reactions' commits begin

    std::mutex mutex_; // guards incoming_
    std::deque<std::pair<std::shared_ptr<const store::batch>, std::size_t>> incoming_;
};

} // namespace servery::app
