// Who answers: a variant under a live grant, or the fallback. The rows of the gateway's admission
// table, in order, the first match decides: kill word, sandbox key, owner, consent, phase and
// grants, open now, pin, groups, bucket. Exclusions come before the hash, so that the probability
// is uniform among the eligible. Thread: a pure function of its input (the kill board is read).
#pragma once

#include "data_plane/policy/assignment.h"
#include "data_plane/policy/kill_board.h"
#include "data_plane/policy/snapshot.h"
#include "foundation/events/desk.h"
#include "foundation/events/exchange.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::policy {

// The deciding line. `forced` is an evaluation, a draft, a drill or load that named a variant.
enum class reason {
    killed,
    sandbox,
    forced,
    owner_person,
    owner_nobody,
    consent,
    excluded,
    phase,
    no_grant,
    closed,
    pinned,
    audience,
    bucket,
};
BOOST_DESCRIBE_ENUM(reason, killed, sandbox, forced, owner_person, owner_nobody, consent, excluded,
                    phase, no_grant, closed, pinned, audience, bucket)

// What a sandbox key, or an evaluation, asked for: a variant, or one provider's model alone.
struct named_target {
    const variant_view* variant = nullptr;
    std::optional<variant_target> bare;
};

struct admission_input {
    const snapshot* policy = nullptr;
    const project_view* project = nullptr;
    const kill_board* kills = nullptr;
    key_kind kind = key_kind::live;
    events::purpose purpose = events::purpose::visitor;
    std::optional<named_target> named;

    unit who;
    std::vector<std::string> groups; // values of the attribute `group`
    std::optional<hash32> pinned;    // the variant that this conversation began with

    events::owner_kind owner = events::owner_kind::ai;
    bool consent_given = false;
    bool excluded = false; // an attribute or a topic that is denied
    instant now;
};

struct admission {
    bool serve = false; // a variant answers
    policy::reason reason = policy::reason::no_grant;
    // Cause whose fallback chain answers if `serve` is false: killed, owner_person, owner_nobody,
    // consent, closed or not_admitted.
    std::string cause;
    const variant_view* variant = nullptr;
    std::optional<variant_target> bare; // sandbox: a provider's model without a variant
    const grant_view* grant = nullptr;  // of the variant, or of the comparison it was left out of
    std::string mode = "answer";        // answer, draft
    events::assigned_by assigned = events::assigned_by::none;
    bool eligible = false;           // may enter a comparison
    std::int64_t probability_e6 = 0; // of the arm that was assigned
    bucket at = bucket_of_nobody;
    std::optional<hash32> arm; // none = control
};

// One line of the table as it was looked at, for `explain`.
struct admission_check {
    int row = 0;         // of the table
    std::string check;   // kill, sandbox, owner, consent …
    std::string verdict; // pass, skip, decides
    std::string detail;  // in words, with the values compared
};
BOOST_DESCRIBE_STRUCT(admission_check, (), (row, check, verdict, detail))

// `trace`, if given, gets every check up to the deciding one.
[[nodiscard]] admission admit(const admission_input& in,
                              std::vector<admission_check>* trace = nullptr);

// A grant that may serve now: its variant not stopped, not before its time, not expired, of the
// project's phase.
[[nodiscard]] bool is_live(const grant_view& grant, const project_view& project,
                           const kill_board& kills, instant now);

// Purposes that ask a named variant without a grant, and never count: all but visitor and staff.
[[nodiscard]] bool is_staged(events::purpose why);

// The chain's cause of a reason of not serving.
[[nodiscard]] std::string_view cause_of(reason why);

} // namespace servery::policy
