// What happens to a running rollout. Written by control_plane/rollout. An enlargement always has
// its grant.issued before it in the log; a reduction is published before it is recorded.
#pragma once

#include "foundation/events/event.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servery::events {

struct rollout_started {
    static constexpr std::string_view kind = "rollout.started";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string stage;
    std::string grant;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(rollout_started, (), (rollout, stage, grant, reason))

// cause: advance, step_back, grant_ended, override.
struct rollout_share_changed {
    static constexpr std::string_view kind = "rollout.share_changed";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string from; // stage, "" = nobody
    std::string to;
    std::int64_t from_basis = 0;
    std::int64_t to_basis = 0;
    std::string grant; // the one that admits now
    std::string cause;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(rollout_share_changed, (),
                      (rollout, from, to, from_basis, to_basis, grant, cause, reason))

// cause: operator, approval, sample_ratio, metric:<id>, metric:log_incomplete.
struct rollout_held {
    static constexpr std::string_view kind = "rollout.held";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string cause;
    std::string reason;
    std::string metric; // id, "" if none
    std::optional<double> ln_e;
    std::int64_t n = 0;
    std::int64_t at_seq = 0; // row that decided, 0 = none
    std::string stage;       // that waits for approval, "" otherwise
};
BOOST_DESCRIBE_STRUCT(rollout_held, (), (rollout, cause, reason, metric, ln_e, n, at_seq, stage))

struct rollout_released {
    static constexpr std::string_view kind = "rollout.released";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string cause;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(rollout_released, (), (rollout, cause, reason))

// A person agrees that `stage` may open once everything else is met; valid until `until`.
struct rollout_approved {
    static constexpr std::string_view kind = "rollout.approved";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string stage;
    std::string person;
    std::string reason;
    instant until;
};
BOOST_DESCRIBE_STRUCT(rollout_approved, (), (rollout, stage, person, reason, until))

struct rollout_rolled_back {
    static constexpr std::string_view kind = "rollout.rolled_back";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string reason; // the sentence that people read
    std::string metric; // id, "" when a person or a tripwire did it
    std::optional<double> ln_e;
    std::int64_t n = 0;
    std::int64_t at_seq = 0; // row that decided, 0 = none
    std::string from;        // stage
    std::int64_t from_basis = 0;
};
BOOST_DESCRIBE_STRUCT(rollout_rolled_back, (),
                      (rollout, reason, metric, ln_e, n, at_seq, from, from_basis))

// scope: project, variant. id: the project, or the variant's hash in hex.
struct rollout_killed {
    static constexpr std::string_view kind = "rollout.killed";
    static constexpr record_class cls = record_class::audit;

    std::string scope;
    std::string id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(rollout_killed, (), (scope, id, reason))

struct rollout_unkilled {
    static constexpr std::string_view kind = "rollout.unkilled";
    static constexpr record_class cls = record_class::audit;

    std::string scope;
    std::string id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(rollout_unkilled, (), (scope, id, reason))

// The last stage serves.
struct rollout_completed {
    static constexpr std::string_view kind = "rollout.completed";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
};
BOOST_DESCRIBE_STRUCT(rollout_completed, (), (rollout))

// Another rollout of the project took its place.
struct rollout_superseded {
    static constexpr std::string_view kind = "rollout.superseded";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string by; // ro_…
};
BOOST_DESCRIBE_STRUCT(rollout_superseded, (), (rollout, by))

// No counted visitor for longer than `stall_after`: the share does not move, somebody is told.
struct rollout_stalled {
    static constexpr std::string_view kind = "rollout.stalled";
    static constexpr record_class cls = record_class::audit;

    std::string rollout;
    std::string stage;
    instant since; // last counted visitor, or the stage's start
    std::string words;
};
BOOST_DESCRIBE_STRUCT(rollout_stalled, (), (rollout, stage, since, words))

} // namespace servery::events
