// The callables that join the two planes: what the API asks of the data plane, what evaluation and
// monitoring ask of the gateway. Thread: as api/ports.h and evaluation/answer.h say.
#pragma once

#include "api/ports.h"
#include "control_plane/evaluation/answer.h"
#include "control_plane/monitoring/monitoring_service.h"

#include <functional>

namespace servery::gateway {
class gateway;
struct turn_question;
struct turn_reply;
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

// Asks the gateway in process, on the next reactor; `done` runs there.
void ask_gateway(gateway::gateway& gateway, net::reactor_pool& reactors,
                 gateway::turn_question asked, std::function<void(gateway::turn_reply)> done);

// The gateway's own entry, so that tests travel the visitors' road.
[[nodiscard]] evaluation::answer_function evaluation_answer(gateway::gateway& gateway,
                                                            net::reactor_pool& reactors);

// A synthetic visitor who asks a fixed question: whether somebody answered, and who. Blocks for at
// most three seconds; not to be called on a reactor.
[[nodiscard]] monitoring::probe visitor_probe(gateway::gateway& gateway,
                                              net::reactor_pool& reactors);

} // namespace servery::app
