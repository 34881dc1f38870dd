#include "data_plane/gateway/visitor_chat/parts.h"

#include "data_plane/gateway/authenticate.h"
#include "data_plane/gateway/errors.h"
#include "data_plane/gateway/http_parts.h"
#include "foundation/base/ids.h"

namespace servery::gateway {

namespace {

constexpr std::size_t body_limit = 16 * 1024;
// Signed into a visitor's id instead of an address, which a proxy may spell in several ways.
constexpr std::string_view own_origin = "self";

std::string_view signing_origin(const chat_caller& c) {
    return c.own_page ? own_origin : std::string_view(c.origin);
}

std::vector<http::header> views(const provider::header_list& owned) {
    std::vector<http::header> out;
    for (const auto& [name, value] : owned)
        out.push_back({name, value});
    return out;
}

provider::header_list json_headers(const policy::snapshot* policy, std::string_view origin) {
    provider::header_list out{{"content-type", "application/json"}, {"cache-control", "no-store"}};
    if (policy != nullptr && !origin.empty()) (void)cors_headers(*policy, origin, out);
    return out;
}

} // namespace

bool is_own_page(const http::request& in) {
    const auto origin = in.header("origin");
    if (!origin) return in.header("sec-fetch-site").value_or("") == "same-origin";
    const auto at = origin->find("://");
    const auto host = in.header("host").value_or("");
    return at != std::string_view::npos && !host.empty() && origin->substr(at + 3) == host;
}

bool is_served(const policy::project_view& project, bool own_page) {
    const auto& phase = project.phase;
    return phase == "pilot" || phase == "rollout" || phase == "production" ||
           (phase == "sandbox" && own_page);
}

result<chat_caller> read_caller(gateway& with, const http::request& in, std::string_view widget,
                                visitor_need need) {
    auto& given = with.given();
    chat_caller c;
    const auto now = given.clock.now();
    c.policy = given.policy.current();
    c.home = in.home;
    c.origin = in.header("origin").value_or("");
    c.request_id = make_id("exc", now, given.random);
    c.widget = c.policy ? c.policy->widget(widget) : nullptr;
    c.project = c.widget != nullptr ? c.policy->project(c.widget->project) : nullptr;
    if (c.project == nullptr)
        return fail(error_code::not_found, "desk.widget.unknown",
                    "there is no widget " + std::string(widget), "",
                    "copy the snippet from the console again");
    c.own_page = is_own_page(in);
    c.trial = c.own_page && c.project->phase == "sandbox";
    presented what;
    what.own_page = c.own_page;
    what.authorization = in.header("authorization");
    what.x_api_key = in.header("x-api-key");
    what.origin = in.header("origin");
    what.query = in.query;
    auto key = authenticate(*c.policy, given.pepper, what, "chat", now);
    if (!key) return std::unexpected(key.error());
    if ((*key)->project != c.project->id || (*key)->kind != policy::key_kind::public_)
        return fail(error_code::permission_denied, "key.forbidden",
                    "the key does not belong to this widget", "",
                    "use the public key that the widget's config names");
    c.key = *key;
    const auto id = in.header("x-servery-visitor").value_or("");
    const auto who = read_visitor_id(given.visitor_key, c.project->id, signing_origin(c), id, now);
    if (who) {
        c.visitor_id = id;
        c.visitor = visitor_hash(c.project->identity_key, "signed", who->visitor);
        c.staff = who->staff || c.trial;
        c.conversation =
            conversation_hash(c.project->identity_key, c.project->id, c.visitor, chat_conversation);
    } else if (need == visitor_need::required) {
        return fail(error_code::unauthenticated, "desk.visitor.missing",
                    "the request names no visitor, or one that is no longer valid",
                    "x-servery-visitor", "open a session first: POST …/sessions");
    }
    return c;
}

void mint_visitor(gateway& with, chat_caller& c) {
    signed_visitor who;
    who.visitor = new_visitor(with.given().random);
    who.issued = with.given().clock.now();
    c.visitor_id = make_visitor_id(with.given().visitor_key, c.project->id, signing_origin(c), who);
    c.visitor = visitor_hash(c.project->identity_key, "signed", who.visitor);
    c.conversation =
        conversation_hash(c.project->identity_key, c.project->id, c.visitor, chat_conversation);
}

bool has_consent(gateway& with, const chat_caller& c) {
    if (!c.project->consent_required) return true;
    if (!c.visitor) return false;
    auto& given = with.given();
    if (given.consented && given.consented(c.project->id, *c.visitor)) return true;
    return given.book != nullptr && given.book->look(c.conversation).consent_given;
}

error consent_needed() {
    return error{.code = error_code::permission_denied,
                 .id = "desk.consent_needed",
                 .message = "the visitor has not consented to the chat",
                 .remedy = "POST …/consent first"};
}

task<result<json::object>> read_json(http::request& in) {
    auto body = co_await in.read_body(body_limit);
    if (!body) co_return std::unexpected(body.error());
    auto tree = json::parse(*body, {.bytes = body_limit, .depth = 8});
    if (!tree || !tree->is_object())
        co_return fail(error_code::invalid_argument, "request.invalid_json",
                       "the body is not a JSON object", "", "send one JSON object");
    co_return std::move(tree->get_object());
}

task<void> send_json(http::responder& out, const policy::snapshot* policy, std::string origin,
                     int status, json::value body, millis retry_after) {
    auto headers = json_headers(policy, origin);
    if (retry_after.count() > 0)
        headers.emplace_back("retry-after", std::to_string((retry_after.count() + 999) / 1000));
    const auto list = views(headers);
    const auto text = status == 204 ? std::string{} : json::write(body);
    (void)co_await out.send(status, list, text);
}

task<void> send_fault(http::responder& out, const policy::snapshot* policy, std::string origin,
                      error fault, millis retry_after) {
    json::object inner{{"id", fault.id},           {"message", fault.message},
                       {"where", fault.where},     {"remedy", fault.remedy},
                       {"params", json::object{}}, {"request_id", nullptr}};
    co_await send_json(out, policy, std::move(origin), shape_of(fault).status,
                       json::object{{"error", std::move(inner)}}, retry_after);
}

task<void> send_fault(http::responder& out, gateway& with, const http::request& in, error fault,
                      millis retry_after) {
    const auto policy = with.given().policy.current();
    co_await send_fault(out, policy.get(), std::string(in.header("origin").value_or("")),
                        std::move(fault), retry_after);
}

json::object label_json(const policy::project_view& project, const std::string& version) {
    json::object label{{"version", version}};
    for (const auto& t : project.texts) {
        if (t.key == "label" && t.version == version) label["text"] = t.text;
    }
    return label;
}

json::object message_json(const policy::project_view& project, const events::message_added& m,
                          const std::string& name) {
    json::object out{{"seq", m.msg_seq},
                     {"id", m.message},
                     {"author", json::enum_word(m.author)},
                     {"kind", json::enum_word(m.message_kind_)},
                     {"text", m.text}};
    if (!name.empty()) out["name"] = name;
    if (!m.choices.empty()) out["choices"] = json::to_json(m.choices);
    if (!m.sources.empty()) out["sources"] = json::to_json(m.sources);
    if (!m.client_id.empty() && m.author == events::author_kind::visitor)
        out["client_id"] = m.client_id;
    if (!m.label_version.empty()) out["label"] = label_json(project, m.label_version);
    return out;
}

json::object message_json(gateway& with, const chat_caller& c, const events::message_added& m) {
    const bool person = m.author == events::author_kind::person;
    auto out = message_json(*c.project, m,
                            person ? with.given().book->name_of(m.author_id) : std::string{});
    // Kept are placeholders; the visitor reads what he wrote.
    out["text"] = with.given().guard.restore(c.conversation, m.text);
    return out;
}

} // namespace servery::gateway
