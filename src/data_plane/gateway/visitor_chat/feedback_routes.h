// Handlers of what a visitor makes of an answer, and of a visitor's own data. Thread: the
// connection's reactor.
#pragma once

#include "foundation/base/task.h"

#include <string>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::gateway {

class gateway;

// {seq | message, thumb: up|down, reason?}
[[nodiscard]] task<void> post_feedback(gateway* with, http::request* in, http::responder* out,
                                       std::string widget);
// {seq | message, text?}: a colleague looks at this answer.
[[nodiscard]] task<void> post_report(gateway* with, http::request* in, http::responder* out,
                                     std::string widget);
// Everything kept about this visitor, as one document; and its deletion.
[[nodiscard]] task<void> get_my_data(gateway* with, http::request* in, http::responder* out,
                                     std::string widget);
[[nodiscard]] task<void> delete_my_data(gateway* with, http::request* in, http::responder* out,
                                        std::string widget);

} // namespace servery::gateway
