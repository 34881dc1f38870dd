// The writer thread: takes what was posted and what is to be committed, writes it in rounds, keeps
// rows while the database is away, and delivers what is durable.
//
// A round: at most `batch_rows` posted rows (from the spool first) and every waiting commit. The
// exchange files are committed first, then servery.db; seq numbers are given in the order of the
// round. Rows that could not be written go to the spool file; when that is full they stay in the
// ring; when that is full, post() refuses and counts.
#pragma once

#include "foundation/store/checkpoint_file.h"
#include "foundation/store/erasure.h"
#include "foundation/store/event_writer.h"
#include "foundation/store/exchange_writer.h"
#include "foundation/store/row_ring.h"
#include "foundation/store/spool.h"
#include "foundation/store/vault_queue.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace servery::store {

class writer {
  public:
    struct parts {
        event_writer events;
        exchange_writer exchanges;
        checkpoint_file checkpoints;
        spool waiting;
        std::int64_t last_seq = 0;
    };
    // What a crash left in the spool is written before the thread starts.
    writer(const options& with, parts made);
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    [[nodiscard]] result<std::int64_t> commit(std::vector<events::event> rows);
    bool post(record row);
    bool post(vault_row row) { return vault_.push(std::move(row)); }
    [[nodiscard]] status flush();
    // Between two rounds. Errors: audit.store.down, store.unreadable.
    // Between two rounds, like erase. Errors: audit.store.down, store.unreadable.
    [[nodiscard]] status keep(const answer_row& row);
    [[nodiscard]] result<erasure_counts> erase(const erasure& what);
    void on_committed(std::function<void(std::shared_ptr<const batch>)> deliver);
    [[nodiscard]] store_state state() const;

  private:
    // A caller that waits: for its rows, or (no rows) for the rows posted before it.
    struct request {
        std::vector<events::event> rows;
        std::int64_t wait_for = 0;       // flush: number of posted rows that must be settled
        std::int64_t wait_for_vault = 0; // the same of the vault's
        bool is_flush = false;
        std::function<void()> work; // instead of rows: run between two rounds
        bool done = false;
        bool good = false;
        std::int64_t last_seq = 0;
    };
    enum class source { none, ring, spool };

    void run();
    void do_work(std::vector<request*>& asked);
    [[nodiscard]] status carry_out(const erasure& what, erasure_counts& counts);
    void round(std::vector<request*>& asked);
    void take_chunk();
    void take_from_ring();
    void drop_expired();
    void number(std::vector<request*>& asked);
    [[nodiscard]] bool write_exchanges();
    [[nodiscard]] bool write_events(std::vector<request*>& asked, bool with_chunk);
    void deliver_chunk(batch& out, bool events_too);
    void deliver_requests(batch& out, std::vector<request*>& asked);
    void settle_chunk(bool all_written);
    void keep_waiting_rows();
    void set_away(bool away);
    void answer(std::vector<request*>& asked, bool written);
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] result<std::int64_t> ask(request& r);
    [[nodiscard]] bool idle() const;

    const options with_;
    event_writer events_;
    exchange_writer exchanges_;
    checkpoint_file checkpoints_;
    spool spool_;
    row_ring<record> ring_;
    vault_queue vault_; // written with the events

    // Of the writer thread.
    batch chunk_; // posted rows of this round, or of the last one that failed
    std::vector<row_fate> fates_;
    source chunk_from_ = source::none;
    std::uint64_t chunk_end_ = 0;   // in the spool
    std::size_t chunk_records_ = 0; // of the spool, with those that could not be read
    instant dropped_at_;            // expired placeholders
    std::function<void(std::shared_ptr<const batch>)> deliver_;

    std::atomic<std::int64_t> last_seq_{0};
    std::atomic<std::int64_t> accepted_{0}; // rows that post() took
    std::atomic<std::int64_t> taken_{0};    // rows that left the ring
    std::atomic<std::int64_t> settled_{0};  // rows of those that are durable
    std::atomic<std::int64_t> dropped_{0};
    std::atomic<std::int64_t> dropped_unsaid_{0}; // not yet written into a row
    std::atomic<std::int64_t> spooled_{0};
    std::atomic<bool> away_{false};

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable answered_;
    std::vector<request*> requests_;
    std::string why_;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace servery::store
