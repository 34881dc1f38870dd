// How the placeholders of one conversation outlive the process. Everything is sealed before it is
// handed on (foundation/base/seal.h), so neither a database nor a log ever holds a value:
//
//   the conversation's keys   under the installation's subkey `vault`, place `vault|key|<hex>`
//   a placeholder's value     under the conversation's own random key, place
//                             `vault|value|<hex of the conversation>/<placeholder>`
//
// Who deletes the first makes the others unreadable for good. Rows are handed to `keep`, which must
// not block; a row that it refuses is lost after a restart and live until then.
// Thread: one at a time; conversation_vault calls it under its lock.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/store/vault_row.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace servery::guardrails {

// What all records of a process share.
struct vault_keeping {
    key32 key{}; // the installation's
    std::uint32_t key_id = 1;
    random_source* random = nullptr;
    std::function<bool(store::vault_row)> keep; // false: lost
};
using vault_keeping_ptr = std::shared_ptr<const vault_keeping>;

// The two keys of a conversation: one names its placeholders, one seals their values.
struct vault_keys {
    key32 names{};
    key32 values{};
};

// What a placeholder stands for: as written the first time, and as compared.
struct vault_value {
    std::string written;
    std::string normalised;
};

class vault_record {
  public:
    // Of a conversation that nothing is kept of yet.
    vault_record(vault_keeping_ptr with, const hash16& conversation, const key32& names);
    // Of one that was read back; `expires` as it is on disk.
    vault_record(vault_keeping_ptr with, const hash16& conversation, const vault_keys& keys,
                 instant expires);

    // The conversation was used: what is kept of it lives until `now` + `lifetime`. On disk that is
    // renewed when a 24th of the lifetime has gone by, so a restart may forget that much earlier.
    void used(instant now, millis lifetime);
    // A placeholder was made. The first one keeps the keys before itself.
    void add(const std::string& placeholder, std::string_view class_name, const vault_value& value);

  private:
    bool begin();
    [[nodiscard]] store::vault_row row(store::vault_row::act what) const;

    vault_keeping_ptr with_;
    hash16 conversation_;
    vault_keys keys_;
    instant now_;
    instant expires_;
    instant kept_until_;
    bool begun_ = false;
};

// Errors of both: secret.sealed.format, secret.sealed.key, secret.sealed.closed (another key,
// another conversation, another placeholder, or changed), guard.vault.format.
[[nodiscard]] result<vault_keys> open_keys(const vault_keeping& with, const store::vault_row& row);
[[nodiscard]] result<vault_value> open_value(const vault_keeping& with, const vault_keys& keys,
                                             const store::vault_row& row);

} // namespace servery::guardrails
