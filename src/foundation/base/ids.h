// Ids that Servery mints: `<prefix>_` + UUID v7 in lower-case base32 (26 characters). They sort by
// the time they were made. Slugs are ids that people choose. Thread: any.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/base/random.h"

#include <string>
#include <string_view>

namespace servery {

// make_id("cv", ...) -> "cv_agk4…"; prefix without the underscore.
[[nodiscard]] std::string make_id(std::string_view prefix, instant at, random_source& random);

// True for "<prefix>_" followed by 26 base32 characters.
[[nodiscard]] bool is_id(std::string_view text, std::string_view prefix);

// People, projects and plan rows: [a-z0-9-]{1,64}.
[[nodiscard]] bool is_slug(std::string_view text);

} // namespace servery
