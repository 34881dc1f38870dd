#include "app/web_assets.h"

#include "foundation/http/page_headers.h"
#include "foundation/http/server.h"

#include <algorithm>
#include <string>
#include <vector>

namespace servery::app {

namespace {

constexpr std::string_view root = "/console";
constexpr std::string_view nonce_mark = "SERVERY_NONCE";

constexpr std::string_view left_out =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Servery</title></head>"
    "<body><h1>This Servery was built without its console</h1><p>Everything works by command: "
    "<code>servery --help</code>. To have the console, build with <code>cmake --preset release"
    "</code>, which needs Node.</p></body></html>\n";

std::string_view text_of(std::span<const unsigned char> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool takes_gzip(const http::request& in) {
    return in.header("accept-encoding").value_or("").find("gzip") != std::string_view::npos;
}

task<void> send(http::request& in, http::responder& out, int status, const http::header_set& head,
                std::string_view body) {
    std::vector<http::header> views;
    for (const auto& [name, value] : head)
        views.push_back({name, value});
    (void)co_await out.send(status, views, in.verb == http::method::head ? "" : body);
}

task<void> send_file(http::request& in, http::responder& out, const web_file& file, bool tls) {
    auto head = http::page_headers(http::page_kind::asset, {}, tls);
    const auto tag = "\"" + std::string(file.hash) + "\"";
    head.emplace_back("cache-control", "public, max-age=31536000, immutable");
    head.emplace_back("etag", tag);
    head.emplace_back("vary", "accept-encoding");
    if (in.header("if-none-match").value_or("") == tag) {
        co_await send(in, out, 304, head, {});
        co_return;
    }
    head.emplace_back("content-type", file.type);
    const bool packed = !file.packed.empty() && takes_gzip(in);
    if (packed) head.emplace_back("content-encoding", "gzip");
    co_await send(in, out, 200, head, text_of(packed ? file.packed : file.plain));
}

std::string with_nonce(std::string text, std::string_view nonce) {
    for (auto at = text.find(nonce_mark); at != std::string::npos;
         at = text.find(nonce_mark, at + nonce.size()))
        text.replace(at, nonce_mark.size(), nonce);
    return text;
}

} // namespace

const web_file* find_web_file(std::string_view path) {
    const auto files = web_files();
    const auto found = std::ranges::find(files, path, &web_file::path);
    return found == files.end() ? nullptr : &*found;
}

bool web_assets::owns(std::string_view path) {
    return path == root || (path.starts_with(root) && path[root.size()] == '/');
}

task<void> web_assets::page(http::request& in, http::responder& out) const {
    const auto* index = find_web_file("console/index.html");
    const auto nonce = http::page_nonce(random_);
    auto head = http::page_headers(
        index == nullptr ? http::page_kind::plain_page : http::page_kind::console, nonce, tls_);
    head.emplace_back("content-type", "text/html; charset=utf-8");
    head.emplace_back("cache-control", "no-store");
    const auto body = index == nullptr ? std::string(left_out)
                                       : with_nonce(std::string(text_of(index->plain)), nonce);
    co_await send(in, out, index == nullptr ? 404 : 200, head, body);
}

task<void> web_assets::answer(http::request& in, http::responder& out) const {
    if (in.verb != http::method::get && in.verb != http::method::head) {
        const http::header allow[] = {{"allow", "GET, HEAD"}};
        (void)co_await out.send(405, allow, {});
        co_return;
    }
    const auto below = in.path.substr(std::min(in.path.size(), root.size() + 1));
    if (const auto* file = find_web_file("console/" + std::string(below));
        file != nullptr && below != "index.html") {
        co_await send_file(in, out, *file, tls_);
        co_return;
    }
    if (!below.starts_with("assets/")) {
        co_await page(in, out);
        co_return;
    }
    // An old page asks for a file of an older build: it must not take the page for a script.
    auto head = http::page_headers(http::page_kind::asset, {}, tls_);
    head.emplace_back("cache-control", "no-store");
    co_await send(in, out, 404, head, {});
}

} // namespace servery::app
