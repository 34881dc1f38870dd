// Placeholders of one conversation and the values behind them, in memory; with a record (see
// vault_record.h) each is also kept, sealed, for the time after a restart. The same value gets the
// same placeholder in its conversation and another one elsewhere; only placeholders of this very
// conversation are put back.
//
//   placeholder = [CLASS_XXXX], XXXX = Crockford base32 of the first 20 bits of keyed
//   BLAKE2b(conversation key, class ‖ 0 ‖ normalised value); 30 bits if two values collide.
//
// Text that looks like a placeholder and is none of this conversation's gets one itself (class
// LIT), so that nobody can ask for a value by typing its name. History that is sent again keeps its
// placeholders.
//
// Thread: any; two exchanges of one conversation may run at once.
#pragma once

#include "data_plane/guardrails/detect/finding.h"
#include "data_plane/guardrails/vault_record.h"
#include "foundation/base/hash.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace servery::guardrails {

class conversation_vault {
  public:
    static constexpr std::size_t most_entries = 500;

    explicit conversation_vault(const key32& conversation_key,
                                std::optional<vault_record> record = {})
        : key_(conversation_key), record_(std::move(record)) {}

    // A placeholder of before the start, as its record gave it back.
    void put_back(const std::string& name, vault_value value);
    // There was a message: what is kept lives for `lifetime` from `now` on.
    void used(instant now, millis lifetime);
    // Nothing more is kept: what is made from now on dies with the process.
    void keep_no_more();

    // none: the vault is full, so the value has to be redacted.
    [[nodiscard]] std::optional<std::string> placeholder_of(pii_type type, std::string_view value);

    // Replaces what looks like a placeholder but is none of this conversation's.
    [[nodiscard]] std::string shield(std::string_view text);

    // Puts values back. Tolerates what models do to a placeholder: escapes, spaces, letter case,
    // missing brackets. Placeholders of other conversations stay as they are.
    [[nodiscard]] std::string restore(std::string_view text) const;

    // A placeholder of this conversation that begins at `at`: `end` behind it (0 = none), its
    // value. open: the text ends before that can be told (never with `last`).
    struct matched {
        std::size_t end = 0;
        std::string value;
        bool open = false;
    };
    [[nodiscard]] matched match(std::string_view text, std::size_t at, bool last) const;

    [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }

  private:
    [[nodiscard]] bool is_live(std::string_view name) const;
    std::optional<std::string> name_of(std::string_view class_name, std::string_view form,
                                       std::string_view value);

    key32 key_;
    std::optional<vault_record> record_;
    mutable std::mutex mutex_;
    std::map<std::string, vault_value, std::less<>> values_; // by "EMAIL_7K2Q"
    std::atomic<std::size_t> size_{0};
};

} // namespace servery::guardrails
