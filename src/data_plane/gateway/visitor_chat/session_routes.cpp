// Config, notice, consent, label, session: what happens before the first message.
#include "data_plane/gateway/visitor_chat/session_routes.h"

#include "data_plane/gateway/back_home.h"
#include "data_plane/gateway/http_parts.h"
#include "data_plane/gateway/visitor_chat/asset_routes.h"
#include "data_plane/gateway/visitor_chat/parts.h"
#include "foundation/base/text.h"
#include "foundation/http/query.h"

namespace servery::gateway {

namespace {

constexpr std::size_t most_starters = 4;

std::string language_of(const policy::project_view& project, std::string_view asked) {
    for (const auto& l : project.languages) {
        if (l == asked) return l;
    }
    return project.language;
}

std::string query_word(const http::request& in, std::string_view name) {
    const auto words = http::parse_query(in.query);
    const auto value = words ? http::word(*words, name) : std::nullopt;
    return std::string(value.value_or(""));
}

json::value text_json(const policy::project_view& project, std::string_view key,
                      std::string_view lang) {
    const auto* t = project.text(key, lang);
    if (t == nullptr) return nullptr;
    return json::object{{"text", t->text}, {"version", t->version}};
}

// Questions to begin with: the plan's text `starters`, one a line.
json::array starters_of(const policy::project_view& project, std::string_view lang) {
    json::array out;
    const auto* text = project.text("starters", lang);
    if (text == nullptr) return out;
    for (const auto line : split(text->text, '\n')) {
        const auto question = trim(line);
        if (!question.empty() && out.size() < most_starters) out.emplace_back(question);
    }
    return out;
}

// Small, since every page load asks for it: long texts stand in the notice.
json::object config_json(const gateway& with, const policy::widget_view& widget,
                         const policy::project_view& project, const std::string& lang,
                         bool own_page) {
    const auto& visitors = with.given().visitors;
    json::array languages;
    for (const auto& l : project.languages)
        languages.push_back(json::string(l));
    const auto* consent = project.text("consent", lang);
    json::object out = panel_files(with);
    out["enabled"] = is_served(project, own_page);
    out["widget"] = widget.id;
    out["public_key"] = widget.public_key;
    out["name"] = project.title;
    out["lang"] = lang;
    out["languages"] = std::move(languages);
    out["label"] = text_json(project, "label", lang);
    out["consent"] = json::object{
        {"required", project.consent_required},
        {"version", consent != nullptr ? json::value(consent->version) : json::value(nullptr)}};
    out["starters"] = starters_of(project, lang);
    if (project.phase == "sandbox") out["preview"] = true;
    if (visitors.export_data && visitors.erase) out["my_data"] = true;
    return out;
}

error bad_member(std::string name, std::string wanted) {
    return error{.code = error_code::invalid_argument,
                 .id = "request.invalid_field",
                 .message = name + " must be " + wanted,
                 .where = name,
                 .remedy = "correct it"};
}

} // namespace

task<void> get_config(gateway* with, http::request* in, http::responder* out, std::string widget) {
    const auto policy = with->given().policy.current();
    const auto* w = policy ? policy->widget(widget) : nullptr;
    const auto* project = w != nullptr ? policy->project(w->project) : nullptr;
    const std::string origin(in->header("origin").value_or(""));
    if (project == nullptr) {
        co_await send_fault(*out, policy.get(), origin,
                            error{.code = error_code::not_found,
                                  .id = "desk.widget.unknown",
                                  .message = "there is no widget " + widget,
                                  .remedy = "copy the snippet from the console again"});
        co_return;
    }
    const auto lang = language_of(*project, query_word(*in, "lang"));
    const auto body = json::write(config_json(*with, *w, *project, lang, is_own_page(*in)));
    const auto tag = "\"" + to_hex(blake2b_256(as_bytes(body))).substr(0, 16) + "\"";
    provider::header_list headers{{"content-type", "application/json"},
                                  {"cache-control", "public, max-age=60"},
                                  {"etag", tag}};
    (void)cors_headers(*policy, origin, headers);
    std::vector<http::header> list;
    for (const auto& [name, value] : headers)
        list.push_back({name, value});
    const bool same = in->header("if-none-match").value_or("") == tag;
    (void)co_await out->send(same ? 304 : 200, list, same ? std::string_view{} : body);
}

task<void> get_notice(gateway* with, http::request* in, http::responder* out, std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::optional);
    if (!c) {
        co_await send_fault(*out, *with, *in, c.error());
        co_return;
    }
    const auto lang = language_of(*c->project, query_word(*in, "lang"));
    co_await send_json(*out, c->policy.get(), c->origin, 200,
                       json::object{{"lang", lang},
                                    {"label", text_json(*c->project, "label", lang)},
                                    {"limits", text_json(*c->project, "limits", lang)},
                                    {"greeting", text_json(*c->project, "greeting", lang)},
                                    {"consent", text_json(*c->project, "consent", lang)},
                                    {"contact", text_json(*c->project, "contact", lang)}});
}

