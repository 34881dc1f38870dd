#include "cli/client.h"

#include "cli/output.h"
#include "foundation/base/text.h"
#include "foundation/http/blocking_client.h"
#include "foundation/http/query.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <unistd.h>

namespace servery::cli {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// Asks for the code of the second factor, if there is somebody to ask.
std::string ask_for_code() {
    if (::isatty(STDIN_FILENO) == 0) return {};
    std::fputs("Code of your second factor: ", stderr);
    std::string code;
    std::getline(std::cin, code);
    return std::string(trim(code));
}

std::string first_line_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string text;
    std::getline(in, text);
    return std::string(trim(text));
}

int code_of_status(int status) {
    if (status == 401 || status == 403) return exit_code::not_allowed;
    if (status == 404) return exit_code::not_found;
    if (status == 402 || status == 409) return exit_code::answer_no;
    return status >= 500 ? exit_code::not_usable : exit_code::wrong_use;
}

// The line of one fault in the API's body: `where: message; remedy [id]`.
std::string fault_line(const json::object& fault) {
    std::string out = "servery: ";
    if (const auto where = cell(fault, "where"); !where.empty()) out += where + ": ";
    out += cell(fault, "message");
    if (const auto remedy = cell(fault, "remedy"); !remedy.empty()) out += "; " + remedy;
    return out + " [" + cell(fault, "id") + "]\n";
}

void print_faults(const json::object& body) {
    const auto& all = items(body, "errors");
    if (all.empty()) std::fputs(fault_line(object_in(body, "error")).c_str(), stderr);
    for (const auto& fault : all)
        if (fault.is_object()) std::fputs(fault_line(fault.get_object()).c_str(), stderr);
}

} // namespace

std::string data_folder(const common& with) {
    if (!with.data.empty()) return with.data;
    if (auto named = environment("SERVERY_DATA"); !named.empty()) return named;
    std::error_code ignored;
    for (const auto* folder : {"servery-data", "servery-demo", "/var/lib/servery/data"})
        if (std::filesystem::exists(std::filesystem::path(folder) / "admin.token", ignored))
            return folder;
    return "servery-data";
}

client::client(const common& with) : with_(with) {
    const std::filesystem::path folder = data_folder(with);
    url_ = with.url.empty() ? environment("SERVERY_URL") : with.url;
    if (url_.empty()) url_ = first_line_of(folder / "server.url");
    if (url_.empty()) url_ = "http://127.0.0.1:8080";
    while (url_.ends_with('/'))
        url_.pop_back();
    token_ = with.token.empty() ? environment("SERVERY_TOKEN") : with.token;
    if (token_.empty()) token_ = first_line_of(folder / "admin.token");
}

