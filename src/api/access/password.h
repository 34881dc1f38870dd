// Passwords: what may be one, and argon2id over it (libsodium; 19 MiB, t = 2, p = 1, the OWASP
// minimum). One hash takes tens of milliseconds and 19 MiB: never on a reactor and never on the
// control thread. Thread: pure functions.
#pragma once

#include "foundation/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace servery::api::access {

// 12 to 128 code points; not one of the common ones; contains none of `names` (the e-mail's local
// part, the person's id, the organisation's name) of four letters or more.
// Errors: access.password.short, .long, .common, .contains_name.
[[nodiscard]] status check_password(std::string_view password,
                                    const std::vector<std::string>& names);

// Errors: access.password.no_memory (unavailable).
[[nodiscard]] result<std::string> hash_password(std::string_view password);
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password);
// A hash that no password opens, so that an unknown e-mail costs the same time.
[[nodiscard]] const std::string& nobodys_hash();

} // namespace servery::api::access
