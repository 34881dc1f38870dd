// Taking content out of the store for good: what a row said is overwritten or deleted, and no page,
// free space or write-ahead log keeps a copy. The audit chain still verifies: only details are
// deleted, and a row `audit.detail_erased` names them (written by the caller before).
// Thread: plain values; store::erase() does the work on the writer thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/json/json.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace servery::store {

// Stored texts of a project's exchanges in one phase before a time; those without a phase count as
// of the sandbox.
struct exchange_cut {
    std::string project;
    std::string phase;
    instant before;
};

struct erasure {
    // Rows of class traffic by their seq, with the body that stays; an actor who is a visitor
    // loses the id.
    std::vector<std::pair<std::int64_t, json::object>> bodies;
    // Details of audit rows, by their number in the chain.
    std::vector<std::int64_t> details;
    // Hashes of visitors and conversations in exchange rows, and what stands there afterwards. Such
    // a row loses its texts and the caller's own id of the conversation. Placeholders of these
    // conversations go with their keys, and answers kept under an Idempotency-Key go altogether.
    std::map<hash16, hash16> replaced;
    std::vector<exchange_cut> cuts;
};

struct erasure_counts {
    std::int64_t events = 0;
    std::int64_t details = 0;
    std::int64_t exchanges = 0;
    std::int64_t vault = 0; // placeholders and keys
    // False: somebody was reading; the old pages leave the write-ahead log at the next checkpoint.
    bool logs_emptied = true;
};

} // namespace servery::store
