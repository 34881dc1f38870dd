#include "data_plane/gateway/visitor_chat/asset_routes.h"

#include "data_plane/gateway/gateway.h"
#include "data_plane/gateway/visitor_chat/parts.h"
#include "foundation/base/text.h"
#include "foundation/http/page_headers.h"
#include "foundation/http/server.h"

#include <vector>

namespace servery::gateway {

namespace {

constexpr std::string_view page_begin = R"html(<!doctype html>
<html lang="LANG"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>NAME</title>
<style nonce="NONCE">html{color-scheme:light dark}body{margin:0;background:#eef0f2}
noscript,.absent{display:block;max-width:34rem;margin:0 auto;padding:2rem 1.2rem;
font:17px/1.55 system-ui,sans-serif}
@media(prefers-color-scheme:dark){body{background:#12161b;color:#e8ebef}}</style>
</head><body>)html";

std::string replaced(std::string text, std::string_view mark, std::string_view value) {
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size()))
        text.replace(at, mark.size(), value);
    return text;
}

task<void> send(http::request& in, http::responder& out, int status, http::header_set head,
                std::string_view body) {
    std::vector<http::header> views;
    for (const auto& [name, value] : head)
        views.push_back({name, value});
    (void)co_await out.send(status, views, in.verb == http::method::head ? "" : body);
}

std::string page_start(std::string_view lang, std::string_view name, std::string_view nonce) {
    auto page = replaced(std::string(page_begin), "LANG", escape_html(lang));
    page = replaced(std::move(page), "NONCE", nonce);
    return replaced(std::move(page), "NAME", escape_html(name));
}

// The visitor's language among the project's: the first of accept-language that it speaks.
std::string language_for(const policy::project_view& project, std::string_view accepted) {
    for (const auto part : split(accepted, ',')) {
        const auto tag = lower_ascii(trim(part.substr(0, part.find(';'))));
        for (const auto& l : project.languages) {
            if (tag.starts_with(l)) return l;
        }
    }
    return project.language;
}

} // namespace

task<void> get_widget_file(gateway* with, http::request* in, http::responder* out,
                           std::string file) {
    const auto& ports = with->given().visitors;
    auto head = http::page_headers(http::page_kind::widget_file, {}, ports.tls);
    head.emplace_back("access-control-allow-origin", "*");
    const auto found = ports.file && file.ends_with(".js") ? ports.file(file) : std::nullopt;
    if (!found) {
        // The file of an older build: the page must not keep that answer.
        head.emplace_back("cache-control", "no-store");
        co_await send(*in, *out, 404, std::move(head), {});
        co_return;
    }
    const auto tag = "\"" + std::string(found->hash) + "\"";
    // The plain name of the loader is what pages carry; the others name their content.
    head.emplace_back("cache-control", file == "loader.js" ? "public, max-age=300"
                                                           : "public, max-age=31536000, immutable");
    head.emplace_back("etag", tag);
    head.emplace_back("vary", "accept-encoding");
    if (in->header("if-none-match").value_or("") == tag) {
        co_await send(*in, *out, 304, std::move(head), {});
        co_return;
    }
    head.emplace_back("content-type", found->type);
    const bool packed =
        !found->packed.empty() &&
        in->header("accept-encoding").value_or("").find("gzip") != std::string_view::npos;
    if (packed) head.emplace_back("content-encoding", "gzip");
    co_await send(*in, *out, 200, std::move(head), packed ? found->packed : found->plain);
}

task<void> get_chat_page(gateway* with, http::request* in, http::responder* out,
                         std::string widget) {
    const auto& given = with->given();
    const auto policy = given.policy.current();
    const auto* w = policy ? policy->widget(widget) : nullptr;
    const auto* project = w != nullptr ? policy->project(w->project) : nullptr;
    const auto nonce = http::page_nonce(given.random);
    auto head = http::page_headers(http::page_kind::chat_page, nonce, given.visitors.tls);
    head.emplace_back("content-type", "text/html; charset=utf-8");
    head.emplace_back("cache-control", "no-store");
    if (project == nullptr) {
        const auto page = page_start("en", "Chat", nonce) +
                          "<p class=\"absent\">There is no chat at this address.</p></body></html>";
        co_await send(*in, *out, 404, std::move(head), page);
        co_return;
    }
    const auto lang = language_for(*project, in->header("accept-language").value_or(""));
    const bool open = is_served(*project, true);
    auto page = page_start(lang, project->title, nonce);
    if (open)
        page += "<noscript>" + escape_html(project->title) +
                ": this chat needs JavaScript. Please write or call us instead.</noscript>"
                "<script async src=\"/widget/v1/loader.js\" data-mode=\"page\" data-widget=\"" +
                escape_html(w->id) + "\"></script>";
    else
        page += "<p class=\"absent\">This chat is closed at the moment. Please write or call us "
                "instead.</p>";
    page += "</body></html>";
    co_await send(*in, *out, 200, std::move(head), page);
}

json::object panel_files(const gateway& with) {
    json::object out{{"panel", nullptr}, {"texts", json::object{}}};
    const auto& file = with.given().visitors.file;
    const auto manifest = file ? file("manifest.json") : std::nullopt;
    if (!manifest) return out;
    auto tree = json::parse(manifest->plain, {.bytes = 64 * 1024, .depth = 8});
    if (!tree || !tree->is_object()) return out;
    auto& named = tree->get_object();
    if (auto* panel = named.if_contains("panel")) out["panel"] = *panel;
    if (auto* texts = named.if_contains("languages")) out["texts"] = *texts;
    return out;
}

} // namespace servery::gateway
