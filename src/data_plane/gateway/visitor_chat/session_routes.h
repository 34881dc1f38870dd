// Handlers of the routes before the first message. Pointers instead of references, since they live
// as long as the coroutine is awaited. Thread: the connection's reactor.
#pragma once

#include "foundation/base/task.h"

#include <string>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::gateway {

class gateway;

[[nodiscard]] task<void> get_config(gateway* with, http::request* in, http::responder* out,
                                    std::string widget);
[[nodiscard]] task<void> get_notice(gateway* with, http::request* in, http::responder* out,
                                    std::string widget);
[[nodiscard]] task<void> post_consent(gateway* with, http::request* in, http::responder* out,
                                      std::string widget);
[[nodiscard]] task<void> post_session(gateway* with, http::request* in, http::responder* out,
                                      std::string widget);
[[nodiscard]] task<void> post_label_shown(gateway* with, http::request* in, http::responder* out,
                                          std::string widget);

} // namespace servery::gateway
