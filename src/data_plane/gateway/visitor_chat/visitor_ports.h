// What the visitor chat is given beside the gateway's own ports. Callables are called on reactors,
// must not block, and answer `done` on any thread, once. Each may be empty: then the widget is told
// that there is no such thing.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/result.h"
#include "foundation/json/json.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace servery::gateway {

// A file of the widget as it was built in; views live as long as the process.
struct widget_file {
    std::string_view type; // content-type
    std::string_view hash; // of the content, for its ETag
    std::string_view plain;
    std::string_view packed; // gzip; "" = none
};

// "Report" under an answer: `text` is redacted already.
struct report_given {
    std::string message; // msg_… of the answer
    std::string text;
};

struct visitor_ports {
    // By name: loader.js, panel.….js, manifest.json; nothing for any other.
    std::function<std::optional<widget_file>(std::string_view name)> file;
    bool tls = false; // the public side is HTTPS

    std::function<void(std::string project, hash16 conversation, report_given what,
                       std::function<void(status)> done)>
        report;
    // Everything kept about a visitor, and its deletion.
    std::function<void(std::string project, hash16 visitor,
                       std::function<void(result<json::object>)> done)>
        export_data;
    std::function<void(std::string project, hash16 visitor, std::function<void(status)> done)>
        erase;
};

} // namespace servery::gateway
