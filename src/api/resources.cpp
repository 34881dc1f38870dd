#include "api/resources.h"

#include "foundation/base/number_text.h"
#include "foundation/base/text.h"
#include "foundation/http/page_headers.h"

#include <algorithm>

namespace servery::api {

route read(std::string path, std::string capability, std::string summary, action act) {
    route r;
    r.verb = http::method::get;
    r.object =
        path.find("{project}") == std::string::npos ? object_kind::none : object_kind::project;
    r.path = std::move(path);
    r.who = caller_kind::person;
    r.own = capability.empty();
    if (!capability.empty()) r.capabilities = {std::move(capability)};
    r.body_limit = 0;
    r.summary = std::move(summary);
    r.act = std::move(act);
    return r;
}

route change(http::method verb, std::string path, std::vector<std::string> capabilities,
             std::string audit_kind, std::string summary, action act) {
    auto r = read(std::move(path), {}, std::move(summary), std::move(act));
    r.verb = verb;
    r.own = capabilities.empty();
    r.capabilities = std::move(capabilities);
    r.body_limit = json_body;
    r.audit_kind = std::move(audit_kind);
    return r;
}

route with_step_up(route row) {
    row.step_up = true;
    return row;
}

namespace {

result<std::size_t> number_word(const call& c, std::string_view name, std::size_t otherwise,
                                std::size_t most) {
    const auto text = c.word(name);
    if (text.empty()) return otherwise;
    const auto n = number_in<std::size_t>(text);
    if (!n || *n > most)
        return fail(error_code::invalid_argument, "api." + std::string(name) + ".invalid",
                    "'" + text + "' is no " + std::string(name), std::string(name),
                    "a whole number up to " + std::to_string(most));
    return *n;
}

} // namespace

result<reply> page(const call& c, json::array all) {
    const auto limit = number_word(c, "limit", 50, 200);
    if (!limit) return std::unexpected(limit.error());
    const auto from = number_word(c, "cursor", 0, 1'000'000'000);
    if (!from) return std::unexpected(from.error());
    json::array items;
    const auto end = std::min(all.size(), *from + std::max<std::size_t>(1, *limit));
    for (auto i = *from; i < end; ++i)
        items.push_back(std::move(all[i]));
    json::object out{{"items", std::move(items)}, {"next", nullptr}};
    if (end < all.size()) out["next"] = std::to_string(end);
    return ok(std::move(out));
}

reply ok(json::object body, int status) {
    reply r;
    r.status = status;
    r.body = std::move(body);
    return r;
}

reply no_content() {
    reply r;
    r.status = 204;
    return r;
}

reply text_reply(std::string text, std::string content_type) {
    reply r;
    r.text = std::move(text);
    r.content_type = std::move(content_type);
    return r;
}

json::object with_policy(const backend& b, json::object body) {
    if (b.ports.policy_version) body["policy_version"] = b.ports.policy_version();
    return body;
}

result<std::string> need_text(const call& c, std::string_view member) {
    const auto* v = c.in.if_contains(member);
    if (v != nullptr && v->is_string() && !v->get_string().empty())
        return std::string(v->get_string());
    return fail(error_code::unprocessable, "api.body.member",
                "'" + std::string(member) + "' must be a text", std::string(member),
                "send it in the body");
}

std::string text_in(const call& c, std::string_view member) {
    return json::text_or(c.in, member);
}

bool is_upload(const call& c) {
    return c.in.empty() && !trim(c.body).empty() && trim(c.body) != "{}";
}

status only_members(const call& c, const std::vector<std::string>& names) {
    std::vector<error> faults;
    for (const auto& m : c.in) {
        if (std::ranges::find(names, std::string_view(m.key())) != names.end()) continue;
        const auto near = nearest_name(m.key(), names);
        faults.push_back({.code = error_code::unprocessable,
                          .id = "api.body.unknown_member",
                          .message = "unknown member '" + std::string(m.key()) + "'",
                          .where = std::string(m.key()),
                          .remedy = near.empty() ? "remove it" : "did you mean '" + near + "'?"});
    }
    if (faults.empty()) return {};
    error first = faults.front();
    first.more.assign(faults.begin() + 1, faults.end());
    return std::unexpected(std::move(first));
}

std::unexpected<error> field_refused(std::string_view member, std::string_view capability) {
    return fail(error_code::permission_denied, "access.field",
                "'" + std::string(member) + "' needs the right " + std::string(capability),
                std::string(member), "leave it out, or ask somebody who holds the right");
}

std::vector<std::pair<std::string, std::string>> answer_headers(const reply& answer, bool tls,
                                                                const std::string& request_id,
                                                                const std::string& retry_after,
                                                                const std::string& allow) {
    std::vector<std::pair<std::string, std::string>> out;
    const bool is_text = !answer.content_type.empty();
    if (answer.status != 204)
        out.emplace_back("content-type", is_text ? answer.content_type : "application/json");
    const auto kind = !answer.file_name.empty()                      ? http::page_kind::download
                      : !answer.nonce.empty()                        ? http::page_kind::chat_page
                      : answer.content_type.starts_with("text/html") ? http::page_kind::plain_page
                                                                     : http::page_kind::data;
    for (auto& one : http::page_headers(kind, answer.nonce, tls))
        out.push_back(std::move(one));
    out.emplace_back("cache-control", "no-store");
    out.emplace_back("x-request-id", request_id);
    if (!answer.etag.empty()) out.emplace_back("etag", "\"" + answer.etag + "\"");
    for (const auto& cookie : answer.set_cookies)
        out.emplace_back("set-cookie", cookie);
    if (!answer.file_name.empty())
        out.emplace_back("content-disposition",
                         "attachment; filename=\"" + answer.file_name + "\"");
    if (!retry_after.empty()) out.emplace_back("retry-after", retry_after);
    if (!allow.empty()) out.emplace_back("allow", allow);
    return out;
}

namespace {

// Adds a resource's rows; without its service they keep their rules and answer 501.
void add_with(route_table& table, backend& with, const void* service,
              void (*add)(route_table&, backend&)) {
    const auto from = table.rows().size();
    add(table, with);
    if (service == nullptr) table.without_service(from);
}

} // namespace

route_table all_routes(backend& with, const options& how) {
    route_table table;
    add_operations(table, with, how);
    add_session(table, with, how);
    add_people(table, with);
    add_projects(table, with);
    add_keys(table, with);
    add_guard_policy(table, with);
    add_providers(table, with);
    add_variants(table, with);
    add_wizard(table, with);
    add_with(table, with, with.plans, add_plan);
    add_with(table, with, with.plans, add_value);
    add_with(table, with, with.gates, add_gates);
    add_with(table, with, with.gates, add_evidence);
    add_with(table, with, with.rollouts, add_rollouts);
    add_compute(table, with);
    add_knowledge(table, with);
    add_with(table, with, with.desk, add_desk);
    add_with(table, with, with.evaluation, add_evaluation);
    add_with(table, with, with.monitoring, add_monitoring);
    add_with(table, with, with.alerts, add_alerts);
    add_audit(table, with);
    add_with(table, with, with.privacy, add_privacy);
    return table;
}

} // namespace servery::api
