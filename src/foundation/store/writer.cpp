#include "foundation/store/writer.h"

#include "foundation/base/counters.h"

#include <algorithm>
#include <tuple>

namespace servery::store {
namespace {

constexpr millis between_drops{3'600'000};

error store_down(const std::string& why) {
    return error{.code = error_code::unavailable,
                 .id = "audit.store.down",
                 .message = "the record cannot be written: " + why,
                 .where = {},
                 .remedy = "check the disk of the data folder; nothing was changed",
                 .origin = error_origin::internal,
                 .retry = true};
}

void set_seq(record& row, std::int64_t seq) {
    std::visit([&](auto& r) { r.seq = seq; }, row);
}

bool is_exchange(const record& row) {
    return std::holds_alternative<events::exchange>(row);
}

} // namespace

writer::writer(const options& with, parts made)
    : with_(with), events_(std::move(made.events)), exchanges_(std::move(made.exchanges)),
      checkpoints_(std::move(made.checkpoints)), spool_(std::move(made.waiting)),
      ring_(with.ring_rows), vault_(with.vault_ring_rows), dropped_at_(with.now->now()),
      last_seq_(made.last_seq) {
    accepted_ = taken_ = spool_.rows();
    spooled_ = spool_.rows();
    std::vector<request*> none;
    while (!spool_.empty() && !away_)
        round(none);
    thread_ = std::thread([this] { run(); });
}

writer::~writer() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void writer::on_committed(std::function<void(std::shared_ptr<const batch>)> deliver) {
    const std::lock_guard lock(mutex_);
    deliver_ = std::move(deliver);
}

// ---- callers -----------------------------------------------------------------------------------

bool writer::post(record row) {
    auto owned = std::make_unique<record>(std::move(row));
    if (!ring_.push(owned)) {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        dropped_unsaid_.fetch_add(1, std::memory_order_relaxed);
        static auto& total = counters::counter("servery_store_rows_dropped_total");
        total.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    const auto accepted = accepted_.fetch_add(1, std::memory_order_acq_rel) + 1;
    // One call in a batch wakes the writer; it also wakes by itself, so a missed call costs 50 ms.
    const auto waiting = accepted - taken_.load(std::memory_order_relaxed);
    if (waiting == static_cast<std::int64_t>(with_.batch_rows)) wake_.notify_one();
    return true;
}

result<std::int64_t> writer::commit(std::vector<events::event> rows) {
    request r;
    r.rows = std::move(rows);
    return ask(r);
}

status writer::flush() {
    request r;
    r.is_flush = true;
    r.wait_for = accepted_.load(std::memory_order_acquire);
    r.wait_for_vault = vault_.accepted();
    if (auto done = ask(r); !done) return std::unexpected(done.error());
    return {};
}

status writer::keep(const answer_row& row) {
    status outcome;
    request r;
    r.work = [&] { outcome = events_.keep(row); };
    if (auto done = ask(r); !done) return std::unexpected(done.error());
    return outcome;
}

result<erasure_counts> writer::erase(const erasure& what) {
    erasure_counts counts;
    status outcome;
    request r;
    r.work = [&] { outcome = carry_out(what, counts); };
    if (auto done = ask(r); !done) return std::unexpected(done.error());
    if (!outcome) return std::unexpected(outcome.error());
    return counts;
}

result<std::int64_t> writer::ask(request& r) {
    std::unique_lock lock(mutex_);
    if (stop_) return std::unexpected(store_down("the store is closing"));
    requests_.push_back(&r);
    wake_.notify_one();
    answered_.wait(lock, [&] { return r.done; });
    if (!r.good) return std::unexpected(store_down(why_));
    return r.last_seq;
}

store_state writer::state() const {
    store_state out;
    out.away = away_;
    out.last_seq = last_seq_;
    out.waiting = accepted_ - taken_;
    out.spooled = spooled_;
    out.rows_dropped = dropped_;
    out.vault_rows_lost = vault_.lost();
    const std::lock_guard lock(mutex_);
    out.why = why_;
    return out;
}

// ---- the writer thread -------------------------------------------------------------------------

void writer::run() {
    std::vector<request*> asked;
    for (;;) {
        bool stopping = false;
        {
            std::unique_lock lock(mutex_);
            wait_for_work(lock);
            asked.swap(requests_);
            stopping = stop_;
        }
        do_work(asked);
        round(asked);
        if (stopping && asked.empty() && (idle() || away_)) break;
    }
    keep_waiting_rows();
    checkpoints_.offer(events_.head(), checkpoint_file::when::last, with_.fault);
    events_.checkpoint_log();
    exchanges_.checkpoint_logs();
}

// What is asked for beside rows is done alone and answered at once.
void writer::do_work(std::vector<request*>& asked) {
    for (auto* r : asked) {
        if (!r->work) continue;
        r->work();
        const std::lock_guard lock(mutex_);
        r->good = true;
        r->done = true;
    }
    if (std::erase_if(asked, [](const request* r) { return r->done; }) > 0) answered_.notify_all();
}

status writer::carry_out(const erasure& what, erasure_counts& counts) {
    vault_.forget(what.replaced); // what waits would come back behind the erasure
    if (auto done = exchanges_.erase(what, counts); !done) return done;
    return events_.erase(what, counts);
}

void writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
    // Draining a spool does not wait; a database that is away is asked again after a pause.
    if (!away_ && (!spool_.empty() || !chunk_.empty())) return;
    wake_.wait_for(lock, with_.batch_wait, [&] {
        return stop_ || !requests_.empty() ||
               (!away_ && accepted_ - taken_ >= static_cast<std::int64_t>(with_.batch_rows));
    });
}

bool writer::idle() const {
    return chunk_.empty() && spool_.empty() && accepted_.load() == taken_.load() &&
           vault_.accepted() == vault_.settled();
}

void writer::round(std::vector<request*>& asked) {
    take_chunk();
    vault_.take(with_.batch_rows);
    drop_expired();
    number(asked);
    const bool commits =
        std::ranges::any_of(asked, [](const request* r) { return !r->rows.empty(); });
    if (chunk_.empty() && vault_.in_hand().empty() && !commits && !away_) {
        checkpoints_.offer(events_.head(), checkpoint_file::when::due, with_.fault);
        answer(asked, true);
        return;
    }
    const bool exchanges_written = write_exchanges();
    // Events of the spool are written only with its exchanges, because one mark stands for both.
    const bool with_chunk = exchanges_written || chunk_from_ == source::ring;
    const bool events_written = write_events(asked, with_chunk);

    auto out = std::make_shared<batch>();
    deliver_chunk(*out, events_written && with_chunk);
    if (events_written) deliver_requests(*out, asked);
    settle_chunk(exchanges_written && events_written);
    set_away(!exchanges_written || !events_written);
    if (away_) keep_waiting_rows();
    if (!out->empty() && deliver_) deliver_(std::move(out));
    if (events_written) checkpoints_.offer(events_.head(), checkpoint_file::when::due, with_.fault);
    answer(asked, events_written);
}

void writer::take_chunk() {
    if (!chunk_.empty()) return;
    if (!spool_.empty()) {
        auto next = spool_.read(with_.batch_rows);
        chunk_ = std::move(next.rows);
        chunk_end_ = next.end;
        chunk_records_ = next.records;
        chunk_from_ = source::spool;
        fates_.assign(chunk_.size(), row_fate::waiting);
        // Records that this version cannot read are passed over.
        if (chunk_.empty()) settle_chunk(true);
        return;
    }
    take_from_ring();
}

void writer::take_from_ring() {
    chunk_from_ = source::ring;
    chunk_.reserve(std::min<std::size_t>(with_.batch_rows, accepted_ - taken_));
    while (chunk_.size() < with_.batch_rows) {
        auto row = ring_.pop();
        if (!row) break;
        if (auto* x = std::get_if<events::exchange>(row.get()))
            x->rows_dropped_before += static_cast<std::uint32_t>(dropped_unsaid_.exchange(0));
        chunk_.push_back(std::move(*row));
    }
    taken_ += static_cast<std::int64_t>(chunk_.size());
    fates_.assign(chunk_.size(), row_fate::waiting);
}

// Once an hour; what is refused now goes an hour later.
void writer::drop_expired() {
    const auto now = with_.now->now();
    if (now - dropped_at_ < between_drops) return;
    dropped_at_ = now;
    std::ignore = events_.drop_expired(now);
}

// Numbers are given to all; those of rows that are not written stay unused.
void writer::number(std::vector<request*>& asked) {
    auto next = last_seq_.load();
    for (auto& row : chunk_)
        set_seq(row, ++next);
    for (auto* r : asked) {
        for (auto& e : r->rows)
            e.seq = ++next;
        r->last_seq = next;
    }
    last_seq_ = next;
}

bool writer::write_exchanges() {
    std::vector<exchange_slot> slots;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
        auto* row = std::get_if<events::exchange>(&chunk_[i]);
        if (row == nullptr || fates_[i] != row_fate::waiting) continue;
        slots.push_back({.row = row});
        places.push_back(i);
    }
    if (slots.empty()) return true;
    const bool all = exchanges_.write(slots, with_.fault);
    for (std::size_t i = 0; i < slots.size(); ++i)
        fates_[places[i]] = slots[i].fate;
    return all;
}

