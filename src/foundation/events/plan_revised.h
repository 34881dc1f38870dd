// A new immutable revision of a project's plan became the head. The first one creates the project.
// Written by control_plane/plan.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <string>

namespace servery::events {

struct plan_revised {
    static constexpr std::string_view kind = "plan.revised";
    static constexpr record_class cls = record_class::audit;

    std::int64_t revision = 0; // 1, 2, 3 … without gaps
    std::string hash;          // BLAKE2b-256 of `document`, hex
    std::string parent;        // hash of the revision before, "" for the first
    std::string author;        // person
    std::string reason;        // signed reason of a change that loosens, "" otherwise
    std::string source;        // console, cli, import, wizard, answer, activity
    std::string document;      // canonical YAML
    json::array changes;       // the diff against the parent, as plan::change
    bool after_lock = false;   // touches something that was locked
};
BOOST_DESCRIBE_STRUCT(plan_revised, (),
                      (revision, hash, parent, author, reason, source, document, changes,
                       after_lock))

} // namespace servery::events
