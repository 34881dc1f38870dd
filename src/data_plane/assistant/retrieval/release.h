// What a knowledge release says: the approved entries as they are served, in plain values.
// Thread: values.
#pragma once

#include "foundation/base/hash.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace servery::assistant {

// One approved answer. Texts are NFC. Dates are "2026-11-25" or empty.
struct release_entry {
    std::string key;                    // [A-Za-z0-9._-]{1,64}, unique in the release
    std::int64_t version = 1;           // of the entry; not part of the release's id
    std::string lang = "en";            // two letters
    std::string question;               // 1-300 code points
    std::string answer;                 // Markdown subset, sent byte for byte
    std::vector<std::string> phrasings; // accepted ones, newest first
    std::vector<std::string> tags;
    std::string topic;
    // empty = public; {"staff"}; or names of groups
    std::vector<std::string> audience;
    std::string valid_from;
    std::string valid_to;
    std::string source_title;
    std::string source_locator;
    std::string checked_on; // date the source was last checked; not part of the release's id
};
BOOST_DESCRIBE_STRUCT(release_entry, (),
                      (key, version, lang, question, answer, phrasings, tags, topic, audience,
                       valid_from, valid_to, source_title, source_locator, checked_on))

struct release {
    std::string id;                     // kr_ + 16 hex digits, see release_id_of
    std::string default_lang = "en";    // of the project; not part of the id
    std::vector<release_entry> entries; // in order of key
};

// One JSON object a line in order of key, phrasings and tags sorted, no times and no people, then a
// line with the analysis versions: the same content gives the same bytes on every machine.
[[nodiscard]] std::string canonical_form(const release& content);
// kr_ + the first 16 hex digits of BLAKE2b-256 over the canonical form.
[[nodiscard]] std::string release_id_of(const release& content);

} // namespace servery::assistant