bool writer::write_events(std::vector<request*>& asked, bool with_chunk) {
    std::vector<events::event*> rows;
    if (with_chunk)
        for (auto& row : chunk_)
            if (auto* e = std::get_if<events::event>(&row)) rows.push_back(e);
    for (auto* r : asked)
        for (auto& e : r->rows)
            rows.push_back(&e);
    std::optional<spool_mark> mark;
    if (with_chunk && chunk_from_ == source::spool && !chunk_.empty())
        mark = spool_mark{spool_.generation(), chunk_end_};
    if (rows.empty() && vault_.in_hand().empty() && !mark && !away_) return true;
    // With nothing to write this is the question whether the database is back.
    if (!events_.write(rows, vault_.in_hand(), mark, with_.fault)) return false;
    vault_.written();
    if (!with_chunk) return true;
    for (std::size_t i = 0; i < chunk_.size(); ++i)
        if (!is_exchange(chunk_[i])) fates_[i] = row_fate::written;
    return true;
}

// A row of the spool that is not settled as a whole is still needed, so it is copied.
void writer::deliver_chunk(batch& out, bool events_too) {
    out.reserve(chunk_.size());
    for (std::size_t i = 0; i < chunk_.size(); ++i) {
        if (fates_[i] != row_fate::written || (!events_too && !is_exchange(chunk_[i]))) continue;
        if (chunk_from_ == source::ring)
            out.push_back(std::move(chunk_[i]));
        else
            out.push_back(chunk_[i]);
    }
}

