// The text of an API key: `svy_<kind>_`, 32 base32 characters of 160 random bits, 7 base32
// characters of the CRC-32 of everything before. Only the keyed hash of the whole text is kept.
// Scanner pattern: svy_(sandbox|live|public)_[a-z2-7]{39}. Thread: pure functions.
#pragma once

#include "data_plane/policy/snapshot.h"
#include "foundation/base/random.h"

#include <optional>
#include <string>
#include <string_view>

namespace servery::policy {

// A new key, to be shown once.
[[nodiscard]] std::string make_key_text(key_kind kind, random_source& random);

// The kind of a text that has the shape of a key and a right checksum; none for anything else, so
// that a mistyped key is refused before it is hashed.
[[nodiscard]] std::optional<key_kind> key_text_kind(std::string_view text);

// Keyed BLAKE2b-256 over the whole text: the look-up key of snapshot::key(). The pepper is a subkey
// of the master key.
[[nodiscard]] hash32 hash_key(const key32& pepper, std::string_view text);

// What people see of a key: its last four characters.
[[nodiscard]] std::string last4(std::string_view text);

} // namespace servery::policy
