// Who is asking: signed visitor ids, ids that a server asserts, the hashes that are stored in their
// place, and conversation ids. Thread: pure functions.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/hash.h"
#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/events/exchange.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::gateway {

// `svy_vis_` and base64url of 51 bytes: version 1, signing-key number 1, project 8, visitor 16
// random, issued 4 (unix seconds, big-endian), flags 1, origin hash 4 (0 = any), MAC 16 (keyed
// BLAKE2b over the 35 bytes before). Valid 395 days, re-issued with the same visitor after 30.
struct signed_visitor {
    hash16 visitor{};
    instant issued;
    bool staff = false;
    bool bot = false;
    bool signed_in = false;
};

[[nodiscard]] std::string make_visitor_id(const key32& key, std::string_view project,
                                          std::string_view origin, const signed_visitor& who);
// Nothing on a bad MAC, another project or origin, or after its time: then there is no visitor,
// never an error.
[[nodiscard]] std::optional<signed_visitor> read_visitor_id(const key32& key,
                                                            std::string_view project,
                                                            std::string_view origin,
                                                            std::string_view text, instant now);
[[nodiscard]] hash16 new_visitor(random_source& random);

struct identity {
    events::visitor_source source = events::visitor_source::none;
    std::optional<hash16> visitor; // the keyed hash: all that is stored, bucketed and sent on
    bool staff = false;            // flag of a signed id
    std::string reissue;           // a signed id to hand back, or empty
};

struct identity_input {
    key32 signing_key{};  // of signed ids
    key32 identity_key{}; // of the project
    std::string_view project;
    std::string_view origin;                // of the page; "" for servers
    bool may_assert = false;                // the key has visitor:assert
    bool is_public = false;                 // a public key: gets a signed id back
    std::optional<std::string_view> header; // x-servery-visitor
    std::string_view body_user;             // safety_identifier or user of the body
    instant now;
};

// First match wins: a signed id, an id in the header, an id in the body (the last two only with
// visitor:assert). Asserted ids are trimmed, NFC, lower-cased if they hold an `@`.
// Errors: request.invalid_header (over 128 bytes), key.header_forbidden.
[[nodiscard]] result<identity> identify(const identity_input& in, random_source& random);

// 16-byte keyed hash over (kind, id).
[[nodiscard]] hash16 visitor_hash(const key32& identity_key, std::string_view kind, bytes_view id);
// The conversation's internal key: hash of (project, visitor, id), so that an id taken from another
// visitor names a different, empty conversation.
[[nodiscard]] hash16 conversation_hash(const key32& identity_key, std::string_view project,
                                       const std::optional<hash16>& visitor, std::string_view id);

// At most 128 bytes of A-Z a-z 0-9 _ . : -
[[nodiscard]] bool is_conversation_id(std::string_view text);

// `group=staff, region=de, topic=orders`: the dictionary of x-servery-attributes with tokens or
// quoted strings as values, at most 16 keys and 512 bytes. Errors: request.invalid_header.
using attributes = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] result<attributes> parse_attributes(std::string_view header);

} // namespace servery::gateway
