// The envelope of everything that is decided or happens outside an exchange, and how typed records
// go in and out of it. Control-plane state is a fold over events in the order of `seq`.
// Thread: plain values.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/json/describe.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace servery::events {

// audit: hash-chained and durable before the act is acknowledged. traffic: answer first, the row
// follows within one batch.
enum class record_class { audit, traffic };
BOOST_DESCRIBE_ENUM(record_class, audit, traffic)

enum class actor_kind { person, key, visitor, system };
BOOST_DESCRIBE_ENUM(actor_kind, person, key, visitor, system)

// Who did it. Ids are random or slugs, never e-mail addresses.
struct actor {
    actor_kind kind = actor_kind::system;
    std::string id;
};
BOOST_DESCRIBE_STRUCT(actor, (), (kind, id))

struct event {
    std::int64_t seq = 0; // given by the log; one sequence over events and exchanges
    instant at;           // wall time, UTC
    std::string kind;     // "label.recorded"
    record_class cls = record_class::audit;
    std::string project; // "" = the installation
    actor by;
    std::string object_type; // "gate", "plan", "entry" …
    std::string object_id;
    std::string phase; // phase of the project when it happened, or ""
    bool refused = false;
    std::string request_id;
    json::object body; // the members of the typed record
};
BOOST_DESCRIBE_STRUCT(event, (),
                      (seq, at, kind, cls, project, by, object_type, object_id, phase, refused,
                       request_id, body))

// Where an event belongs; the rest of the envelope.
struct context {
    instant at;
    std::string project;
    actor by;
    std::string object_type;
    std::string object_id;
    std::string phase;
    std::string request_id;
};

// A typed record is a described struct with
//   static constexpr std::string_view kind = "label.recorded";
//   static constexpr record_class cls = record_class::audit;
template <typename Record>
[[nodiscard]] event make_event(const Record& record, context where) {
    event e;
    e.at = where.at;
    e.kind = Record::kind;
    e.cls = Record::cls;
    e.project = std::move(where.project);
    e.by = std::move(where.by);
    e.object_type = std::move(where.object_type);
    e.object_id = std::move(where.object_id);
    e.phase = std::move(where.phase);
    e.request_id = std::move(where.request_id);
    json::to_json_members(e.body, record);
    return e;
}

template <typename Record>
[[nodiscard]] bool is(const event& e) {
    return e.kind == Record::kind;
}

// The typed record of e. Members that are not in the body keep their defaults and members that are
// not in the struct are skipped, so that old logs can be read by new code and the reverse.
template <typename Record>
[[nodiscard]] Record read(const event& e) {
    Record out{};
    std::vector<error> faults;
    json::read_members(e.body, out, "body", json::unknown::ignore, faults);
    return out;
}

} // namespace servery::events
