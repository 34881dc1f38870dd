// Grants: what a passed gate or an override issues, and their ends. The gateway serves a variant
// only under a live grant. Written by control_plane/gate alone; read by rollout, which turns live
// grants into the policy snapshot.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servery::events {

// Who may be served. percent of the public visitors that pass the filters; a filter that is empty
// does not filter; several values of one filter = any of them, several filters = all of them.
struct audience {
    std::int64_t basis = 0; // 0..10000, in 0.01 %
    std::vector<std::string> groups;
    std::vector<std::string> regions;
    std::vector<std::string> topics;
    std::optional<std::int64_t> max_visitors;
    friend bool operator==(const audience&, const audience&) = default;
};
BOOST_DESCRIBE_STRUCT(audience, (), (basis, groups, regions, topics, max_visitors))

struct grant_issued {
    static constexpr std::string_view kind = "grant.issued";
    static constexpr record_class cls = record_class::audit;

    std::string grant; // gr_…
    std::string phase;
    std::string stage;
    std::string mode;    // answer, draft, shadow
    std::string variant; // hash in hex
    events::audience audience;
    instant issued_at;
    instant until;
    std::string gate;     // G1, S:p10, or "override"
    std::string gate_run; // run_…
    std::int64_t plan_revision = 0;
    std::string override_reason; // "" unless an override issued it
    std::string mac;             // keyed BLAKE2b-256 over all of the above and the project, hex
};
BOOST_DESCRIBE_STRUCT(grant_issued, (),
                      (grant, phase, stage, mode, variant, audience, issued_at, until, gate,
                       gate_run, plan_revision, override_reason, mac))

// The same grant lives longer because the evidence it rests on was renewed; never a larger
// audience.
struct grant_renewed {
    static constexpr std::string_view kind = "grant.renewed";
    static constexpr record_class cls = record_class::audit;

    std::string grant;
    instant until;
    std::string mac; // of the grant with the new `until`
};
BOOST_DESCRIBE_STRUCT(grant_renewed, (), (grant, until, mac))

// reason: expired, stepped_back, rolled_back, superseded, revoked, stopped, keep (a condition of
// the keep set fell: see `condition`). An ended grant never lives again.
struct grant_ended {
    static constexpr std::string_view kind = "grant.ended";
    static constexpr record_class cls = record_class::audit;

    std::string grant;
    std::string reason;
    std::string condition; // id of the keep condition, "" otherwise
    std::string detail;    // in words
};
BOOST_DESCRIBE_STRUCT(grant_ended, (), (grant, reason, condition, detail))

// Serves nobody until resumed: a kill, or a restore that no owner has confirmed.
struct grant_suspended {
    static constexpr std::string_view kind = "grant.suspended";
    static constexpr record_class cls = record_class::audit;

    std::string grant;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(grant_suspended, (), (grant, reason))

struct grant_resumed {
    static constexpr std::string_view kind = "grant.resumed";
    static constexpr record_class cls = record_class::audit;

    std::string grant;
    std::string gate_run; // the run that passed again
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(grant_resumed, (), (grant, gate_run, reason))

// A grant that was not made, or one in the log that does not verify (id grant.invalid).
struct grant_refused {
    static constexpr std::string_view kind = "grant.refused";
    static constexpr record_class cls = record_class::audit;

    std::string grant; // "" if none was made
    std::string stage;
    std::string id; // error id: gate.phase.cap, grant.invalid, …
    std::string why;
};
BOOST_DESCRIBE_STRUCT(grant_refused, (), (grant, stage, id, why))

} // namespace servery::events
