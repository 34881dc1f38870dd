// The events of data protection. Audit class, but for the one that names the visitor of a request:
// it is blanked together with everything else of that visitor.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <map>
#include <string>

namespace servery::privacy {

// received -> in_progress -> done | failed. An export is done in one step.
struct request_changed {
    static constexpr std::string_view kind = "privacy.request_changed";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string request; // rq_…
    std::string what;    // erase, export
    std::string state;
    std::string subject; // sub_ and 12 hex digits: tells two subjects apart, leads to neither
    std::string by;      // visitor, staff
    std::string reason;  // failed: the id of the fault
};
BOOST_DESCRIBE_STRUCT(request_changed, (), (request, what, state, subject, by, reason))

// Whom an erasure is about, so that it goes on after a crash.
struct request_subject {
    static constexpr std::string_view kind = "privacy.request_subject";
    static constexpr events::record_class cls = events::record_class::traffic;

    std::string request;
    hash16 visitor{};
};
BOOST_DESCRIBE_STRUCT(request_subject, (), (request, visitor))

// What was done: the certificate of erasure. Counts by kind of row.
struct erasure_certified {
    static constexpr std::string_view kind = "privacy.erasure_certified";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string request;
    std::string subject;
    std::map<std::string, std::int64_t> rows; // "message.added" -> 12, "exchange" -> 9 …
    std::int64_t conversations = 0;
    bool logs_emptied = true;
};
BOOST_DESCRIBE_STRUCT(erasure_certified, (), (request, subject, rows, conversations, logs_emptied))

// The nightly job's report for one project.
struct retention_ran {
    static constexpr std::string_view kind = "privacy.retention_ran";
    static constexpr events::record_class cls = events::record_class::audit;

    std::int64_t conversations = 0; // that lost texts
    std::int64_t rows = 0;
    std::int64_t exchanges = 0;
};
BOOST_DESCRIBE_STRUCT(retention_ran, (), (conversations, rows, exchanges))

} // namespace servery::privacy
