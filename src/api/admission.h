// Who is asking, and may they: every check that stands before a route's act, in one order. Rate,
// who, CSRF, object (missing and foreign give the same 404), capability, step-up.
// Thread: the control thread.
#pragma once

#include "api/control_api.h"

#include <map>
#include <string>

namespace servery::api {

// What admission reads of a request's head; owned texts.
struct request_head {
    std::string authorization;
    std::string api_key; // x-api-key
    std::string cookie;
    std::string as; // x-servery-as
    std::string origin;
    std::string fetch_site; // sec-fetch-site
    std::string content_type;
    std::string csrf; // x-servery-csrf
    bool loopback = false;
};

class admission {
  public:
    admission(backend& with, const options& how);

    struct refusal {
        error fault;
        std::optional<millis> retry_after;
    };
    // Fills c.who; none = go on.
    [[nodiscard]] std::optional<refusal> admit(call& c, const request_head& head);

  private:
    [[nodiscard]] caller identify(const request_head& head) const;
    [[nodiscard]] caller by_bearer(std::string_view secret, const request_head& head) const;
    [[nodiscard]] status same_origin(const call& c, const request_head& head) const;
    [[nodiscard]] status known_object(const call& c) const;
    [[nodiscard]] status allowed(const call& c) const;
    void note(const call& c, const error& fault);

    backend& with_;
    const options& how_;
    access::rate_limits limits_;
    // Refusals written in the current minute, by caller.
    std::map<std::string, std::pair<std::int64_t, int>> noted_;
};

// A code within the last ten minutes of this session, or with the call, from whoever has a second
// factor. Admission asks on routes with step_up; an act asks where only some of its uses need it.
// Errors: access.step_up (permission_denied), access.slow_down, audit.store.down.
[[nodiscard]] status second_proof(backend& with, const call& c);

// Browsers keep __Host- names for TLS; plain HTTP is served on loopback only.
[[nodiscard]] std::string_view cookie_name(const options& how);
// Of a browser that somebody has signed in from before.
[[nodiscard]] std::string_view device_cookie_name(const options& how);
// The value of a cookie in a Cookie header, "" = it is not there.
[[nodiscard]] std::string cookie_value(std::string_view header, std::string_view name);

// The same body whether a thing does not exist or belongs to somebody else.
[[nodiscard]] error not_found_here();

} // namespace servery::api
