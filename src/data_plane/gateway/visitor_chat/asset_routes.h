// The widget's files and the hosted chat: GET /widget/v1/{file} for every page of the web, and
// GET /chat/{widget} for firms that cannot embed a script. Thread: the connection's reactor.
#pragma once

#include "foundation/base/task.h"
#include "foundation/json/json.h"

#include <string>

namespace servery::http {
class request;
class responder;
} // namespace servery::http

namespace servery::gateway {

class gateway;

[[nodiscard]] task<void> get_widget_file(gateway* with, http::request* in, http::responder* out,
                                         std::string file);
[[nodiscard]] task<void> get_chat_page(gateway* with, http::request* in, http::responder* out,
                                       std::string widget);

// {"panel":{"src","integrity"},"texts":{"de":{…}}}: what the config tells the loader to load;
// panel is null where the binary was built without the widget.
[[nodiscard]] json::object panel_files(const gateway& with);

} // namespace servery::gateway
