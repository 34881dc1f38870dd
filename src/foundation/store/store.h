// The store: events and exchanges on disk, in one order, and the audit chain. SQLite in the data
// folder; one writer thread owns the only connections that write. File forms: README.md.
//
// Start: open(), then replay() into the folds, then on_committed(), then everything else. Stop:
// the destructor writes what was posted, signs a checkpoint and ends the writer thread.
//
// Thread: commit() blocks and is meant for the control thread (any other works too); post() never
// blocks and may be called from any thread; reading calls open their own read-only connection and
// may be called from any thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/key_tree.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/events/exchange.h"
#include "foundation/events/log.h"
#include "foundation/store/answer_row.h"
#include "foundation/store/audit_chain.h"
#include "foundation/store/erasure.h"
#include "foundation/store/schema.h"
#include "foundation/store/vault_row.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace servery::store {

// What was committed together, in the order of `seq`.
using record = std::variant<events::event, events::exchange>;
using batch = std::vector<record>;

// The seam for faults: asked on the writer thread before each step, by name: "exchanges",
// "events", "sync" (the commit of either), "spool", "checkpoint". True = the step fails as if the
// disk had refused it.
using fault_seam = std::function<bool(std::string_view step)>;

struct options {
    std::filesystem::path folder;
    const clock* now = nullptr;
    random_source* random = nullptr;
    const key_tree* keys = nullptr;
    std::string installation;            // in_…; "" = made when the store is made
    std::size_t ring_rows = 16'384;      // a power of two
    std::size_t vault_ring_rows = 4'096; // a power of two
    std::size_t spool_bytes = 256u * 1024u * 1024u;
    std::size_t batch_rows = 500;
    millis batch_wait{50};
    fault_seam fault;
    std::vector<schema_step> schema = current_schema();
};

struct audit_filter {
    std::string project;     // "" = all
    std::string kind;        // "" = all; "label." = all that begin with it
    std::string actor;       // id, "" = all
    std::string object_type; // "" = all
    std::string object_id;   // "" = all
    std::optional<instant> from;
    std::int64_t before = 0; // rows with a smaller audit number; 0 = from the newest
    std::int64_t limit = 50;
};

struct exchange_filter {
    std::string project; // "" = all
    std::optional<hash16> conversation;
    std::optional<events::environment> env;
    std::int64_t before = 0; // rows with a smaller seq; 0 = from the newest
    std::int64_t limit = 50;
};

struct store_state {
    bool away = false; // the last write failed; rows are kept and written later
    std::string why;   // what the database said
    std::int64_t last_seq = 0;
    std::int64_t waiting = 0;      // rows in the ring
    std::int64_t spooled = 0;      // rows in the spool file
    std::int64_t rows_dropped = 0; // since the start
    std::int64_t vault_rows_lost = 0;
};

class store final : public events::log {
  public:
    // Errors: store.locked (another process has the folder), store.folder.unusable,
    // store.schema.newer (made by a newer Servery), store.unreadable.
    [[nodiscard]] static result<std::unique_ptr<store>> open(options with);
    ~store() override;
    store(const store&) = delete;
    store& operator=(const store&) = delete;

    // Durable when it returns, and delivered to on_committed before. Returns the last seq.
    // Errors: audit.store.down; nothing of this batch was written.
    [[nodiscard]] result<std::int64_t> commit(std::vector<events::event> rows) override;

    // Written within about 50 ms, or kept (ring, then spool file) until the database is back.
    // False: there was no room, the row is lost and counted.
    bool post(events::event row);
    bool post(events::exchange row);
    // The same for the vault, in a ring of its own. While the database is away the rows wait there
    // and in no file. False: the row is lost and counted; after a restart its value is not put
    // back.
    bool post(vault_row row);

    // Blocks until everything posted before is durable. Errors: audit.store.down.
    [[nodiscard]] status flush();

    // Called on the writer thread, in the order of seq, after the batch is durable and before the
    // commit() it belongs to returns. To be set once, before anything is posted or committed.
    void on_committed(std::function<void(std::shared_ptr<const batch>)> deliver);

    // Every record with seq >= from_seq, in the order of seq, the callee's to keep. An event whose
    // detail was erased comes with an empty body. Errors: store.unreadable.
    [[nodiscard]] status replay(std::int64_t from_seq,
                                const std::function<void(events::event&&)>& on_event,
                                const std::function<void(events::exchange&&)>& on_exchange) const;

    // Newest first. Errors: store.unreadable.
    [[nodiscard]] result<std::vector<audit_row>> audit_rows(const audit_filter& filter) const;
    [[nodiscard]] result<std::vector<events::exchange>>
    exchanges(const exchange_filter& filter) const;
    [[nodiscard]] result<std::optional<events::exchange>>
    exchange_by_id(std::string_view exchange_id) const;

    // Placeholders of the `most` conversations that were used last and are live at `now`; for the
    // start, never on the way of an answer. Errors: store.unreadable.
    [[nodiscard]] result<std::vector<vault_row>> vault_rows(instant now, std::int64_t most) const;

    // An answer, sealed by the caller; durable when it returns. Blocks like commit().
    // Errors: audit.store.down, store.unreadable.
    [[nodiscard]] status keep(const answer_row& row);
    // Those of the last `answers_kept`, the oldest first. Errors: store.unreadable.
    [[nodiscard]] result<std::vector<answer_row>> answers(instant now) const;

    // The chain from audit number `from` on, and all checkpoints. Errors: store.unreadable.
    [[nodiscard]] result<audit_report> verify_audit(std::int64_t from = 1) const;

    // Takes content out for good; blocks the writer for as long as a file takes to be written anew
    // (about ten seconds a gigabyte). Write `audit.detail_erased` first. Any thread but the
    // control thread. Errors: audit.store.down, store.unreadable (nothing of that file changed).
    [[nodiscard]] result<erasure_counts> erase(const erasure& what);
    // Numbers in the chain of the events with these places in the log, in their order.
    // Errors: store.unreadable.
    [[nodiscard]] result<std::vector<std::int64_t>>
    audit_numbers(const std::vector<std::int64_t>& log_seqs) const;

    [[nodiscard]] store_state state() const;
    [[nodiscard]] const std::string& installation() const;
    [[nodiscard]] const std::filesystem::path& folder() const;

  private:
    class implementation;
    explicit store(std::unique_ptr<implementation> inner);
    std::unique_ptr<implementation> inner_;
};

} // namespace servery::store
