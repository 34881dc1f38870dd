// What the routes of signing in share: the answers that open a session. Thread: the control thread.
#pragma once

#include "api/control_api.h"
#include "api/route.h"

#include <string>

namespace servery::api {

// 401 access.sign_in; never says which part was wrong.
[[nodiscard]] std::unexpected<error> wrong_sign_in();

[[nodiscard]] std::string session_cookie(const options& how, const std::string& value,
                                         millis lifetime);

// {id, name, email, language}
[[nodiscard]] json::object own_profile(const access::person& p);

// The password fitted: a session, or (with a second factor) the half of one.
[[nodiscard]] result<reply> sign_in(backend& with, const options& how, const std::string& person,
                                    const std::string& method, const std::string& request_id);
[[nodiscard]] result<reply> full_session(backend& with, const options& how,
                                         const std::string& person, const std::string& method,
                                         const std::string& request_id);

// One's own password, profile, tokens and second factor.
void add_account(route_table& to, backend& with, const options& how);
// One-time links: the first person, invitations, new passwords.
void add_links(route_table& to, backend& with, const options& how);

} // namespace servery::api
