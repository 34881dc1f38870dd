#include "app/rehearsal/wire.h"

namespace servery::app::rehearsal {

namespace {

error fault_of(int status, const json::object& body, std::string_view path) {
    error fault{.code = error_code::internal, .id = "rehearsal.unexpected"};
    if (const auto* e = body.if_contains("error"); e != nullptr && e->is_object()) {
        const auto& o = e->get_object();
        fault.id = json::text_or(o, "id", fault.id);
        fault.message = json::text_or(o, "message");
        fault.remedy = json::text_or(o, "remedy");
    }
    if (fault.message.empty()) fault.message = "answered " + std::to_string(status);
    fault.where = std::string(path);
    if (status == 409) fault.code = error_code::conflict;
    if (status == 404) fault.code = error_code::not_found;
    return fault;
}

} // namespace

result<json::object> wire::call(std::string_view method, std::string_view path,
                                std::string body) const {
    http::blocking_request request;
    request.method = method;
    request.url = url_ + std::string(path);
    request.headers = headers_;
    request.headers.emplace_back("accept", "application/json");
    if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
    request.body = std::move(body);
    auto answer = client_->fetch(request);
    if (!answer) return std::unexpected(answer.error());
    json::object read;
    if (!answer->body.empty()) {
        auto tree = json::parse(answer->body, {.bytes = 64'000'000, .depth = 64});
        if (tree && tree->is_object()) read = std::move(tree->get_object());
    }
    if (answer->status >= 400) return std::unexpected(fault_of(answer->status, read, path));
    return read;
}

result<json::object> wire::get(std::string_view path) const {
    return call("GET", path, {});
}

result<json::object> wire::post(std::string_view path, const json::object& body) const {
    return call("POST", path, json::write(body));
}

wire wire::with(std::string name, std::string value) const {
    wire next = *this;
    next.headers_.emplace_back(std::move(name), std::move(value));
    return next;
}

} // namespace servery::app::rehearsal