// The record is written before the visitor id is handed out.
task<void> post_consent(gateway* with, http::request* in, http::responder* out,
                        std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::optional);
    auto body = c ? co_await read_json(*in) : result<json::object>(std::unexpected(c.error()));
    if (!body) {
        co_await send_fault(*out, *with, *in, body.error());
        co_return;
    }
    const auto purpose = json::text_or(*body, "purpose", "chat");
    if (purpose != "chat" && purpose != "improve" && purpose != "special") {
        co_await send_fault(*out, *with, *in, bad_member("purpose", "chat, improve or special"));
        co_return;
    }
    const bool given = json::bool_or(*body, "given", false);
    const bool known = c->visitor.has_value();
    if (!known && given) mint_visitor(*with, *c);
    events::consent_changed record;
    record.visitor = c->visitor;
    record.purpose = purpose;
    record.state = given ? "given" : known ? "withdrawn" : "refused";
    record.version = json::text_or(*body, "version");
    record.lang = json::text_or(*body, "lang", c->project->language);
    record.channel = "widget";
    auto* book = with->given().book;
    const auto done = co_await await_elsewhere<status>(
        c->home, [book, project = c->project->id, record](std::function<void(status)> resume) {
            book->consent(project, record, std::move(resume));
        });
    if (!done) {
        co_await send_fault(*out, *with, *in, done.error());
        co_return;
    }
    json::value visitor = nullptr;
    if (!c->visitor_id.empty()) visitor = json::string(c->visitor_id);
    co_await send_json(*out, c->policy.get(), c->origin, 200,
                       json::object{{"visitor", std::move(visitor)}});
}

task<void> post_session(gateway* with, http::request* in, http::responder* out,
                        std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::optional);
    auto body = c ? co_await read_json(*in) : result<json::object>(std::unexpected(c.error()));
    if (!body) {
        co_await send_fault(*out, *with, *in, body.error());
        co_return;
    }
    if (!has_consent(*with, *c)) {
        co_await send_fault(*out, *with, *in, consent_needed());
        co_return;
    }
    if (!c->visitor) mint_visitor(*with, *c);
    const auto state = with->given().book->look(c->conversation);
    json::value conversation = nullptr;
    if (state.known) conversation = json::string(state.id);
    co_await send_json(*out, c->policy.get(), c->origin, 200,
                       json::object{{"visitor", c->visitor_id},
                                    {"conversation", std::move(conversation)},
                                    {"owner", json::enum_word(state.owner)}});
}

task<void> post_label_shown(gateway* with, http::request* in, http::responder* out,
                            std::string widget) {
    auto c = read_caller(*with, *in, widget, visitor_need::required);
    auto body = c ? co_await read_json(*in) : result<json::object>(std::unexpected(c.error()));
    if (!body) {
        co_await send_fault(*out, *with, *in, body.error());
        co_return;
    }
    const auto version = json::text_or(*body, "version");
    const auto now = with->given().clock.now();
    if (!version.empty() && with->given().emit &&
        with->pins().label_due(c->conversation, version, now)) {
        const events::label_shown shown{.conversation = std::string(chat_conversation),
                                        .conversation_hash = c->conversation,
                                        .version = version,
                                        .lang = json::text_or(*body, "lang", c->project->language),
                                        .how = "widget"};
        with->given().emit(
            events::make_event(shown, {.at = now,
                                       .project = c->project->id,
                                       .by = {.kind = events::actor_kind::visitor, .id = {}},
                                       .object_type = "conversation",
                                       .object_id = shown.conversation,
                                       .phase = c->project->phase,
                                       .request_id = c->request_id}));
    }
    co_await send_json(*out, c->policy.get(), c->origin, 204, {});
}

} // namespace servery::gateway
