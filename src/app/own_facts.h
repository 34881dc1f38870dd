// Facts about the server itself, for the gates of every project: who signs in how, how old the keys
// are, whether the listener is behind TLS, whether the record is whole. Thread: the control thread.
#pragma once

#include "foundation/base/clock.h"
#include "foundation/events/fact.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servery::api::access {
class people;
}
namespace servery::registry {
class registry_service;
}
namespace servery::store {
struct audit_report;
}

namespace servery::app {

// access.mfa_ok: whoever may sign a gate or a budget, or administers, has a second factor.
// access.key_age_max_days: of the oldest live key of the project; 0 without one.
// access.tls_ok: plain HTTP reaches this machine alone, or a proxy in front is named.
[[nodiscard]] std::vector<events::fact> access_facts(const api::access::people& people,
                                                     const registry::registry_service& registry,
                                                     std::string_view project, bool behind_tls,
                                                     instant now);

// audit.ok, from a check of the whole chain that ended at `at`.
[[nodiscard]] events::fact audit_fact(const store::audit_report& found, instant at);

// A text that the server keeps and shows or sends: where it stands, in words, and what it says.
struct kept_text {
    std::string where;
    std::string text;
};
// secrets.scan_ok: no credential stands in any of them. The note names the places, never a value.
[[nodiscard]] events::fact secrets_fact(std::span<const kept_text> texts, instant now);

} // namespace servery::app
