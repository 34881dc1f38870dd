// What the routes of the visitor chat share: who calls, bodies and faults in the widget's form.
// Thread: the connection's reactor.
#pragma once

#include "data_plane/gateway/exchange.h"
#include "data_plane/gateway/gateway.h"
#include "foundation/http/server.h"
#include "foundation/json/json.h"

#include <memory>
#include <optional>
#include <string>

namespace servery::gateway {

// A caller of the widget's routes, authenticated.
struct chat_caller {
    std::shared_ptr<const policy::snapshot> policy;
    const policy::widget_view* widget = nullptr;
    const policy::project_view* project = nullptr;
    const policy::key_view* key = nullptr;
    std::string origin;
    bool own_page = false; // the hosted chat, the console's preview, the demo's first page
    bool trial = false;    // an own page while the project is in its sandbox: staff try it
    std::string request_id;
    std::string visitor_id; // svy_vis_…, or empty
    std::optional<hash16> visitor;
    bool staff = false;
    hash16 conversation{};
    net::reactor* home = nullptr;
};

// One conversation a visitor: the book cuts it into segments.
inline constexpr std::string_view chat_conversation = "chat";

// Errors: desk.widget.unknown, key.*, desk.visitor.missing (`need_visitor`).
enum class visitor_need { optional, required };
[[nodiscard]] result<chat_caller> read_caller(gateway& with, const http::request& in,
                                              std::string_view widget, visitor_need need);

// Whether the request comes from a page that this server serves: the Origin names this host, or,
// for a GET that carries none, the browser says "same-origin".
[[nodiscard]] bool is_own_page(const http::request& in);
// Whether the project's chat is open: from the pilot on to everybody, in the sandbox on own pages.
[[nodiscard]] bool is_served(const policy::project_view& project, bool own_page);

// A new signed visitor of this caller's project and origin.
void mint_visitor(gateway& with, chat_caller& c);

[[nodiscard]] bool has_consent(gateway& with, const chat_caller& c);
[[nodiscard]] error consent_needed();

// The body as a JSON object of at most 16 KiB. Errors: http.*, request.invalid_json.
[[nodiscard]] task<result<json::object>> read_json(http::request& in);

// 200, 202 … with a JSON body, CORS and no caching; an empty object sends no body (204).
[[nodiscard]] task<void> send_json(http::responder& out, const policy::snapshot* policy,
                                   std::string origin, int status, json::value body,
                                   millis retry_after = {});
// {"error":{"id","message","where","remedy","params","request_id"}}
[[nodiscard]] task<void> send_fault(http::responder& out, const policy::snapshot* policy,
                                    std::string origin, error fault, millis retry_after = {});
[[nodiscard]] task<void> send_fault(http::responder& out, gateway& with, const http::request& in,
                                    error fault, millis retry_after = {});

// A message as the widget reads it. `name` is the person's, "" for others.
[[nodiscard]] json::object message_json(const policy::project_view& project,
                                        const events::message_added& m, const std::string& name);
[[nodiscard]] json::object message_json(gateway& with, const chat_caller& c,
                                        const events::message_added& m);
// {"version", "text"} of the label of that version.
[[nodiscard]] json::object label_json(const policy::project_view& project,
                                      const std::string& version);

} // namespace servery::gateway
