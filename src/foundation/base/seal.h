// Sealed values: XChaCha20-Poly1305 with associated data, so that a value that is moved to another
// row does not open. Form of a sealed value, as bytes:
//   u8 version (1) | u32 key id, little-endian | nonce 24 | ciphertext and tag
// Thread: pure functions, any thread.
#pragma once

#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/base/secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servery {

// `table|column|row id`: where the value lives.
[[nodiscard]] std::string seal_place(std::string_view table, std::string_view column,
                                     std::string_view row);

// key: 32 bytes. The nonce is drawn from `random`.
[[nodiscard]] std::vector<std::uint8_t> seal(const secret_bytes& key, std::uint32_t key_id,
                                             bytes_view plain, std::string_view place,
                                             random_source& random);

// Errors: secret.sealed.format (not a sealed value, or a newer form), secret.sealed.key (another
// key id), secret.sealed.closed (wrong key, wrong place, or changed).
[[nodiscard]] result<secret_bytes> unseal(const secret_bytes& key, std::uint32_t key_id,
                                          bytes_view sealed, std::string_view place);

} // namespace servery