result<api_answer> client::call(std::string_view method, const std::string& url,
                                const std::string& body, const std::string& type,
                                const std::string& if_match) const {
    http::blocking_request ask;
    ask.method = method;
    ask.url = url;
    ask.timeout = millis{300'000};
    if (!token_.empty()) ask.headers.emplace_back("authorization", "Bearer " + token_);
    if (!with_.as.empty()) ask.headers.emplace_back("x-servery-as", with_.as);
    if (!type.empty()) ask.headers.emplace_back("content-type", type);
    if (!if_match.empty()) ask.headers.emplace_back("if-match", "\"" + if_match + "\"");
    ask.body = body;
    if (!with_.code.empty()) ask.headers.emplace_back("x-servery-code", with_.code);
    auto got = http::fetch(ask);
    if (got && got->status == 403 && with_.code.empty() &&
        got->body.find("\"access.step_up\"") != std::string::npos)
        if (const auto code = ask_for_code(); !code.empty()) {
            ask.headers.emplace_back("x-servery-code", code);
            got = http::fetch(ask);
        }
    if (!got) {
        auto fault = got.error();
        fault.code = error_code::unavailable;
        fault.remedy = "is the server running? name it with --url (now " + url_ +
                       ") and its data folder with --data";
        return std::unexpected(std::move(fault));
    }
    api_answer out{
        .status = got->status, .body = nullptr, .text = std::move(got->body), .etag = {}};
    const auto etag = got->header("etag");
    out.etag = etag.size() > 1 ? std::string(etag.substr(1, etag.size() - 2)) : std::string();
    if (got->header("content-type").starts_with("application/json"))
        if (auto parsed = json::parse(out.text, {.bytes = 100'000'000, .depth = 64}))
            out.body = std::move(*parsed);
    return out;
}

result<api_answer> client::get(const std::string& path) const {
    return call("GET", url_ + "/api/v1" + path, {}, {}, {});
}

result<api_answer> client::get_raw(const std::string& path) const {
    return call("GET", url_ + path, {}, {}, {});
}

result<api_answer> client::send(std::string_view method, const std::string& path,
                                const json::object& body, const std::string& if_match) const {
    return call(method, url_ + "/api/v1" + path, json::write(body), "application/json", if_match);
}

result<api_answer> client::upload(std::string_view method, const std::string& path,
                                  const std::string& body, const std::string& type,
                                  const std::string& if_match) const {
    return call(method, url_ + "/api/v1" + path, body, type, if_match);
}

result<std::string> client::project() const {
    if (!with_.project.empty()) return with_.project;
    auto got = get("/projects?limit=200");
    if (!got) return std::unexpected(got.error());
    if (!got->good()) {
        const auto fault =
            got->body.is_object() ? object_in(got->body.get_object(), "error") : json::object{};
        const auto code = got->status == 401 || got->status == 403 ? error_code::permission_denied
                                                                   : error_code::unavailable;
        return fail(code, cell(fault, "id"), cell(fault, "message"), cell(fault, "where"),
                    cell(fault, "remedy"));
    }
    const auto& all = items(got->body.as_object());
    if (all.size() == 1) return cell(all[0].as_object(), "id");
    std::string names;
    for (const auto& p : all)
        names += (names.empty() ? "" : ", ") + cell(p.as_object(), "id");
    if (all.empty())
        return fail(error_code::not_found, "project.unknown", "there is no project you may see", {},
                    "make one: servery project create ID --title TITLE --template faq-support");
    return fail(error_code::invalid_argument, "cli.project.which",
                "there are several projects: " + names, "--project", "name one");
}

result<std::string> client::in_project(const std::string& rest) const {
    auto id = project();
    if (!id) return std::unexpected(id.error());
    return "/projects/" + escape(*id) + rest;
}

int exit_code_of(error_code code) {
    switch (code) {
    case error_code::unauthenticated:
    case error_code::permission_denied:
        return exit_code::not_allowed;
    case error_code::not_found:
        return exit_code::not_found;
    case error_code::conflict:
    case error_code::budget_exhausted:
        return exit_code::answer_no;
    case error_code::internal:
    case error_code::unimplemented:
    case error_code::upstream_failed:
    case error_code::unavailable:
    case error_code::deadline_exceeded:
        return exit_code::not_usable;
    case error_code::cancelled:
        return exit_code::interrupted;
    default:
        return exit_code::wrong_use;
    }
}

int refuse(const common& with, const error& fault) {
    if (with.json) {
        const auto one = [](const error& e) {
            return json::object{
                {"id", e.id}, {"message", e.message}, {"where", e.where}, {"remedy", e.remedy}};
        };
        json::array all;
        all.push_back(one(fault));
        for (const auto& e : fault.more)
            all.push_back(one(e));
        line(json::write(json::object{{"error", one(fault)}, {"errors", std::move(all)}}));
        return exit_code_of(fault.code);
    }
    std::fputs(("servery: " + to_line(fault) + "\n").c_str(), stderr);
    for (const auto& e : fault.more)
        std::fputs(("servery: " + to_line(e) + "\n").c_str(), stderr);
    return exit_code_of(fault.code);
}

int finish(const common& with, const result<api_answer>& answer, const printer& print,
           const std::function<int(const json::object&)>& code) {
    if (!answer) return refuse(with, answer.error());
    static const json::object empty;
    const auto& body = answer->body.is_object() ? answer->body.get_object() : empty;
    if (!answer->good()) {
        if (with.json)
            line(answer->text);
        else
            print_faults(body);
        return code_of_status(answer->status);
    }
    if (with.json) {
        if (!answer->text.empty()) line(answer->text);
        return code ? code(body) : static_cast<int>(exit_code::good);
    }
    const int printed = print ? print(body) : static_cast<int>(exit_code::good);
    return code ? code(body) : printed;
}

int finish(const common& with, const result<api_answer>& answer, const printer& print) {
    return finish(with, answer, print, {});
}

result<std::string> read_file(const std::string& path) {
    if (path == "-") {
        std::istreambuf_iterator<char> begin(std::cin);
        return std::string(begin, {});
    }
    std::ifstream in(path, std::ios::binary);
    std::error_code ignored;
    if (!in || std::filesystem::is_directory(path, ignored))
        return fail(error_code::not_found, "cli.file.unreadable",
                    "the file '" + path + "' cannot be read", path, "check its name");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

status write_file(const std::string& path, std::string_view bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << bytes;
    if (out.flush()) return {};
    return fail(error_code::unavailable, "cli.file.unwritable",
                "the file '" + path + "' cannot be written", path, "choose another place");
}

std::string escape(std::string_view path_word) {
    return http::percent_encode(path_word);
}

} // namespace servery::cli
