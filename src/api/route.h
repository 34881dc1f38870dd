// What a route of the control API is: its rule and its act. A route declares who may call it, with
// which right, on which object, how often and with how large a body, before anything of it runs;
// one without a rule stops the start. Thread: tables are built at start and then read by all; the
// stages of a call say where they run.
#pragma once

#include "api/access/capabilities.h"
#include "api/access/rate_limits.h"
#include "foundation/base/result.h"
#include "foundation/events/event.h"
#include "foundation/http/message.h"
#include "foundation/http/query.h"
#include "foundation/json/json.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::api {

// public_: anybody. person: somebody with a session, a token or the operator's token. any: a person
// or an API key (stateless functions). metrics: the metrics key or loopback.
enum class caller_kind { undeclared, public_, person, any, metrics };
BOOST_DESCRIBE_ENUM(caller_kind, undeclared, public_, person, any, metrics)

// How somebody proved who they are.
enum class proof { none, session, token, operator_, key };
BOOST_DESCRIBE_ENUM(proof, none, session, token, operator_, key)

struct caller {
    api::proof by = proof::none;
    std::string person;  // id, "" for nobody and for keys
    std::string session; // ses_… when by session
    std::string key;     // key_… when by key
    // By session: a second proof was given and holds until then.
    instant step_up_until;
    access::rights rights;
    // The installation has nobody yet and the operator makes the first person.
    bool first_start = false;
    [[nodiscard]] events::actor actor() const;
};

// What the path names. project: `{project}` must exist and be one the caller sees, else 404.
enum class object_kind { none, project };
BOOST_DESCRIBE_ENUM(object_kind, none, project)

struct reply {
    int status = 200;
    json::value body;         // written when `text` is empty
    std::string text;         // HTML, Markdown, YAML, metrics …
    std::string content_type; // of `text`
    std::string etag;         // without quotes
    std::vector<std::string> set_cookies;
    std::string file_name; // non-empty: a download
    std::string nonce;     // of an HTML page with scripts of ours; "" = one without any
};

struct route;

// One request on its way. Everything in it is owned: it outlives the connection's buffers.
struct call {
    const api::route* rule = nullptr;
    api::caller who;
    std::map<std::string, std::string, std::less<>> path; // percent-decoded
    http::query_words query;
    std::string body;
    json::object in; // the body, when it is a JSON object
    std::string content_type;
    std::string peer; // address without port
    std::string request_id;
    std::string if_match;                                    // without quotes; "" = none
    std::string code;                                        // header x-servery-code
    std::string cookie;                                      // value of the session's cookie
    std::string device;                                      // value of the known device's cookie
    std::map<std::string, std::string, std::less<>> scratch; // from one stage to the next

    // `{project}` of the path, or ?project= where the route says so, or "".
    [[nodiscard]] std::string project() const;
    [[nodiscard]] std::string param(std::string_view name) const;
    [[nodiscard]] std::string word(std::string_view name, std::string_view otherwise = {}) const;
    [[nodiscard]] bool may(std::string_view capability) const;
    // The version in If-Match. Errors: api.if_match.missing, api.if_match.invalid.
    [[nodiscard]] result<std::int64_t> expected_version() const;
};

using stage = std::function<status(call&)>;
using action = std::function<result<reply>(call&)>;

// In this order: before (control thread), heavy (a pool thread: hashing, pure computing; no service
// may be touched), act (control thread). Most routes have only `act`; a route without `act` that
// has `compute` answers from the pool.
struct route {
    http::method verb = http::method::other;
    std::string path; // /api/v1/projects/{project}/…
    caller_kind who = caller_kind::undeclared;
    // The right: any of these is enough; empty only for public_, any, and own-account routes
    // (`own`: everybody signed in, on their own things).
    std::vector<std::string> capabilities;
    bool own = false;
    object_kind object = object_kind::none;
    bool project_in_query = false; // the right is that of ?project=
    bool step_up = false;
    access::rate_class rate = access::rate_class::console;
    std::size_t body_limit = 1'000'000; // 0 for GET
    bool raw_body = false;              // not JSON: an uploaded file or text
    std::string audit_kind;             // event the act writes, "" = none of its own
    std::string summary;                // one line for --print-routes and the contract

    stage before;
    stage heavy;
    action act;
    action compute;
    // The answer is the stream of changes (events_stream.h) instead of a reply.
    bool streams = false;
};

class route_table {
  public:
    // The row is checked: see check().
    void add(route row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] const std::vector<route>& rows() const { return rows_; }
    // The rows from this index on have no service behind them: they answer 501, their rules stay.
    void without_service(std::size_t from);
    // Every fault that must stop the start: undeclared caller, no capability and not `own`, an
    // unknown capability, no act, a cookie write without limit, a duplicate, an object that the
    // path does not name. Errors: api.route.undeclared with the route's name, all in `more`.
    [[nodiscard]] status check() const;
    // Aligned text, or {routes:[{method, path, caller, capability, object, step_up, rate_class,
    // body_limit, audit_kind, summary}]}.
    [[nodiscard]] std::string print() const;
    [[nodiscard]] json::object to_json() const;

  private:
    std::vector<route> rows_;
};

} // namespace servery::api
