// The bare relay: what arrives goes to one upstream, what it answers comes back, byte for byte in
// the body. No keys, no policy, no rows: the data plane's floor, and what the comparison with nginx
// measures as pass-through. Thread: run_relay() blocks until SIGTERM or SIGINT.
#pragma once

#include "foundation/http/server.h"
#include "foundation/net/address_guard.h"

#include <cstddef>
#include <memory>
#include <string>

namespace servery::http {

struct relay_options {
    std::string listen = "127.0.0.1:8081"; // ADDR:PORT
    std::string to;                        // http://host:port or https://…; a path is put in front
    std::size_t threads = 1;
    std::size_t body_limit = 32u * 1024 * 1024;
    net::reach reach = net::reach::allow_private;
    std::string ca_file;
};

// The handler alone, for tests and for embedding. `pool` gives the current reactor's client pool.
class client_pool;
[[nodiscard]] result<handler> relay_handler(relay_options options,
                                            std::function<client_pool&(net::reactor&)> pool);

// Prints `ready http://ADDR:PORT` on stdout when it serves. Returns the exit code: 0 ended by a
// signal after draining, 2 wrong options, 3 cannot listen.
[[nodiscard]] int run_relay(const relay_options& options);

} // namespace servery::http
