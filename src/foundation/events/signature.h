// A person signed exactly what was shown: the hash of the object binds it, so that a later change
// makes it expired instead of moving it. Written by control_plane/gate.
#pragma once

#include "foundation/events/event.h"

#include <string>

namespace servery::events {

struct signature_added {
    static constexpr std::string_view kind = "signature.added";
    static constexpr record_class cls = record_class::audit;

    std::string signature; // sig_…
    std::string person;
    std::string capability;  // the one it was made with: gate.sign, budget.approve …
    std::string what;        // gate/G1, risk/R-PRIV-1, stop_rule, plan/12
    std::string object_hash; // hex
    std::string statement;
    std::string comment;
    std::string method; // passkey, code, password, token
    instant expires;    // ms 0 = until revoked or the object changes
};
BOOST_DESCRIBE_STRUCT(signature_added, (),
                      (signature, person, capability, what, object_hash, statement, comment, method,
                       expires))

struct signature_revoked {
    static constexpr std::string_view kind = "signature.revoked";
    static constexpr record_class cls = record_class::audit;

    std::string signature;
    std::string person;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(signature_revoked, (), (signature, person, reason))

} // namespace servery::events
