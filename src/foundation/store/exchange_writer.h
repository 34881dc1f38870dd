// The writing side of the exchange files, one a month, so that retention drops a file. The files
// are separate connections: each is committed by itself, before the events of the same round.
// Thread: the writer thread.
#pragma once

#include "foundation/store/erasure.h"
#include "foundation/store/sqlite.h"
#include "foundation/store/store.h"

#include <list>
#include <map>
#include <span>
#include <string>

namespace servery::store {

enum class row_fate { waiting, written, repeated };

struct exchange_slot {
    events::exchange* row = nullptr;
    row_fate fate = row_fate::waiting; // repeated: its exchange id is in the file already
};

class exchange_writer {
  public:
    explicit exchange_writer(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // One transaction a month. False: some rows are still waiting.
    [[nodiscard]] bool write(std::span<exchange_slot> slots, const fault_seam& fault);
    [[nodiscard]] result<std::int64_t> last_seq() const;
    [[nodiscard]] std::string why() const { return why_; }
    // In every month's file; one that changed is written anew.
    [[nodiscard]] status erase(const erasure& what, erasure_counts& counts);
    void checkpoint_logs();

  private:
    struct month_file {
        std::string month;
        database db;
        statement insert;
    };
    [[nodiscard]] month_file* file_of(const std::string& month);
    [[nodiscard]] bool write_month(month_file& file, std::span<exchange_slot*> slots,
                                   const fault_seam& fault);

    std::filesystem::path folder_;
    std::list<month_file> open_; // last used first, at most three
    std::string why_;
};

} // namespace servery::store
