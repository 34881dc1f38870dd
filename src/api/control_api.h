// The control plane over HTTP: one table of routes, one order of checks, thin handlers. The
// composition root makes it, gives it the executors, checks it (a faulty table stops the start)
// and hands its requests to answer().
// Thread: answer() runs on a reactor, hops to the control thread and comes back; everything else on
// the control thread.
#pragma once

#include "api/access/people.h"
#include "api/access/rate_limits.h"
#include "api/idempotency.h"
#include "api/ports.h"
#include "api/route.h"
#include "foundation/base/clock.h"
#include "foundation/base/random.h"
#include "foundation/base/task.h"
#include "foundation/events/log.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servery::http {
class request;
class responder;
class router;
} // namespace servery::http
namespace servery::registry {
class registry_service;
}
namespace servery::plan {
class plan_service;
}
namespace servery::gate {
class gate_service;
}
namespace servery::rollout {
class rollout_service;
}
namespace servery::desk {
class desk_service;
}
namespace servery::evaluation {
class evaluation_service;
}
namespace servery::monitoring {
class monitoring_service;
class alert_service;
} // namespace servery::monitoring
namespace servery::privacy {
class privacy_service;
}

namespace servery::api {

// The services behind the routes. Where one is null its routes answer 501.
class event_hub;

struct backend {
    const clock& now;
    random_source& random;
    events::log& log;
    registry::registry_service& registry;
    access::people& people;
    plan::plan_service* plans = nullptr;
    gate::gate_service* gates = nullptr;
    rollout::rollout_service* rollouts = nullptr;
    desk::desk_service* desk = nullptr;
    evaluation::evaluation_service* evaluation = nullptr;
    monitoring::monitoring_service* monitoring = nullptr;
    monitoring::alert_service* alerts = nullptr;
    privacy::privacy_service* privacy = nullptr;
    api::ports ports;
    event_hub* changes = nullptr; // what open consoles are told; null: nothing
    answer_keeper answers;        // empty: a restart forgets those under an Idempotency-Key
};

using executor = std::function<void(std::function<void()>)>;

struct options {
    // Runs work on the control thread, in order; never inline from a reactor.
    executor on_control;
    // Runs work on a pool thread.
    executor on_pool;
    // Told which request is being carried out, and "" when it is done; so that what it commits
    // names it. Control thread; may be empty.
    std::function<void(std::string)> on_request;
    // Origins a browser of ours may have: "http://127.0.0.1:8080", "https://ai.example.com". The
    // first is how links to pages of ours begin. With port 0: see set_origins().
    std::vector<std::string> origins;
    bool tls = false; // the public side: Secure cookies, HSTS
    // BLAKE2b-256 of admin.token; none = no operator.
    std::optional<hash32> admin_token;
    // Marks the browsers somebody has signed in from; all zero = drawn anew at each start.
    key32 device_key{};
    // Bearer key of /metrics beside loopback; none = loopback only.
    std::optional<hash32> metrics_key;
    std::string version;
};

// Every row the API has, whatever services are there: for --print-routes and the contract's test.
[[nodiscard]] route_table all_routes(backend& with, const options& how);
// The contract, as served under /api/v1/openapi.yaml.
[[nodiscard]] std::string_view openapi_yaml();

class control_api {
  public:
    control_api(backend with, options how);
    control_api(const control_api&) = delete;
    control_api& operator=(const control_api&) = delete;
    ~control_api();

    // Errors: api.route.undeclared. Call before listening.
    [[nodiscard]] status check() const;
    [[nodiscard]] const route_table& routes() const;
    // Once it is known which port is listened on. Control thread.
    void set_origins(std::vector<std::string> origins);
    // Paths that are this API's: /api/…, /healthz, /readyz, /metrics, and / itself.
    [[nodiscard]] static bool owns(std::string_view path);
    // Answers one request, whatever it is. Errors have the body
    // {"error":{id, message, where, remedy, params, request_id}, "errors":[…]}.
    [[nodiscard]] task<void> answer(http::request& in, http::responder& out);

    [[nodiscard]] backend& services();

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

// The body of a fault.
[[nodiscard]] json::object error_body(const error& fault, std::string_view request_id);

} // namespace servery::api
