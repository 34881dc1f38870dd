// Handlers of messages, history, the event stream and "talk to a person". Thread: the connection's
// reactor.
#pragma once

#include "foundation/base/task.h"

#include <string>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::gateway {

class gateway;

[[nodiscard]] task<void> post_message(gateway* with, http::request* in, http::responder* out,
                                      std::string widget);
[[nodiscard]] task<void> get_events(gateway* with, http::request* in, http::responder* out,
                                    std::string widget);
[[nodiscard]] task<void> get_history(gateway* with, http::request* in, http::responder* out,
                                     std::string widget);
[[nodiscard]] task<void> post_human(gateway* with, http::request* in, http::responder* out,
                                    std::string widget);

} // namespace servery::gateway
