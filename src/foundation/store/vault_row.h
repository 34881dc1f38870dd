// What is kept of the placeholders of one conversation, so that they outlive the process: a sealed
// key, and the sealed value of each placeholder (guardrails/vault_record.h seals and opens them).
// The rows are traffic, but no part of the log: they have no seq, no fold sees them, and those of a
// conversation go when its time is over. Thread: plain values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servery::store {

struct vault_row {
    enum class act {
        begin,   // the conversation's sealed key; what was kept of it before goes
        add,     // one placeholder
        prolong, // every row of the conversation lives until `expires`
    };
    act what = act::add;
    hash16 conversation{};
    std::string placeholder;          // "EMAIL_7K2Q"; "" except with add
    std::string class_name;           // "EMAIL"
    std::vector<std::uint8_t> sealed; // empty with prolong
    instant created;
    instant expires;
};

} // namespace servery::store
