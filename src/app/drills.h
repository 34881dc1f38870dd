// Drills: a fault injected on purpose, to see the fallback serve and how fast. A drill is part of
// the snapshot while it runs and touches only requests of purpose drill. Thread: control thread.
#pragma once

#include "api/ports.h"
#include "foundation/events/event.h"

namespace servery::gateway {
class gateway;
}
namespace servery::net {
class reactor_pool;
}

namespace servery::app {

class services;

struct drill_started {
    static constexpr std::string_view kind = "drill.started";
    static constexpr events::record_class cls = events::record_class::audit;

    std::string drill; // drl_…
    std::string cause; // provider_down, timeout …
};
BOOST_DESCRIBE_STRUCT(drill_started, (), (drill, cause))

// c.id: the evidence to renew, gateway.fallback_drill (`cause` in the body, default provider_down).
// Returns {drill, cause, state: started}; the fact follows when the synthetic visitor was answered.
// Errors: gate.evidence.not_refreshable, gate.sign.no_variant (nothing to drill).
[[nodiscard]] result<json::object> start_drill(services& all, gateway::gateway& gateway,
                                               net::reactor_pool& reactors,
                                               const api::port_call& c);

} // namespace servery::app
