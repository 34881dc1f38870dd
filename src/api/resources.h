// The routes of each resource, one function and one file each, and what their handlers share.
// Thread: called at start; the handlers as route.h says.
#pragma once

#include "api/control_api.h"
#include "foundation/json/describe.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servery::api {

void add_session(route_table& to, backend& with, const options& how);
void add_people(route_table& to, backend& with);
void add_projects(route_table& to, backend& with);
void add_keys(route_table& to, backend& with);
void add_guard_policy(route_table& to, backend& with);
void add_providers(route_table& to, backend& with);
void add_variants(route_table& to, backend& with);
void add_wizard(route_table& to, backend& with);
void add_plan(route_table& to, backend& with);
void add_value(route_table& to, backend& with);
void add_gates(route_table& to, backend& with);
void add_evidence(route_table& to, backend& with);
void add_rollouts(route_table& to, backend& with);
void add_compute(route_table& to, backend& with);
void add_knowledge(route_table& to, backend& with);
void add_desk(route_table& to, backend& with);
void add_evaluation(route_table& to, backend& with);
void add_monitoring(route_table& to, backend& with);
void add_alerts(route_table& to, backend& with);
void add_audit(route_table& to, backend& with);
void add_privacy(route_table& to, backend& with);
void add_operations(route_table& to, backend& with, const options& how);

// --- rows ------------------------------------------------------------------------------------
inline constexpr std::size_t json_body = 1'000'000;
inline constexpr std::size_t file_body = 50'000'000;
inline constexpr std::string_view in_project = "/api/v1/projects/{project}";

// A GET for people: `capability` "" = own.
[[nodiscard]] route read(std::string path, std::string capability, std::string summary, action act);
// A change by a person, with the event it leaves.
[[nodiscard]] route change(http::method verb, std::string path,
                           std::vector<std::string> capabilities, std::string audit_kind,
                           std::string summary, action act);
[[nodiscard]] route with_step_up(route row);

// --- bodies ----------------------------------------------------------------------------------
// {"items":[…], "next":null | cursor} by ?cursor=&limit= (default 50, at most 200).
// Errors: api.limit.invalid, api.cursor.invalid.
[[nodiscard]] result<reply> page(const call& c, json::array all);
[[nodiscard]] reply ok(json::object body, int status = 200);
[[nodiscard]] reply no_content();
[[nodiscard]] reply text_reply(std::string text, std::string content_type);
// Adds policy_version, the version of the snapshot in force after a change.
[[nodiscard]] json::object with_policy(const backend& b, json::object body);

// A member that must be a text. Errors: api.body.member.
[[nodiscard]] result<std::string> need_text(const call& c, std::string_view member);
[[nodiscard]] std::string text_in(const call& c, std::string_view member);
// The body is the file itself and not an object of members.
[[nodiscard]] bool is_upload(const call& c);
// Members other than these are a fault. Errors: api.body.unknown_member.
[[nodiscard]] status only_members(const call& c, const std::vector<std::string>& names);
// 403 access.field for a member that this caller may not set.
[[nodiscard]] std::unexpected<error> field_refused(std::string_view member,
                                                   std::string_view capability);

template <typename T>
[[nodiscard]] result<reply> answer_json(result<T> from, int status = 200) {
    if (!from) return std::unexpected(from.error());
    return ok(json::to_json(*from).as_object(), status);
}

template <typename T>
[[nodiscard]] json::array to_array(const std::vector<T>& of) {
    return json::to_json(of).as_array();
}

// --- heads -----------------------------------------------------------------------------------
// Every header of an answer but content-length, date and connection.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
answer_headers(const reply& answer, bool tls, const std::string& request_id,
               const std::string& retry_after, const std::string& allow);

// GET /: what this server is and what one can try.
// address: how it is reached, for the commands shown.
struct start_page_facts {
    std::string version;
    std::string address; // how readers reach this server
    bool demo = false;
    std::string widget; // wgt_… of the demo's project; "" = none
    std::string nonce;  // of the page's style
};
[[nodiscard]] std::string start_page(const start_page_facts& facts);

} // namespace servery::api