void writer::deliver_requests(batch& out, std::vector<request*>& asked) {
    for (auto* r : asked)
        for (auto& e : r->rows)
            out.emplace_back(std::move(e));
}

void writer::settle_chunk(bool all_written) {
    if (chunk_from_ == source::spool) {
        // Read again later; an exchange that is in its file by then counts as a repeat.
        if (!all_written) return;
        settled_ += static_cast<std::int64_t>(chunk_records_);
        spool_.done(chunk_end_, chunk_records_);
        spooled_ = spool_.rows();
        chunk_.clear();
        return;
    }
    batch rest;
    for (std::size_t i = 0; i < chunk_.size(); ++i)
        if (fates_[i] == row_fate::waiting) rest.push_back(std::move(chunk_[i]));
    settled_ += static_cast<std::int64_t>(chunk_.size() - rest.size());
    chunk_ = std::move(rest);
    fates_.assign(chunk_.size(), row_fate::waiting);
}

// The database is away: rows go to the spool, so that they also survive the end of the process.
void writer::keep_waiting_rows() {
    const auto refused = [&] { return with_.fault && with_.fault("spool"); };
    for (;;) {
        if (chunk_from_ == source::spool && !chunk_.empty()) {
            // The chunk is in the spool already; what came after it follows it there.
            chunk_.clear();
            fates_.clear();
        }
        if (chunk_.empty()) take_from_ring();
        if (chunk_.empty() || refused() || !spool_.append(chunk_)) return;
        spooled_ = spool_.rows();
        chunk_.clear();
        fates_.clear();
    }
}

void writer::set_away(bool away) {
    static auto& gauge = counters::gauge("servery_store_away");
    if (away) {
        const std::lock_guard lock(mutex_);
        why_ = !events_.why().empty() ? events_.why() : exchanges_.why();
    }
    if (away_.exchange(away) == away) return;
    gauge.store(away ? 1 : 0, std::memory_order_relaxed);
}

void writer::answer(std::vector<request*>& asked, bool written) {
    const std::lock_guard lock(mutex_);
    for (auto* r : asked) {
        if (r->is_flush) {
            const bool settled = settled_ >= r->wait_for && vault_.settled() >= r->wait_for_vault;
            if (!settled && !away_) {
                requests_.push_back(r);
                continue;
            }
            r->good = settled;
        } else {
            r->good = written;
        }
        r->done = true;
    }
    asked.clear();
    answered_.notify_all();
}

} // namespace servery::store
