// What the API asks of the data plane, as callables. Thread: as api/ports.h says.
#pragma once

#include "api/ports.h"

namespace servery::gateway {
class gateway;
} // namespace servery::gateway
namespace servery::net {
class reactor_pool;
}
namespace servery::store {
class store;
}

namespace servery::app {

class services;

[[nodiscard]] api::ports make_api_ports(services& all, store::store& store,
                                        gateway::gateway& gateway, net::reactor_pool& reactors);

} // namespace servery::app
