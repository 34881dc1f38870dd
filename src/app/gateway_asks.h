// What the control plane asks of the gateway in process: cases of an evaluation, the synthetic
// visitor, drills. Thread: as evaluation/answer.h says; visitor_probe as it says itself.
#pragma once

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

namespace servery::app {

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
