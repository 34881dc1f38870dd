#include "api/route.h"

#include <algorithm>
#include <set>

namespace servery::api {

namespace {

std::string name_of(const route& r) {
    return std::string(http::name(r.verb)) + " " + r.path;
}

error undeclared(const route& r, std::string message, std::string remedy) {
    return {.code = error_code::internal,
            .id = "api.route.undeclared",
            .message = std::move(message),
            .where = name_of(r),
            .remedy = std::move(remedy),
            .origin = error_origin::internal};
}

bool reads_only(const route& r) {
    return r.verb == http::method::get || r.verb == http::method::head;
}

void check_row(const route& r, std::vector<error>& faults) {
    if (r.who == caller_kind::undeclared)
        faults.push_back(undeclared(r, "the route does not say who may call it", "declare `who`"));
    if (r.who == caller_kind::person && r.capabilities.empty() && !r.own)
        faults.push_back(undeclared(r, "the route declares no capability",
                                    "declare one of the table, or `own` for one's own things"));
    if (r.own && !r.capabilities.empty())
        faults.push_back(undeclared(r, "`own` and a capability exclude each other", "keep one"));
    for (const auto& name : r.capabilities)
        if (access::find_capability(name) == nullptr)
            faults.push_back(undeclared(r, "there is no capability '" + name + "'",
                                        "use one of the capability table"));
    const bool names_project = r.path.find("{project}") != std::string::npos;
    if (names_project != (r.object == object_kind::project))
        faults.push_back(undeclared(r, "path and object check do not agree",
                                    "a path with {project} checks the project, others do not"));
    if (reads_only(r) != (r.body_limit == 0))
        faults.push_back(
            undeclared(r, "reads take no body, writes have a limit", "set body_limit"));
    if (!r.act && !r.compute)
        faults.push_back(undeclared(r, "the route does nothing", "give it an act"));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& w : words)
        out += (out.empty() ? "" : ",") + w;
    return out;
}

std::string right_of(const route& r) {
    if (!r.capabilities.empty()) return joined(r.capabilities);
    return r.own ? "(own)" : "-";
}

std::string rate_word(const route& r) {
    return std::string(json::enum_word(r.rate));
}

} // namespace

events::actor caller::actor() const {
    if (by == proof::key) return {.kind = events::actor_kind::key, .id = key};
    if (!person.empty()) return {.kind = events::actor_kind::person, .id = person};
    return {};
}

std::string call::project() const {
    return rule != nullptr && rule->project_in_query ? word("project") : param("project");
}

std::string call::param(std::string_view name) const {
    const auto at = path.find(name);
    return at == path.end() ? std::string() : at->second;
}

std::string call::word(std::string_view name, std::string_view otherwise) const {
    return std::string(http::word(query, name).value_or(otherwise));
}

bool call::may(std::string_view capability) const {
    return who.rights.may(capability, project());
}

result<std::int64_t> call::expected_version() const {
    if (if_match.empty())
        return fail(error_code::invalid_argument, "api.if_match.missing",
                    "this change needs the version it was made from", "If-Match",
                    "send the ETag of what you read");
    std::int64_t version = 0;
    for (const char c : if_match) {
        if (c < '0' || c > '9' || version > 1'000'000'000'000)
            return fail(error_code::invalid_argument, "api.if_match.invalid",
                        "this is not a version of ours", "If-Match", "send the ETag as it came");
        version = version * 10 + (c - '0');
    }
    return version;
}

void route_table::without_service(std::size_t from) {
    for (auto i = from; i < rows_.size(); ++i) {
        rows_[i].before = {};
        rows_[i].heavy = {};
        rows_[i].compute = {};
        rows_[i].act = [](call&) -> result<reply> {
            return fail(error_code::unimplemented, "api.port.absent",
                        "this server does not carry that out", {}, "ask its operator");
        };
    }
}

status route_table::check() const {
    std::vector<error> faults;
    std::set<std::string> seen;
    for (const auto& r : rows_) {
        check_row(r, faults);
        if (!seen.insert(name_of(r)).second)
            faults.push_back(undeclared(r, "the route stands here twice", "remove one"));
    }
    if (faults.empty()) return {};
    error first = faults.front();
    first.more.assign(faults.begin() + 1, faults.end());
    return std::unexpected(std::move(first));
}

std::string route_table::print() const {
    std::size_t widest = 0;
    std::size_t widest_right = 0;
    for (const auto& r : rows_) {
        widest = std::max(widest, r.path.size());
        widest_right = std::max(widest_right, right_of(r).size());
    }
    const auto cell = [](std::string text, std::size_t width) {
        text.resize(std::max(width, text.size()), ' ');
        return text + "  ";
    };
    std::string out;
    for (const auto& r : rows_) {
        out += cell(std::string(http::name(r.verb)), 6) + cell(r.path, widest);
        out += cell(std::string(json::enum_word(r.who)), 7) + cell(right_of(r), widest_right);
        out += cell(rate_word(r), 7) + (r.step_up ? "step-up  " : "         ") + r.summary + "\n";
    }
    return out;
}

json::object route_table::to_json() const {
    json::array list;
    for (const auto& r : rows_)
        list.push_back(
            json::object{{"method", http::name(r.verb)},
                         {"path", r.path},
                         {"caller", json::enum_word(r.who)},
                         {"capability", right_of(r)},
                         {"object", json::enum_word(r.object)},
                         {"cookie", r.who == caller_kind::person || r.who == caller_kind::any},
                         {"step_up", r.step_up},
                         {"rate_class", rate_word(r)},
                         {"body_limit", r.body_limit},
                         {"audit_kind", r.audit_kind},
                         {"summary", r.summary}});
    return {{"routes", std::move(list)}};
}

} // namespace servery::api
