// Placeholders of one conversation and the values behind them, in memory. The same value gets the
// same placeholder in its conversation and another one elsewhere; only placeholders of this very
// conversation are put back.
//
//   placeholder = [CLASS_XXXX], XXXX = Crockford base32 of the first 20 bits of keyed
//   BLAKE2b(conversation key, class ‖ 0 ‖ normalised value); 30 bits if two values collide.
//
// Thread: one conversation, one thread at a time.
#pragma once

#include "data_plane/guardrails/detect/finding.h"
#include "foundation/base/hash.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace servery::guardrails {

class conversation_vault {
  public:
    static constexpr std::size_t most_entries = 500;

    explicit conversation_vault(const key32& conversation_key) : key_(conversation_key) {}

    // none: the vault is full, so the value has to be redacted.
    [[nodiscard]] std::optional<std::string> placeholder_of(pii_type type, std::string_view value);

    // Puts values back. Tolerates what models do to a placeholder: escapes, spaces, letter case,
    // missing brackets. Placeholders of other conversations stay as they are.
    [[nodiscard]] std::string restore(std::string_view text) const;

    [[nodiscard]] std::size_t size() const { return values_.size(); }

  private:
    struct entry {
        std::string value; // as written the first time
        std::string normalised;
    };
    key32 key_;
    std::map<std::string, entry, std::less<>> values_; // by "EMAIL_7K2Q"
};

} // namespace servery::guardrails
