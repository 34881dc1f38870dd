#include "app/live_log.h"

#include "app/control_thread.h"
#include "app/read_ahead.h"

namespace servery::app {

void live_log::add_fold(std::function<void(const events::event&)> on_event,
                        std::function<void(const events::exchange&)> on_exchange) {
    folds_.push_back({std::move(on_event), std::move(on_exchange)});
}

void live_log::add_reaction(std::function<void(const events::event&)> on_event,
                            std::function<void(const events::exchange&)> on_exchange) {
    reactions_.push_back({std::move(on_event), std::move(on_exchange)});
}

status live_log::start() {
    {
        read_ahead records(store_, 1);
        while (const auto batch = records.next())
            for (const auto& record : *batch)
                hand(folds_, record);
        if (!records.ended()) return records.ended();
    }
    last_seq_ = store_.state().last_seq;
    store_.on_committed([this](std::shared_ptr<const store::batch> batch) {
        {
            const std::scoped_lock lock(mutex_);
            incoming_.emplace_back(std::move(batch), 0);
        }
        control_.post([this] { drain(); });
    });
    return {};
}

result<std::int64_t> live_log::commit(std::vector<events::event> batch) {
    // What follows from somebody else's record is no act of this request.
    if (!request_.empty() && draining_ == 0)
        for (auto& e : batch)
            if (e.request_id.empty()) e.request_id = request_;
    auto last = store_.commit(std::move(batch));
    if (last) drain();
    return last;
}

void live_log::settle(bool flush) {
    if (flush) {
        // A store that is away keeps its rows; then there is nothing new to fold.
        (void)store_.flush();
    }
    drain();
}

// One record at a time from one queue: a reaction that commits comes back in here and goes on where
// the outer call stopped, so the order of seq holds.
void live_log::drain() {
    ++draining_;
    drain_all();
    --draining_;
}

void live_log::drain_all() {
    for (;;) {
        std::shared_ptr<const store::batch> batch;
        std::size_t at = 0;
        {
            const std::scoped_lock lock(mutex_);
            while (!incoming_.empty() &&
                   incoming_.front().second == incoming_.front().first->size())
                incoming_.pop_front();
            if (incoming_.empty()) return;
            batch = incoming_.front().first;
            at = incoming_.front().second++;
        }
        const auto& record = (*batch)[at];
        hand(folds_, record);
        hand(reactions_, record);
    }
}

void live_log::hand(const std::vector<follower>& to, const store::record& record) {
    if (const auto* e = std::get_if<events::event>(&record)) {
        last_seq_ = std::max(last_seq_, e->seq);
        for (const auto& f : to) {
            if (f.on_event) f.on_event(*e);
        }
    } else if (const auto* x = std::get_if<events::exchange>(&record)) {
        last_seq_ = std::max(last_seq_, x->seq);
        for (const auto& f : to) {
            if (f.on_exchange) f.on_exchange(*x);
        }
    }
}

} // namespace servery::app
