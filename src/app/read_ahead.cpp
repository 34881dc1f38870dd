#include "app/read_ahead.h"

#include <utility>

namespace servery::app {

namespace {

constexpr std::size_t batch_records = 256;
constexpr std::size_t batches_ahead = 8;

} // namespace

read_ahead::read_ahead(const store::store& from, std::int64_t from_seq)
    : reader_([this, &from, from_seq] { read(from, from_seq); }) {}

read_ahead::~read_ahead() {
    {
        const std::scoped_lock lock(mutex_);
        unwanted_ = true;
    }
    moved_.notify_all();
    reader_.join();
}

void read_ahead::read(const store::store& from, std::int64_t from_seq) {
    store::batch filling;
    const auto keep = [&](auto&& record) {
        filling.emplace_back(std::forward<decltype(record)>(record));
        if (filling.size() == batch_records) hand_on(filling);
    };
    auto done = from.replay(
        from_seq, [&](events::event&& e) { keep(std::move(e)); },
        [&](events::exchange&& x) { keep(std::move(x)); });
    hand_on(filling);
    const std::scoped_lock lock(mutex_);
    ended_ = std::move(done);
    at_end_ = true;
    moved_.notify_all();
}

void read_ahead::hand_on(store::batch& full) {
    if (full.empty()) return;
    {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [this] { return unwanted_ || ready_.size() < batches_ahead; });
        if (!unwanted_) ready_.push_back(std::move(full));
    }
    moved_.notify_all();
    full = {};
    full.reserve(batch_records);
}

std::optional<store::batch> read_ahead::next() {
    std::optional<store::batch> out;
    {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [this] { return at_end_ || !ready_.empty(); });
        if (ready_.empty()) return std::nullopt;
        out = std::move(ready_.front());
        ready_.pop_front();
    }
    moved_.notify_all();
    return out;
}

} // namespace servery::app
