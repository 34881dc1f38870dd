// Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 seconds, the
// form that every authenticator app knows. Thread: pure functions.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace servery::api::access {

inline constexpr std::size_t totp_seed_bytes = 20; // RFC 4226, section 4: 160 bits recommended

// Number of the step that `at` lies in.
[[nodiscard]] std::int64_t totp_step(instant at);
// The six digits of a step. "" if the hash is not to be had.
[[nodiscard]] std::string totp_code(bytes_view seed, std::int64_t step);
// The step whose code this is: the current one or one beside it, and later than `last_used`, so
// that no code works twice. None otherwise.
[[nodiscard]] std::optional<std::int64_t> match_totp(bytes_view seed, std::string_view code,
                                                     instant now, std::int64_t last_used);

// Upper-case base32 without padding, as apps take it.
[[nodiscard]] std::string totp_secret_text(bytes_view seed);
// otpauth://totp/Servery:rosa?secret=…&issuer=Servery
[[nodiscard]] std::string totp_uri(bytes_view seed, std::string_view account);

} // namespace servery::api::access
